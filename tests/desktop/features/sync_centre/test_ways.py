"""What the real server refused or recorded with an exception: both sides, and every way out, by keys."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.features.order_entry import operations as order_entry
from desktop.features.order_entry.order_entry_view import OrderEntryPage
from desktop.features.replenishment.replenishment_view import ReplenishmentPage
from desktop.features.sync_centre.reason_dialog import ReasonDialog
from desktop.features.sync_centre.reassign_dialog import ReassignDialog
from desktop.features.sync_centre.sync_centre_view import SyncCentreView
from desktop.store.again import Again, AgainLine, kept
from desktop.store.handled import list_handled
from desktop.store.scanning import Found
from desktop.widgets.page import Page
from domain.catalogue.handlers import NewProduct, decide_add_products, decide_set_listing
from domain.customers.handlers import decide_add_customer, decide_edit_customer
from domain.kernel.envelope import Sealed, open_body
from domain.kernel.outcome import document_exception
from domain.orders.model import orders
from domain.orders.pricing import Wanted
from domain.orders.replenishment_handlers import decide_approve, decide_cancel, decide_replenishment
from domain.orders.sale_handlers import decide_sale
from domain.stock.handlers import Lotted, decide_count, decide_take_in
from domain.stock.model import stock_move
from tests.desktop.features.sync_centre.conftest import Sit
from tests.support.bench import Bench
from tests.support.factories.products import RICE, SOAP, TEA
from tests.support.network import Network

CONTROL = Qt.KeyboardModifier.ControlModifier


def shown(qtbot: QtBot, page: Page) -> None:
    qtbot.addWidget(page)
    page.resize(1198, 728)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    page.opened()
    page.first_focus().setFocus()


def centre(qtbot: QtBot, bench: Bench) -> SyncCentreView:
    """The screen with its entry and both sides of it."""
    view = SyncCentreView(bench.workbench)
    shown(qtbot, view)
    qtbot.waitUntil(lambda: view.entry is not None and bool(view.pane.grid.model.rowCount()))
    return view


def sides(view: SyncCentreView) -> dict[str, tuple[str, str]]:
    """Field or product → as sealed, as the server has it."""
    model = view.pane.grid.model
    found = {}
    for row in range(model.rowCount()):
        name, sealed, server = (str(model.index(row, place).data()) for place in range(3))
        found[name] = (sealed, server)
    return found


def offered(view: SyncCentreView) -> list[str]:
    names = ("change", "reassign", "void", "dismiss")
    return [name for name in names if view.actions_here[f"sync_centre.{name}"].isEnabled()]


def give_reason(qtbot: QtBot, reason: str) -> None:
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), ReasonDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, ReasonDialog)
    QTest.keyClick(dialog.line, Qt.Key.Key_Return)
    assert dialog.isVisible(), "no reason, no voiding"
    dialog.line.setText(reason)
    QTest.keyClick(dialog.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)


def history(bench: Bench) -> list[tuple[str, str, str]]:
    rows = list_handled(bench.counter.store.ledger)
    return [(row["number"], row["way"], row["reason"]) for row in rows]


def refused_order(network: Network, bench: Bench) -> str:
    """An order to the upline with goods that were delisted before it came; its command id."""
    counter = bench.counter
    done = counter.perform(lambda ctx: decide_replenishment(ctx, [Wanted(TEA, 3000), Wanted(SOAP, 2000)], note="急"))
    office = network.counter("admin")
    office.perform(lambda ctx: decide_set_listing(ctx, code=SOAP, listed=False))
    office.sync()
    assert counter.sync().refused == 1
    return done.command_id


def test_a_refused_order_is_changed_and_sent_again_in_the_place_of_the_old_one(
    qtbot: QtBot, network: Network, sit: Sit
) -> None:
    bench = sit("m1-clerk")
    old = refused_order(network, bench)
    view = centre(qtbot, bench)
    assert view.pane.reason.text() == "商品 SOAP 已下架，不能销售。"
    assert offered(view) == ["change", "dismiss"]
    assert sides(view)["合计"] == ("¥21.00", "—")
    assert sides(view)["香皂"] == ("2 × ¥1.50", "—")
    QTest.keyClick(view.grid.table, Qt.Key.Key_F4)
    qtbot.waitUntil(lambda: bool(bench.opened))
    screen, params = bench.opened[0]
    assert (screen, params) == (
        "replenishment", {"lines": [Found(TEA, 3000), Found(SOAP, 2000)], "note": "急", "answers": old},
    )  # fmt: skip
    assert bench.counter.store.ledger.count_needing() == 1, "still to be dealt with until the new one is sealed"

    page = ReplenishmentPage(bench.workbench)
    shown(qtbot, page)
    page.shown_with(**params)
    qtbot.waitUntil(lambda: [line.problem for line in page.rows] == ["", "delisted"])
    assert page.note_line.text() == "急"
    page.grid.table.go_to(1)
    QTest.keyClick(page.box, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: [line.code for line in page.rows] == [TEA])
    QTest.keyClick(page.box, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: bench.posted == ["replenishment.submitted"])
    ledger = bench.counter.store.ledger
    assert ledger.count_needing() == 0
    [row] = list_handled(ledger)
    assert (row["id"], row["way"]) == (old, "changed")
    sealed = ledger.find(row["follower"])
    assert sealed is not None
    assert open_body(Sealed(sealed["body"], sealed["signature"])).depends_on == (old,)
    assert bench.counter.sync().accepted == 1
    assert [each["total"] for each in network.rows(orders).values()] == [18_00]


def test_a_manager_strikes_a_refused_order_off_and_the_history_keeps_it(
    qtbot: QtBot, network: Network, sit: Sit
) -> None:
    bench = sit("m1-owner")
    refused_order(network, bench)
    view = centre(qtbot, bench)
    assert offered(view) == ["change", "void", "dismiss"]
    number = str(view.entry["number"]) if view.entry else ""
    QTest.keyClick(view.grid.table, Qt.Key.Key_Delete, CONTROL)
    give_reason(qtbot, "不要了")
    qtbot.waitUntil(lambda: view.entry is None)
    assert history(bench) == [(number, "voided", "不要了")]
    QTest.keyClick(view.grid.table, Qt.Key.Key_3, CONTROL)
    qtbot.waitUntil(lambda: view.entry is not None)
    assert "m1-owner" in view.pane.handled.text()
    assert "不要了" in view.pane.handled.text()
    assert offered(view) == []


def test_a_step_that_came_too_late_shows_what_the_server_has(qtbot: QtBot, network: Network, sit: Sit) -> None:
    bench, below = sit("m1-owner"), network.counter("c1-owner")
    asked = below.perform(lambda ctx: decide_replenishment(ctx, [Wanted(TEA, 1000)]))
    below.sync()
    bench.counter.sync()
    below.perform(lambda ctx: decide_cancel(ctx, asked.document_id, reason="重复"))
    below.sync()
    bench.counter.perform(lambda ctx: decide_approve(ctx, asked.document_id))
    assert bench.counter.sync().refused == 1
    view = centre(qtbot, bench)
    assert sides(view)["状态"] == ("已批准", "≠ 已撤回")
    QTest.keyClick(view.grid.table, Qt.Key.Key_F5)
    assert bench.opened == [("orders", {"order_id": asked.document_id})]


def excepted_sale(bench: Bench, **more: Any) -> str:
    done = bench.counter.sell((TEA, 2000), **more)
    assert bench.counter.sync().excepted == 1
    return done.document_id


def test_both_sides_of_an_excepted_sale_agree_and_a_clerk_may_not_void(qtbot: QtBot, sit: Sit) -> None:
    bench = sit("m1-clerk")
    excepted_sale(bench)
    view = centre(qtbot, bench)
    assert offered(view) == ["reassign", "dismiss"]
    assert sides(view)["合计"] == ("¥20.00", "¥20.00")
    assert sides(view)["龙井茶"] == ("2 × ¥10.00", "2 × ¥10.00")
    assert not [server for _, server in sides(view).values() if server.startswith("≠")]
    QTest.keyClick(view.grid.table, Qt.Key.Key_F8)
    qtbot.waitUntil(lambda: view.entry is None)
    assert [way for _, way, _ in history(bench)] == ["seen"]


def test_the_owner_voids_an_excepted_sale(qtbot: QtBot, network: Network, sit: Sit) -> None:
    bench = sit("m1-owner")
    order_id = excepted_sale(bench)
    view = centre(qtbot, bench)
    QTest.keyClick(view.grid.table, Qt.Key.Key_Delete, CONTROL)
    give_reason(qtbot, "没有这笔")
    qtbot.waitUntil(lambda: view.entry is None)
    assert bench.counter.sync().accepted == 1
    assert network.rows(orders)[order_id]["state"] == "voided"
    assert sorted(row["reason"] for row in network.rows(stock_move).values()) == ["sale", "void"]


def test_the_owner_voids_and_enters_again(qtbot: QtBot, network: Network, sit: Sit) -> None:
    bench = sit("m1-owner")
    order_id = excepted_sale(bench)
    page = OrderEntryPage(bench.workbench)
    shown(qtbot, page)
    page.scanned(RICE)
    qtbot.waitUntil(lambda: [line.code for line in page.rows] == [RICE])
    view = centre(qtbot, bench)
    QTest.keyClick(view.grid.table, Qt.Key.Key_F4)
    give_reason(qtbot, "数量错")
    qtbot.waitUntil(lambda: bool(bench.opened))
    assert bench.opened == [("order_entry", {"again": True})]
    assert [sale for _, sale in kept(bench.workbench.store.ledger)] == [Again([AgainLine(Found(TEA, 2000))])]
    page.shown_with(**bench.opened[0][1])
    page.shown_with(**bench.opened[0][1])
    qtbot.waitUntil(lambda: [line.code for line in page.rows] == [TEA] and page.can("recall"))
    qtbot.waitUntil(lambda: kept(bench.workbench.store.ledger) == [])
    assert [line.quantity for line in page.edit.draft.lines] == [2000]
    assert len(page.held) == 1
    bench.counter.sync()
    assert network.rows(orders)[order_id]["state"] == "voided"
    assert [way for _, way, _ in history(bench)] == ["changed"]


def test_a_sale_of_a_closed_customer_goes_to_another(qtbot: QtBot, network: Network, sit: Sit) -> None:
    bench, office = sit("m1-clerk"), network.counter("m1-owner")
    counter = bench.counter
    old = counter.perform(lambda ctx: decide_add_customer(ctx, name="李建国")).document_id
    new = counter.perform(lambda ctx: decide_add_customer(ctx, name="王芳", phone="13900006666")).document_id
    counter.take_in((TEA, 10_000))
    counter.sync()
    office.sync()
    closed = {"name": "李建国", "phone": "", "note": "", "grade": "", "status": "closed"}
    office.perform(lambda ctx: decide_edit_customer(ctx, customer_id=old, **closed))
    office.sync()
    order_id = excepted_sale(bench, customer_id=old)
    view = centre(qtbot, bench)
    assert sides(view)["客户"] == ("李建国", "李建国")
    QTest.keyClick(view.grid.table, Qt.Key.Key_F3)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), ReassignDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, ReassignDialog)
    QTest.keyClicks(dialog.box, "6666")
    qtbot.waitUntil(dialog.box.results_shown)
    QTest.keyClick(dialog.box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.entry is None)
    counter.sync()
    assert network.rows(orders)[order_id]["customer_id"] == new
    assert [way for _, way, _ in history(bench)] == ["reassigned"]


def test_a_count_is_voided_by_its_opposite(qtbot: QtBot, network: Network, sit: Sit) -> None:
    bench, other = sit("m1-owner"), network.counter("m1-clerk")
    bench.counter.take_in((TEA, 10_000))
    bench.counter.sync()
    other.sync()
    other.sell((TEA, 8000))
    other.sync()
    bench.counter.perform(lambda ctx: decide_count(ctx, [(TEA, 4000)]))
    assert bench.counter.sync().excepted == 1
    view = centre(qtbot, bench)
    assert sides(view)["龙井茶"] == ("4", "4")
    QTest.keyClick(view.grid.table, Qt.Key.Key_Delete, CONTROL)
    give_reason(qtbot, "盘错了")
    qtbot.waitUntil(lambda: view.entry is None)
    bench.counter.sync()
    moved = {(row["reason"], row["quantity"]) for row in network.rows(stock_move).values()}
    assert {("count", 6000), ("adjustment", 6000)} <= moved


@pytest.mark.parametrize("role", ["m1-clerk", "m1-warehouse"])
def test_who_is_no_manager_is_not_offered_to_void(qtbot: QtBot, network: Network, sit: Sit, role: str) -> None:
    bench = sit(role)
    refused_order(network, bench)
    view = centre(qtbot, bench)
    QTest.keyClick(view.grid.table, Qt.Key.Key_Delete, CONTROL)
    assert QApplication.activeModalWidget() is None
    assert "void" not in offered(view)


def test_nothing_leaves_the_inbox_by_itself(network: Network, sit: Sit) -> None:
    bench = sit("m1-owner")
    refused_order(network, bench)
    excepted_sale(bench)
    for _ in range(3):
        bench.counter.clock.ms += 86_400_000
        bench.counter.sync()
        bench.counter.reopen()
    assert bench.counter.store.ledger.count_needing() == 2


def test_what_is_entered_again_keeps_lots_serials_prices_and_notes(qtbot: QtBot, network: Network, sit: Sit) -> None:
    office = network.counter("admin")
    goods = [
        NewProduct("PHONE", "手机", price=1_000_000, by_serial=True),
        NewProduct("MILK", "奶", price=60_000, by_lot=True),
    ]
    office.perform(lambda ctx: decide_add_products(ctx, goods))
    office.sync()
    bench = sit("m1-owner")
    bench.counter.perform(lambda ctx: decide_take_in(ctx, [Lotted("MILK", 5000, "L1"), Lotted("MILK", 5000, "L2")]))
    wanted = [
        Wanted("PHONE", 2000, price=900_000, serials=("SN-1", "SN-2"), note="黑的"),
        Wanted("MILK", 3000, discount=1_00, reason="临期", lot="L2"),
        Wanted(TEA, 1000),
    ]
    sold = bench.counter.perform(
        lambda ctx: decide_sale(ctx, wanted, payments=[("cash", 10**6)], discount=5_00, note="老客户")
    )
    assert bench.counter.sync().excepted == 1, "nobody ever took the phones in"
    view = centre(qtbot, bench)
    QTest.keyClick(view.grid.table, Qt.Key.Key_F4)
    give_reason(qtbot, "改一下")
    qtbot.waitUntil(lambda: bool(bench.opened))
    page = OrderEntryPage(bench.workbench)
    shown(qtbot, page)
    page.shown_with(**bench.opened[0][1])
    qtbot.waitUntil(lambda: [line.code for line in page.rows] == ["PHONE", "MILK", TEA] and page.can("pay"))
    phone, milk, tea = page.edit.draft.lines
    assert (phone.serials, phone.price, phone.note) == (("SN-1", "SN-2"), 900_000, "黑的")
    assert (milk.lot, milk.discount, milk.reason, milk.price) == ("L2", 1_00, "临期", None)
    assert (tea.lot, tea.serials, tea.price) == ("", (), None)
    assert (page.edit.draft.discount, page.edit.draft.note) == (5_00, "老客户")
    assert page.totals.due == sold.payload.total  # type: ignore[attr-defined]
    done = bench.workbench.store
    order_entry.complete_draft(done, page.edit.draft, [("cash", 10**6)])
    bench.counter.sync()
    moves = [row for row in network.rows(stock_move).values() if row["reason"] in ("sale", "void")]
    out = [(row["lot"], row["serial"]) for row in moves if row["reason"] == "sale"]
    assert sorted(out) == sorted([("", "SN-1"), ("", "SN-2"), ("L2", ""), ("", "")] * 2)
    assert not [row for row in network.rows(document_exception).values() if row["code"] == "serial_sold_twice"]
