"""Cases and pieces on one order: scanned, switched by key, typed, put aside and sold."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.features.order_entry import operations
from desktop.features.order_entry.order_entry_view import OrderEntryPage
from desktop.widgets.key_button import KeyButton
from domain.catalogue.model import barcode, price
from domain.kernel.ids import stable_id
from domain.orders import queries
from tests.desktop.features.order_entry.desk import SAUCE, SHIFT, newest, opened, paying, press, scan, settled, write
from tests.support.counter import Counter, product_id

CASE = "16902265360190"


def with_case(counter: Counter) -> Counter:
    """A002 comes in cases of twelve, which have a bar code."""
    row = {"product_id": product_id("A002"), "code": CASE, "unit": "箱", "factor": 12_000}
    counter.write(barcode, [{"id": stable_id("bar", CASE), **row}])
    return counter


def shown(page: OrderEntryPage) -> list[tuple[str, int, int | None]]:
    return [(line.unit, line.quantity, line.amount) for line in page.rows]


def test_a_cases_bar_code_adds_a_case_and_pieces_stand_beside_it(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, with_case(counter))
    scan(qtbot, page, CASE, SAUCE, CASE)
    assert shown(page) == [("箱", 24_000, 2 * 12 * 15_50), ("瓶", 1_000, 15_50)]
    cells = [page.grid.model.index(row, 3).data() for row in range(2)]
    assert "2" in str(cells[0]) and "24" in str(cells[0]) and str(cells[1]) == "1"
    assert page.current_key() == page.rows[0].key
    press(Qt.Key.Key_F4)
    assert page.quantity.text() == "2"
    write("3")
    press(Qt.Key.Key_Return)
    settled(qtbot, page)
    assert page.rows[0].quantity == 36_000


def test_the_unit_is_switched_by_key_and_mouse_and_undone(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, with_case(counter))
    scan(qtbot, page, SAUCE, SAUCE)
    press(Qt.Key.Key_F4, SHIFT)
    settled(qtbot, page)
    assert shown(page) == [("箱", 24_000, 2 * 12 * 15_50)]
    [button] = [each for each in page.findChildren(KeyButton) if each.words.startswith("换单位")]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    settled(qtbot, page)
    assert shown(page) == [("瓶", 2_000, 2 * 15_50)]
    for _ in range(2):
        press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settled(qtbot, page)
    assert shown(page) == [("瓶", 2_000, 2 * 15_50)]


def test_switching_joins_what_is_there_in_that_unit(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, with_case(counter))
    scan(qtbot, page, CASE, SAUCE)
    press(Qt.Key.Key_F4, SHIFT)
    settled(qtbot, page)
    assert [(line.unit, line.quantity) for line in page.rows] == [("箱", 24_000)]


def test_one_unit_only_is_said(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, SAUCE)
    press(Qt.Key.Key_F4, SHIFT)
    assert counter.posted == ["widgets.one_unit"]
    assert [line.quantity for line in page.rows] == [1_000]


def test_units_survive_hold_and_kill_and_are_sold_at_the_packs_price(qtbot: QtBot, counter: Counter) -> None:
    row = {"product_id": product_id("A002"), "price": 1_500_000, "unit": "箱", "valid_from": "2026-11-01", "set_at": 1}
    counter.write(price, [{"id": stable_id("price", "case"), "price_list_id": stable_id("list", "RETAIL"), **row}])
    page = opened(qtbot, with_case(counter))
    scan(qtbot, page, CASE)
    press(Qt.Key.Key_F6)
    qtbot.waitUntil(lambda: len(operations.held_orders(counter.store)) == 1)
    counter.reopen()
    [held] = operations.held_orders(counter.store)
    operations.recall(counter.store, held)
    page = opened(qtbot, counter)
    settled(qtbot, page)
    assert shown(page) == [("箱", 12_000, 150_00)]
    paying(qtbot, page)
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: counter.posted == ["order_entry.sold"])
    order, paid = newest(counter)
    with counter.store.read() as connection:
        [line] = queries.lines_of(connection, order["id"])
    assert (line["unit"], line["factor"], line["quantity"], paid) == ("箱", 12_000, 12_000, {"cash": 150_00})
