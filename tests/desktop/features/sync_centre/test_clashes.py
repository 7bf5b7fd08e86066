"""Two values of one field: seen where the record is and in the sync centre, chosen by keys, offline too."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

import i18n
from desktop.features.customers.customers_view import CustomersPage
from desktop.features.network.network_view import NetworkView
from desktop.features.products.products_view import ProductsView
from desktop.features.sync_centre.sync_centre_view import SyncCentreView
from desktop.store import clashing
from desktop.widgets.accessible import unnamed_controls
from desktop.widgets.clash_columns import value_words
from desktop.widgets.clash_dialog import ClashDialog
from desktop.widgets.clash_line import ClashLine
from desktop.widgets.key_button import KeyButton
from domain import registry
from domain.customers.handlers import decide_add_customer, decide_edit_customer
from domain.customers.model import customer
from domain.kernel.merging import editor_of
from domain.kernel.tables import sync_info, synced_tables
from domain.parties.handlers import decide_edit_dealer
from domain.parties.model import party
from tests.desktop.features.sync_centre.conftest import Sit
from tests.server.sync.test_merging import edit_tea, tea
from tests.support.bench import Bench
from tests.support.network import Network

GRANTS = '[{"kind":"dealer","value":"a"},{"kind":"below","value":"a"},{"kind":"grade","value":"gold"}]'
CONTROL = Qt.KeyboardModifier.ControlModifier


def opened(qtbot: QtBot, view: QWidget) -> None:
    qtbot.addWidget(view)
    view.resize(1198, 728)
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    view.opened()  # type: ignore[attr-defined]  # every page has it
    view.first_focus().setFocus()  # type: ignore[attr-defined]


def centre(qtbot: QtBot, bench: Bench, tab: Qt.Key) -> SyncCentreView:
    view = SyncCentreView(bench.workbench)
    opened(qtbot, view)
    QTest.keyClick(view.grid.table, tab, CONTROL)
    return view


def cells(view: Any) -> list[list[str]]:
    model = view.grid.model
    return [[str(model.index(at, column).data()) for column in range(model.columnCount())]
            for at in range(model.rowCount())]  # fmt: skip


def shown_keys(view: SyncCentreView) -> list[str]:
    return [button.keycap for button in view.findChildren(KeyButton) if button.isVisible()]


def dialog_of(qtbot: QtBot) -> ClashDialog:
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), ClashDialog))
    found = QApplication.activeModalWidget()
    assert isinstance(found, ClashDialog)
    qtbot.waitUntil(lambda: found.grid.model.rowCount() > 0 and found.grid.current() is not None)
    return found


def choose(qtbot: QtBot, key: Qt.Key) -> None:
    """Press the key in the choice that is open, and wait until nothing is left to choose."""
    dialog = dialog_of(qtbot)
    assert unnamed_controls(dialog) == []
    QTest.keyClick(dialog.grid.table, key)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)


@pytest.fixture
def offices(sit: Sit) -> tuple[Bench, Bench]:
    """Two desks of headquarters that gave the tea two names; the second one's edit came second."""
    first, second = sit("admin"), sit("staff")
    edit_tea(first.counter, name="龙井 一级")
    edit_tea(second.counter, name="龙井 特级")
    for office in (first, second, first):
        office.counter.sync()
    return first, second


def test_the_list_shows_both_values_and_a_key_chooses(qtbot: QtBot, offices: tuple[Bench, Bench]) -> None:
    first, second = offices
    view = centre(qtbot, first, Qt.Key.Key_6)
    qtbot.waitUntil(lambda: len(cells(view)) == 1 and view.can_choose)
    [[name, stays, other]] = cells(view)
    assert "名称" in name
    assert "龙井 一级" in stays
    assert "admin" in stays
    assert "龙井 特级" in other
    assert "staff" in other
    assert view.pane.isHidden()
    assert unnamed_controls(view) == []
    QTest.keyClick(view.grid.table, Qt.Key.Key_J, CONTROL)
    choose(qtbot, Qt.Key.Key_F8)
    qtbot.waitUntil(lambda: cells(view) == [])
    assert tea(first.counter)["name"] == "龙井 特级", "offline"
    first.counter.sync()
    second.counter.sync()
    assert tea(second.counter)["name"] == "龙井 特级"
    assert second.counter.store.ledger.count_needing() == 0, "what others chose leaves the inbox"


def test_the_edit_in_the_inbox_offers_the_choice_and_leaves_with_it(qtbot: QtBot, offices: tuple[Bench, Bench]) -> None:
    second = offices[1]
    view = centre(qtbot, second, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: view.can_choose)
    qtbot.waitUntil(lambda: "Ctrl+J" in shown_keys(view))
    QTest.keyClick(view.grid.table, Qt.Key.Key_J, CONTROL)
    choose(qtbot, Qt.Key.Key_F7)
    qtbot.waitUntil(lambda: second.counter.store.ledger.count_needing() == 0)
    QTest.keyClick(view.grid.table, Qt.Key.Key_3, CONTROL)
    qtbot.waitUntil(lambda: any("保留服务器的值" in " ".join(line) for line in cells(view)))
    assert tea(second.counter)["name"] == "龙井 一级"


