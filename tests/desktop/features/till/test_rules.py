"""The rules of the till: chosen by keys, in force at once, on record; what they ask for is asked in place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

import i18n
from desktop.features.order_entry.operations import complete_sale
from desktop.features.till import operations
from desktop.features.till.dialogs import CashDialog
from desktop.features.till.rules_dialog import RulesDialog
from desktop.features.till.till_view import TillPage
from desktop.widgets.second_person import SecondPersonDialog
from domain.kernel.errors import Refused
from domain.kernel.ids import HQ_PARTY_ID, stable_id
from domain.orders.pricing import Wanted
from domain.parties.model import network_policy, person
from domain.tills.commands import SetTillPolicy
from domain.tills.model import till_entry, till_policy
from tests.desktop.features.till.test_till import opened, type_into
from tests.support.counter import SHOP, Counter, unnamed

KEY = Qt.Key
BOSS, PIN = stable_id("person", "S1", "boss"), "271828"
D = TypeVar("D", bound=QDialog)


@pytest.fixture
def clerks(qapp: QApplication, tmp_path: Path) -> Iterator[Counter]:
    """A clerk's till, at which the owner has a PIN."""
    i18n.set_language("zh_CN")
    made = Counter(tmp_path / "clerk", role="clerk")
    made.write(person, [{"id": BOSS, "party_id": SHOP, "name": "李店长", "role": "owner"}])
    made.vault.keep((BOSS, "李店长", "owner"), "pin", PIN, made.secrets.database_key)
    yield made
    made.close()


def in_front(qtbot: QtBot, kind: type[D]) -> D:
    def is_there() -> bool:
        dialog, focus = QApplication.activeModalWidget(), QApplication.focusWidget()
        return isinstance(dialog, kind) and focus is not None and focus.window() is dialog

    qtbot.waitUntil(is_there)
    found = QApplication.activeModalWidget()
    assert isinstance(found, kind)
    return found


def rules(qtbot: QtBot, page: TillPage) -> RulesDialog:
    page.activateWindow()
    page.grid.table.setFocus()
    QTest.keyClick(page.grid.table, KEY.Key_F7)
    return in_front(qtbot, RulesDialog)


def gone(qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)


def moved(counter: Counter) -> list[tuple[str, int, str, str]]:
    with counter.store.read() as connection:
        rows = connection.execute(till_entry.select().order_by(till_entry.c.at)).mappings()
        return [(row["kind"], row["amount"], row["reason"], row["approver_name"]) for row in rows]


