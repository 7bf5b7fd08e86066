"""Approving, refusing and shipping with the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

import i18n
from desktop.features.order_entry.operations import complete_sale
from desktop.features.orders import operations
from desktop.features.orders.approvals_view import ApprovalsPage
from desktop.features.orders.screen import APPROVALS
from domain.catalogue.model import product
from domain.orders.model import shipment_line
from domain.orders.pricing import Wanted
from domain.stock.model import stock_move
from tests.support.counter import SHOP, Counter, product_id, unnamed
from tests.support.kept_goods import HERE, add_kept_goods


def opened(qtbot: QtBot, counter: Counter) -> ApprovalsPage:
    page = APPROVALS.make(counter.workbench)
    assert isinstance(page, ApprovalsPage)
    qtbot.addWidget(page)
    page.resize(1198, 700)
    with qtbot.waitExposed(page):
        page.show()
    page.first_focus().setFocus()
    qtbot.waitUntil(lambda: page.pane.shown is not None)
    return page


def state(counter: Counter, order_id: str) -> str:
    return str(operations.detail(counter.store, order_id).order["state"])


def until(qtbot: QtBot, check: Callable[[], Any]) -> None:
    qtbot.waitUntil(lambda: bool(check()))


def test_a_approves_and_the_next_order_comes_up(qtbot: QtBot, counter: Counter) -> None:
    first, second = counter.add_request("1"), counter.add_request("2")
    page = opened(qtbot, counter)
    QTest.keyClick(page.grid.table, Qt.Key.Key_A)
    until(qtbot, lambda: state(counter, first) in ("approved", "allocated"))
    until(qtbot, lambda: page.pane.shown and page.pane.shown.detail.order["id"] == second)
    assert page.grid.table.hasFocus()
    assert counter.posted == ["orders.step_taken"]


def test_j_and_k_walk_through_the_list(qtbot: QtBot, counter: Counter) -> None:
    first, second = counter.add_request("1"), counter.add_request("2")
    page = opened(qtbot, counter)
    QTest.keyClick(page.grid.table, Qt.Key.Key_J)
    until(qtbot, lambda: page.pane.shown and page.pane.shown.detail.order["id"] == second)
    QTest.keyClick(page.grid.table, Qt.Key.Key_K)
    until(qtbot, lambda: page.pane.shown and page.pane.shown.detail.order["id"] == first)


def test_refusing_needs_a_reason(qtbot: QtBot, counter: Counter) -> None:
    order_id = counter.add_request()
    page = opened(qtbot, counter)
    QTest.keyClick(page.grid.table, Qt.Key.Key_R)
    line = page.pane.reason.line
    assert line.hasFocus()
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert state(counter, order_id) == "submitted"
    QTest.keyClicks(line, "out of stock")
    QTest.keyClick(line, Qt.Key.Key_Return)
    until(qtbot, lambda: state(counter, order_id) == "refused")
    assert operations.detail(counter.store, order_id).transitions[-1]["reason"] == "out of stock"
    until(qtbot, lambda: page.grid.model.rowCount() == 0)


def test_escape_goes_back_from_the_reason(qtbot: QtBot, counter: Counter) -> None:
    counter.add_request()
    page = opened(qtbot, counter)
    QTest.keyClick(page.grid.table, Qt.Key.Key_R)
    QTest.keyClick(page.pane.reason.line, Qt.Key.Key_Escape)
    assert page.pane.reason.isHidden()
    assert page.grid.table.hasFocus()


def test_part_of_an_order_is_shipped(qtbot: QtBot, counter: Counter) -> None:
    order_id = counter.add_request(state="approved")
    page = opened_to_ship(qtbot, counter)
    QTest.keyClick(page.grid.table, Qt.Key.Key_S)
    shipping = page.pane.shipping
    first = shipping.focusWidget()
    assert first is not None
    QTest.keyClicks(first, "12")
    QTest.keyClicks(shipping.carrier, "SF")
    QTest.keyClicks(shipping.tracking, "SF123")
    QTest.keyClick(shipping.tracking, Qt.Key.Key_F9)
    until(qtbot, lambda: state(counter, order_id) == "shipped")
    detail = operations.detail(counter.store, order_id)
    assert [line["shipped"] for line in detail.lines] == [12_000, 5_000]
    assert (detail.shipments[0]["carrier"], detail.shipments[0]["tracking"]) == ("SF", "SF123")
    assert detail.order["delivery_state"] == "part"


def opened_to_ship(qtbot: QtBot, counter: Counter) -> ApprovalsPage:
    page = APPROVALS.make(counter.workbench)
    assert isinstance(page, ApprovalsPage)
    qtbot.addWidget(page)
    page.shown_with(group="to_ship")
    with qtbot.waitExposed(page):
        page.show()
    page.first_focus().setFocus()
    qtbot.waitUntil(lambda: page.pane.shown is not None)
    return page


def test_stock_stands_beside_what_was_ordered(qtbot: QtBot, counter: Counter) -> None:
    counter.add_request()
    page = opened(qtbot, counter)
    assert page.pane.shown is not None
    assert sorted(page.pane.shown.stock.values()) == [3_000, 48_000]
    assert "库存 48" in str(page.pane.lines.model.index(0, 1).data())


def test_only_allowed_steps_are_offered(qtbot: QtBot, counter: Counter) -> None:
    counter.add_request()
    page = opened(qtbot, counter)
    assert page.may("approve") and page.may("refuse")
    assert not page.may("ship") and not page.may("cancel")
    assert counter.store.known.party_id == SHOP


def test_every_control_has_a_name(qtbot: QtBot, counter: Counter) -> None:
    counter.add_request()
    assert unnamed(opened(qtbot, counter)) == []


def test_a_piece_that_has_left_is_told_while_its_serial_is_entered(qtbot: QtBot, counter: Counter) -> None:
    add_kept_goods(counter)
    sold = [Wanted("B002", 1_000, serials=(HERE,))]
    complete_sale(counter.store, sold, payments=[("card", 10_00)])
    with counter.store.cache.write() as connection:
        connection.execute(product.update().where(product.c.code == "A004").values(by_serial=1))
        connection.execute(stock_move.update().values(product_id=product_id("A004")))
    order_id = counter.add_request(state="approved")
    page = opened_to_ship(qtbot, counter)
    QTest.keyClick(page.grid.table, Qt.Key.Key_S)
    shipping = page.pane.shipping
    serials, told = shipping.serials["A004"], shipping.doubts["A004"]
    assert not told.isVisible()
    QTest.keyClicks(serials, f"S-1 {HERE}")
    until(qtbot, lambda: told.text() == f"序列号 {HERE} 按记录已经卖出，请核对实物。")
    assert told.isVisible()
    i18n.set_language("en")
    try:
        assert told.text() == f"Serial {HERE} was sold already by the records. Check the goods."
    finally:
        i18n.set_language("zh_CN")
    for _ in HERE:
        QTest.keyClick(serials, Qt.Key.Key_Backspace)
    until(qtbot, lambda: not told.isVisible())
    QTest.keyClicks(serials, HERE)
    QTest.keyClick(serials, Qt.Key.Key_F9)
    until(qtbot, lambda: state(counter, order_id) == "shipped")


def test_pieces_are_shipped_by_their_serials(qtbot: QtBot, counter: Counter) -> None:
    with counter.store.cache.write() as connection:
        connection.execute(product.update().where(product.c.code == "A004").values(by_serial=1))
    order_id = counter.add_request(state="approved")
    page = opened_to_ship(qtbot, counter)
    QTest.keyClick(page.grid.table, Qt.Key.Key_S)
    shipping = page.pane.shipping
    assert list(shipping.serials) == ["A004"]
    assert unnamed(shipping) == []
    serials = shipping.serials["A004"]
    QTest.keyClicks(serials, "S-1 S-2 S-2")
    QTest.keyClick(serials, Qt.Key.Key_F9)
    until(qtbot, lambda: counter.posted == ["serial_twice"])
    assert state(counter, order_id) == "approved"
    page.pane.ask_shipment()
    serials = shipping.serials["A004"]
    QTest.keyClicks(serials, "S-1 S-2")
    QTest.keyClick(serials, Qt.Key.Key_F9)
    until(qtbot, lambda: state(counter, order_id) == "shipped")
    assert [line["shipped"] for line in operations.detail(counter.store, order_id).lines] == [20_000, 2_000]
    with counter.store.read() as connection:
        rows = connection.execute(shipment_line.select().order_by(shipment_line.c.line_no)).mappings()
        assert [row["serials"] for row in rows] == ["", '["S-1","S-2"]']
