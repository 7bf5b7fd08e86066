"""Serials on the sheets: compared with a shipment and with the books; put right piece by piece."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.features.stock.list_views import IncomingView
from domain.kernel.ids import stable_id
from domain.orders import queries as orders
from domain.orders.model import order_line, orders as order_table, shipment, shipment_line
from domain.stock.model import stock_move
from tests.desktop.features.stock.test_sheets import opened, scan, sheet_of, until
from tests.support.counter import NOW, SHOP, T1, Counter, product_id
from tests.support.kept_goods import HERE, PHONE, add_kept_goods

CTRL = Qt.KeyboardModifier.ControlModifier
ORDER, SENT = stable_id("own", "phones"), stable_id("shipment", "phones")


@pytest.fixture
def kept(counter: Counter) -> Counter:
    add_kept_goods(counter)
    return counter


def on_the_way(counter: Counter, *serials: str) -> None:
    """Phones from the upline."""
    quantity = 1_000 * len(serials)
    goods = {"product_id": product_id("B002"), "product_code": "B002", "product_name": "手机", "unit": "台"}
    head = {"seller_id": T1, "buyer_id": SHOP, "state": "shipped"}
    counter.write(order_table, [{"id": ORDER, "number": "S1-03-R000009", "kind": "replenishment", **head}])
    line = {"id": stable_id("line", ORDER), "order_id": ORDER, "line_no": 1, "quantity": quantity, "shipped": quantity}
    counter.write(order_line, [{**line, **goods}])
    counter.write(shipment, [{"id": SENT, "order_id": ORDER, "number": "SH-1", **head, "shipped_at": NOW}])
    sent = {"id": stable_id("sl", SENT), "shipment_id": SENT, "order_line_id": line["id"], "line_no": 1}
    counter.write(shipment_line, [{**sent, **goods, "quantity": quantity, "serials": json.dumps(serials)}])


def moved(counter: Counter, reason: str) -> list[tuple[str, int]]:
    with counter.store.read() as connection:
        rows = connection.execute(stock_move.select().where(stock_move.c.reason == reason)).mappings()
        return sorted((row["serial"], row["quantity"]) for row in rows)


def test_a_shipment_is_compared_piece_by_piece(qtbot: QtBot, kept: Counter) -> None:
    on_the_way(kept, "S-1", "S-2")
    page = opened(qtbot, kept)
    QTest.keyClick(page, Qt.Key.Key_2, CTRL)
    incoming = page.findChild(IncomingView)
    assert incoming is not None
    until(qtbot, lambda: incoming.grid.model.rowCount() == 1)
    QTest.keyClick(incoming.grid.table, Qt.Key.Key_Return)
    until(qtbot, lambda: page.sheet is not None and len(page.sheet.rows) == 1)
    scan(qtbot, page, "S-1", PHONE, "S-9")
    sheet = sheet_of(page)
    until(qtbot, lambda: [row.serials for row in sheet.rows] == [("S-1", "S-9")])
    assert (sheet.rows[0].missing, sheet.rows[0].foreign, sheet.rows[0].difference) == (("S-2",), ("S-9",), 0)
    shown = str(sheet.grid.model.index(0, 0).data())
    assert "缺 S-2" in shown and "账外 S-9" in shown
    assert "序列号对不上" in str(sheet.grid.model.index(0, 4).data())
    assert sheet.differing.figure == "1"
    QTest.keyClick(sheet.box, Qt.Key.Key_F9)
    dialog = QApplication.activeModalWidget()
    assert dialog is not None
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    until(qtbot, lambda: kept.posted == ["stock.booked"])
    assert moved(kept, "receipt") == [("S-1", 1_000), ("S-9", 1_000)]
    with kept.store.read() as connection:
        claims = sorted((row["kind"], row["quantity"], row["serials"]) for row in orders.claims_of(connection, SENT))
    assert claims == [("over", 1_000, "S-9"), ("short", 1_000, "S-2")]


def test_a_count_says_what_is_missing_and_what_is_strange(qtbot: QtBot, kept: Counter) -> None:
    page = opened(qtbot, kept)
    QTest.keyClick(page, Qt.Key.Key_4, CTRL)
    scan(qtbot, page, PHONE)
    sheet = sheet_of(page)
    until(qtbot, lambda: [row.problem for row in sheet.rows] == ["serial"])
    scan(qtbot, page, "SN-X")
    until(qtbot, lambda: [(row.missing, row.foreign) for row in sheet.rows] == [((HERE,), ("SN-X",))])
    scan(qtbot, page, HERE)
    until(qtbot, lambda: [(row.quantity, row.missing) for row in sheet.rows] == [(2_000, ())])
    QTest.keyClick(sheet.box, Qt.Key.Key_F9)
    until(qtbot, lambda: kept.posted == ["stock.booked"])
    assert ("SN-X", 1_000) in moved(kept, "count")
    assert HERE not in [serial for serial, _ in moved(kept, "count")]


def test_a_broken_piece_is_put_right_by_its_serial(qtbot: QtBot, kept: Counter) -> None:
    page = opened(qtbot, kept)
    QTest.keyClick(page, Qt.Key.Key_5, CTRL)
    scan(qtbot, page, HERE)
    sheet = sheet_of(page)
    until(qtbot, lambda: [(row.quantity, row.serials) for row in sheet.rows] == [(-1_000, (HERE,))])
    scan(qtbot, page, PHONE)
    until(qtbot, lambda: [(row.quantity, row.problem) for row in sheet.rows] == [(-2_000, "serial")])
    scan(qtbot, page, "SN-X")
    until(qtbot, lambda: [(row.quantity, row.problem) for row in sheet.rows] == [(-2_000, "")])
    QTest.keyClick(sheet.box, Qt.Key.Key_F9)
    until(qtbot, lambda: kept.posted == ["stock.booked"])
    assert moved(kept, "adjustment") == [(HERE, 1_000), ("SN-X", 1_000)]