def test_the_owner_chooses_by_keys_and_it_holds_at_once(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    dialog = rules(qtbot, page)
    assert unnamed(dialog) == []
    assert [dialog.discount.text(), dialog.back.text(), dialog.out.text()] == ["10.00", "500.00", "500.00"]
    assert dialog.sentence.text() == i18n.tr("till.rules.usual")
    assert dialog.deposit.text() == "30.00"
    entered = ((dialog.discount, "12.5"), (dialog.back, "80"), (dialog.out, "0"), (dialog.deposit, "20"))
    for field, text in entered:
        type_into(field, text)
    dialog.shift.setFocus()
    QTest.keyClick(dialog.shift, KEY.Key_Up)
    QTest.keyClick(dialog.rounding, KEY.Key_Down)
    QTest.keyClick(dialog.expired, KEY.Key_Down)
    QTest.keyClick(dialog.out, KEY.Key_Return)
    gone(qtbot)
    now = operations.rules(counter.store).chosen
    assert (now["clerk_discount_bp"], now["return_limit"], now["cash_out_limit"]) == (1_250, 8_000, 0)
    assert (now["shift_required"], now["rounding"], now["expired_sale"]) == (1, "fen", "never")
    assert now["deposit_bp"] == 2_000
    assert (now["set_by"], now["set_at"]) == ("王芳", counter.clock.now_ms())
    with pytest.raises(Refused, match="no_shift"):
        complete_sale(counter.store, [Wanted("A001", 1000)], payments=[("cash", 10_000)])
    again = rules(qtbot, page)
    assert again.sentence.text().startswith("王芳 于 ")
    assert (again.discount.text(), again.expired.value()) == ("12.50", "never")
    again.reject()


def test_every_change_is_a_sealed_command_that_waits_to_be_sent(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    seen: list[object] = []
    counter.workbench.performed.connect(lambda done: seen.append(done.payload))
    for limit in ("10", "20"):
        dialog = rules(qtbot, page)
        type_into(dialog.back, limit)
        QTest.keyClick(dialog.back, KEY.Key_Return)
        gone(qtbot)
    assert [one.return_limit for one in seen if isinstance(one, SetTillPolicy)] == [1_000, 2_000]
    assert counter.store.ledger.unsent().number == 2
    counter.reopen()
    assert operations.rules(counter.store).chosen["return_limit"] == 2_000


@pytest.mark.parametrize("name", ["discount", "deposit"])
def test_more_than_everything_is_refused_at_its_field(qtbot: QtBot, counter: Counter, name: str) -> None:
    dialog = rules(qtbot, opened(qtbot, counter))
    field = getattr(dialog, name)
    type_into(field, "100.01")
    QTest.keyClick(field, KEY.Key_Return)
    assert dialog.form.errors() == {name: "percent_too_large"}
    dialog.reject()
    assert operations.rules(counter.store).chosen["set_at"] == 0


def test_what_headquarters_forbids_is_said_and_cannot_be_chosen(qtbot: QtBot, counter: Counter) -> None:
    counter.write(network_policy, [{"id": HQ_PARTY_ID, "expired_sale": "never"}])
    dialog = rules(qtbot, opened(qtbot, counter))
    assert dialog.sentence.text() == i18n.tr("till.rules.headquarters")
    assert (dialog.expired.isEnabled(), dialog.expired.value()) == (False, "never")
    type_into(dialog.back, "1")
    QTest.keyClick(dialog.back, KEY.Key_Return)
    gone(qtbot)
    assert operations.rules(counter.store).chosen["expired_sale"] == "approved", "the shop's own choice stays"


def test_a_clerk_has_no_such_key(qtbot: QtBot, clerks: Counter) -> None:
    page = opened(qtbot, clerks)
    assert not page.actions_here["till.rules"].isEnabled()
    page.change_rules()
    assert page.dialog is None


@pytest.mark.parametrize("kind", ["out", "no_sale"])
def test_beyond_the_limit_a_second_person_agrees_in_place(qtbot: QtBot, clerks: Counter, kind: str) -> None:
    clerks.write(
        till_policy,
        [{"id": SHOP, "party_id": SHOP, "cash_out_limit": 2_000, "no_sale_approved": 1}],
    )
    page = opened(qtbot, clerks)
    operations.open_shift(clerks.store, 100_00)
    page.opened()
    qtbot.waitUntil(lambda: page.is_open)
    {"out": page.cash_out, "no_sale": page.no_sale}[kind]()
    dialog = in_front(qtbot, CashDialog)
    if kind == "out":
        type_into(dialog.amount, "20.01")
    type_into(dialog.reason, "买菜")
    QTest.keyClick(dialog.reason, KEY.Key_Return)
    QTest.keyClick(in_front(qtbot, SecondPersonDialog), KEY.Key_Escape)
    in_front(qtbot, CashDialog)
    assert moved(clerks) == []
    QTest.keyClick(dialog.reason, KEY.Key_Return)
    second = in_front(qtbot, SecondPersonDialog)
    type_into(second.reason, "知道")
    QTest.keyClicks(second.secret, PIN)
    QTest.keyClick(second.secret, KEY.Key_Return)
    gone(qtbot)
    assert moved(clerks) == [(kind, -2_001 if kind == "out" else 0, "买菜 · 知道", "李店长")]


def test_up_to_the_limit_nobody_is_asked(qtbot: QtBot, clerks: Counter) -> None:
    page = opened(qtbot, clerks)
    operations.open_shift(clerks.store, 100_00)
    page.opened()
    qtbot.waitUntil(lambda: page.is_open)
    page.cash_out()
    dialog = in_front(qtbot, CashDialog)
    type_into(dialog.amount, "500")
    type_into(dialog.reason, "买菜")
    QTest.keyClick(dialog.reason, KEY.Key_Return)
    gone(qtbot)
    assert moved(clerks) == [("out", -50_000, "买菜", "")]