def test_what_somebody_chose_meanwhile_closes_the_choice(qtbot: QtBot, offices: tuple[Bench, Bench]) -> None:
    first, second = offices
    view = centre(qtbot, first, Qt.Key.Key_6)
    qtbot.waitUntil(lambda: view.can_choose)
    QTest.keyClick(view.grid.table, Qt.Key.Key_J, CONTROL)
    dialog = dialog_of(qtbot)
    [clash] = clashing.open_clashes(second.counter.store)
    clashing.settle(second.counter.store, clash.id, "other")
    second.counter.sync()
    first.counter.sync()
    first.workbench.changes.broadcast({"field_clash": None})
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is not dialog)
    qtbot.waitUntil(lambda: cells(view) == [])


def line_of(qtbot: QtBot, page: Any, line: ClashLine) -> None:
    qtbot.waitUntil(line.isVisible)
    assert "1" in line.sentence.text()
    QTest.keyClick(page.grid.table, Qt.Key.Key_J, CONTROL)
    choose(qtbot, Qt.Key.Key_F8)
    qtbot.waitUntil(line.isHidden)


def test_beside_a_product(qtbot: QtBot, offices: tuple[Bench, Bench]) -> None:
    page = ProductsView(offices[0].workbench)
    opened(qtbot, page)
    page.search.setText("TEA")
    line_of(qtbot, page, page.clashes)
    assert tea(offices[0].counter)["name"] == "龙井 特级"


def test_beside_a_dealer(qtbot: QtBot, network: Network, sit: Sit) -> None:
    desks = [sit("admin"), sit("admin")]
    party_id = network.party_id("N1")
    for desk, region in zip(desks, ("华北", "华东"), strict=True):
        row = desk.counter.rows(party)[party_id]
        fields = {name: row[name] for name in ("name", "grade", "status")}
        change = partial(decide_edit_dealer, party_id=party_id, pause_at_zero=False, **fields)
        desk.counter.perform(partial(change, region=region))
    for desk in (*desks, desks[0]):
        desk.counter.sync()
    page = NetworkView(desks[0].workbench)
    opened(qtbot, page)
    qtbot.waitUntil(lambda: page.grid.model.rowCount() > 1)
    page.grid.select_key(party_id)
    line_of(qtbot, page, page.clashes)
    assert desks[0].counter.rows(party)[party_id]["region"] == "华东"


def test_beside_a_customer_and_only_for_whoever_may_edit_him(qtbot: QtBot, sit: Sit) -> None:
    owner, clerk = sit("m1-owner"), sit("m1-clerk")
    added = owner.counter.perform(partial(decide_add_customer, name="李建国", phone="13812346621")).document_id
    owner.counter.sync()
    clerk.counter.sync()
    change = partial(decide_edit_customer, customer_id=added, name="李建国", note="", grade="")
    owner.counter.perform(partial(change, phone="13900000001"))
    clerk.counter.perform(partial(change, phone="13700000002"))
    for shop in (owner, clerk, owner):
        shop.counter.sync()
    page = CustomersPage(owner.workbench)
    opened(qtbot, page)
    line_of(qtbot, page, page.pane.clashes)
    assert owner.counter.rows(customer)[added]["phone"] == "13700000002"
    [clash] = clashing.open_clashes(clerk.counter.store)
    assert clash.may
    office = sit("admin")
    office.counter.sync()
    [masked] = clashing.open_clashes(office.counter.store)
    assert (masked.may, masked.stays.value, masked.other.value) == (False, None, None), "headquarters only counts it"
    view = centre(qtbot, office, Qt.Key.Key_6)
    qtbot.waitUntil(lambda: len(cells(view)) == 1)
    assert not view.can_choose


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_value_has_words(sit: Sit, language: str) -> None:
    """Of every table whose edits are merged: an editor, and each field of its commands is called something."""
    registry.commands()
    i18n.set_language(language)
    for table in synced_tables():
        if sync_info(table).merged:
            assert callable(editor_of(str(table.name)).write)
    side = clashing.Side(None, "", "", 0)
    samples: dict[str, list[Any]] = {
        "status": ["active", "closed", "suspended", "applied", "listed", "delisted"],
        "role": ["owner", "clerk", "warehouse", "hq_staff", "hq_admin"],
        "tax_rate_bp": [1300, 650],
        "credit_limit": [120_00],
        "stocked": [0, 1],
        "grants": [GRANTS, "[]"],
        "name": ["茶", ""],
    }
    for field, values in samples.items():
        clash = clashing.Clash("1", "product", "2", "茶", field, side, side, True, {"a": "华东"})
        words = [value_words(clash, value) for value in values]
        assert len(set(words)) == len(values)
    assert value_words(clashing.Clash("1", "", "", "", "category_id", side, side, True, {"c": "茶叶"}), "c") == "茶叶"
