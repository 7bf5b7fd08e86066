"""Goods that the shop still has and may no longer sell: named and marked where they lie, counted by their bar code."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.features.stock.list_views import LevelView
from desktop.features.stock.sheet import COUNT
from desktop.store.scanning import find_scanned
from domain.kernel.ids import stable_id
from domain.stock.model import stock_move
from tests.desktop.features.stock.test_sheets import is_working_on, opened, scan, sheet_of, until
from tests.support.counter import Counter
from tests.support.unauthorised import BARCODE, CODE, NAME, hold_unauthorised

CONTROL = Qt.KeyboardModifier.ControlModifier


def test_stock_list_search_and_count(qtbot: QtBot, counter: Counter) -> None:
    hold_unauthorised(counter, 7_000)
    page = opened(qtbot, counter)
    levels = page.findChild(LevelView)
    assert levels is not None

    def shown() -> list[tuple[str, str]]:
        model = levels.grid.model
        rows = [[str(model.index(row, place).data()) for place in range(4)] for row in range(model.rowCount())]
        return [(line[1], line[3]) for line in rows if line[0] == CODE]

    until(qtbot, lambda: len(shown()) == 1)
    [(name, quantity)] = shown()
    assert name.startswith(NAME)
    assert "已无授权" in name
    assert quantity == "7"

    assert find_scanned(counter.store, BARCODE) is None, "the till does not know it"
    QTest.keyClick(page, Qt.Key.Key_4, CONTROL)
    until(qtbot, lambda: page.sheet is not None and is_working_on(page, COUNT))
    scan(qtbot, page, BARCODE)
    until(qtbot, lambda: [row.name for row in sheet_of(page).rows] == [NAME])
    assert "已无授权" in str(sheet_of(page).grid.model.index(0, 0).data())
    QTest.keyClick(sheet_of(page).box, Qt.Key.Key_F9)
    until(qtbot, lambda: counter.posted == ["stock.booked"])
    with counter.store.read() as connection:
        moved = connection.execute(stock_move.select()).mappings().all()
    assert [(row["product_id"], row["quantity"]) for row in moved] == [(stable_id("product", CODE), 6_000)]
