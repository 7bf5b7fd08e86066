"""Taking in, counting and putting right, with scanner and keyboard."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.features.stock import operations
from desktop.features.stock.list_views import IncomingView, LevelView
from desktop.features.stock.screen import SCREEN
from desktop.features.stock.serial_dialog import SerialDialog
from desktop.features.stock.sheet import ADJUST, COUNT, DIRECT, RECEIVE, Sheet, SheetLine
from desktop.features.stock.sheet_view import SheetView
from desktop.features.stock.stock_view import StockPage
from desktop.platform.settings import WEIGHED
from desktop.store.lots import lots_of
from desktop.widgets.lot_dialog import LotDialog
from domain.catalogue.model import barcode
from domain.catalogue.rules import ean13_check_digit
from domain.kernel.ids import stable_id
from domain.orders import queries as orders
from tests.support.counter import CASE_BARCODE, Counter, product_id, unnamed
from tests.support.kept_goods import GTIN, HERE, PHONE, YOGHURT, add_kept_goods

RICE, SOY, KETTLE = "6902969882347", "6902265360100", "6937220900015"


def opened(qtbot: QtBot, counter: Counter) -> StockPage:
    page = SCREEN.make(counter.workbench)
    assert isinstance(page, StockPage)
    qtbot.addWidget(page)
    page.resize(1198, 700)
    with qtbot.waitExposed(page):
        page.show()
    return page


def until(qtbot: QtBot, check: Callable[[], Any]) -> None:
    qtbot.waitUntil(lambda: bool(check()))


def sheet_of(page: StockPage) -> SheetView:
    sheet = page.sheet
    assert sheet is not None
    return sheet


def scan(qtbot: QtBot, page: StockPage, *codes: str) -> None:
    for code in codes:
        before = sheet_of(page).edit.draft
        assert page.scanned(code)
        qtbot.waitUntil(partial(is_other, sheet_of(page), before))


def is_other(view: SheetView, before: Sheet) -> bool:
    return view.edit.draft != before


def is_working_on(page: StockPage, kind: str) -> bool:
    return sheet_of(page).kind == kind and sheet_of(page).is_ready


def receiving(qtbot: QtBot, counter: Counter) -> StockPage:
    counter.add_shipment()
    page = opened(qtbot, counter)
    QTest.keyClick(page, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    incoming = page.findChild(IncomingView)
    assert incoming is not None
    until(qtbot, lambda: incoming.grid.model.rowCount() == 1)
    QTest.keyClick(incoming.grid.table, Qt.Key.Key_Return)
    until(qtbot, lambda: page.sheet is not None and len(page.sheet.rows) == 2)
    return page


def level(counter: Counter, code: str) -> int:
    return operations.search_levels(counter.store, code)[0].quantity


def test_pieces_and_cases_are_counted_against_the_shipment(qtbot: QtBot, counter: Counter) -> None:
    page = receiving(qtbot, counter)
    scan(qtbot, page, RICE, SOY, CASE_BARCODE)
    until(qtbot, lambda: [row.quantity for row in sheet_of(page).rows] == [1_000, 13_000])
    assert [row.difference for row in sheet_of(page).rows] == [-39_000, -35_000]
    assert sheet_of(page).progress.figure == "88 / 14"
    assert sheet_of(page).current_key() == "A002"
    assert "还差 35" in str(sheet_of(page).grid.model.index(1, 4).data())


def test_everything_there_is_confirmed_without_a_question(qtbot: QtBot, counter: Counter) -> None:
    page = receiving(qtbot, counter)
    scan(qtbot, page, RICE, CASE_BARCODE, CASE_BARCODE, CASE_BARCODE, CASE_BARCODE)
    sheet = sheet_of(page)
    until(qtbot, lambda: len(sheet.rows) == 2 and sheet.rows[1].difference == 0)
    sheet.grid.table.go_to(0)
    QTest.keyClick(sheet.box, Qt.Key.Key_F4)
    assert sheet.quantity.hasFocus()
    QTest.keyClicks(sheet.quantity, "40")
    QTest.keyClick(sheet.quantity, Qt.Key.Key_Return)
    assert sheet.box.hasFocus()
    until(qtbot, lambda: not sheet.differences())
    QTest.keyClick(sheet.box, Qt.Key.Key_F9)
    until(qtbot, lambda: counter.posted == ["stock.booked"])
    assert level(counter, "A001") == 80_000
    until(qtbot, lambda: page.sheet is None)
    assert operations.incoming(counter.store) == []


def test_a_difference_is_shown_before_it_becomes_a_claim(qtbot: QtBot, counter: Counter) -> None:
    page = receiving(qtbot, counter)
    scan(qtbot, page, RICE, KETTLE)
    until(qtbot, lambda: len(sheet_of(page).rows) == 3)
    shipment_id = sheet_of(page).edit.draft.shipment_id
    QTest.keyClick(sheet_of(page).box, Qt.Key.Key_F9)
    dialog = QApplication.activeModalWidget()
    assert dialog is not None
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    until(qtbot, lambda: counter.posted == ["stock.booked"])
    with counter.store.read() as connection:
        claims = sorted((row["kind"], row["quantity"]) for row in orders.claims_of(connection, shipment_id))
    assert claims == [("over", 1_000), ("short", 39_000), ("short", 48_000)]


def test_part_is_taken_now_and_the_rest_stays_expected(qtbot: QtBot, counter: Counter) -> None:
    page = receiving(qtbot, counter)
    scan(qtbot, page, CASE_BARCODE)
    QTest.keyClick(sheet_of(page).box, Qt.Key.Key_F6)
    until(qtbot, lambda: counter.posted == ["stock.booked"])
    assert level(counter, "A002") == 60_000
    rest = operations.sheet_rows(counter.store, operations.load_sheet(counter.store, RECEIVE, shipment(counter)))
    assert [row.expected for row in rest] == [40_000, 36_000]


def shipment(counter: Counter) -> str:
    return str(operations.incoming(counter.store)[0]["id"])


def test_the_last_scan_is_taken_back(qtbot: QtBot, counter: Counter) -> None:
    page = receiving(qtbot, counter)
    scan(qtbot, page, RICE, RICE)
    QTest.keyClick(sheet_of(page).box, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert sheet_of(page).edit.draft.quantity_of("A001") == 1_000
    QTest.keyClick(sheet_of(page).box, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert sheet_of(page).edit.draft.lines == ()
    assert not page.can("undo")


def test_a_scan_survives_a_kill(qtbot: QtBot, counter: Counter) -> None:
    page = receiving(qtbot, counter)
    scan(qtbot, page, RICE, CASE_BARCODE)
    counter.threads.writer.run(lambda: None).result()
    shipment_id = sheet_of(page).edit.draft.shipment_id
    kept = operations.load_sheet(counter.reopen(), RECEIVE, shipment_id)
    assert [(line.code, line.quantity) for line in kept.lines] == [("A001", 1_000), ("A002", 12_000)]


def test_an_unknown_code_changes_nothing_and_is_said(qtbot: QtBot, counter: Counter) -> None:
    page = receiving(qtbot, counter)
    page.scanned("4711471147")
    strip = sheet_of(page).strip
    assert strip is not None
    assert strip.isVisible()
    assert sheet_of(page).edit.draft.lines == ()


def test_goods_that_no_list_knows_are_made_and_taken_in(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    QTest.keyClick(page, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    until(qtbot, partial(is_working_on, page, DIRECT))
    assert page.scanned("4006381333931")
    strip = sheet_of(page).strip
    assert strip is not None
    strip.make.click()
    for field, text in ((strip.name, "sugar"), (strip.price, "9.5")):
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)
    until(qtbot, lambda: [line.name for line in sheet_of(page).rows] == ["sugar"])
    scan(qtbot, page, "4006381333931")
    assert sheet_of(page).edit.draft.lines[0].quantity == 2000


def test_direct_intake_by_typing_a_code(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    QTest.keyClick(page, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    sheet = sheet_of(page)
    assert sheet.kind == DIRECT
    QTest.keyClicks(sheet.box, "A005")
    until(qtbot, sheet.box.results_shown)
    QTest.keyClick(sheet.box, Qt.Key.Key_Return)
    until(qtbot, lambda: sheet.current_key() == "A005")
    QTest.keyClicks(sheet.box, "*")
    assert sheet.quantity.hasFocus()
    QTest.keyClicks(sheet.quantity, "6")
    QTest.keyClick(sheet.quantity, Qt.Key.Key_Return)
    QTest.keyClick(sheet.box, Qt.Key.Key_F9)
    until(qtbot, lambda: counter.posted == ["stock.booked"])
    assert level(counter, "A005") == 6_000
    assert sheet.box.hasFocus()
    assert operations.load_sheet(counter.store, DIRECT).lines == ()


def test_labels_of_the_scale_are_taken_in_and_counted_by_weight(qtbot: QtBot, counter: Counter) -> None:
    apples = {"id": stable_id("bar", "00006"), "product_id": product_id("A006"), "code": "00006", "factor": 1000}
    counter.write(barcode, [apples])
    counter.workbench.settings.set(WEIGHED, "21IIIIIGGGGGC 22IIIIIFFFFFC")
    page = opened(qtbot, counter)
    for key, kind in ((Qt.Key.Key_3, DIRECT), (Qt.Key.Key_4, COUNT)):
        QTest.keyClick(page, key, Qt.KeyboardModifier.ControlModifier)
        until(qtbot, partial(is_working_on, page, kind))
        scan(qtbot, page, *(twelve + ean13_check_digit(twelve) for twelve in ("210000601234", "220000601136")))
        assert [(line.code, line.quantity) for line in sheet_of(page).edit.draft.lines] == [("A006", 2234)]


def test_a_count_shows_the_difference_to_the_book(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    QTest.keyClick(page, Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    sheet = sheet_of(page)
    assert sheet.kind == COUNT
    scan(qtbot, page, RICE)
    until(qtbot, lambda: sheet.current_key() == "A001")
    QTest.keyClick(sheet.box, Qt.Key.Key_F4)
    QTest.keyClicks(sheet.quantity, "38")
    QTest.keyClick(sheet.quantity, Qt.Key.Key_Return)
    until(qtbot, lambda: str(sheet.grid.model.index(0, 3).data()) == "−2")
    QTest.keyClick(sheet.box, Qt.Key.Key_F9)
    until(qtbot, lambda: counter.posted == ["stock.booked"])
    assert level(counter, "A001") == 38_000


def test_breakage_takes_away_with_its_reason(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    QTest.keyClick(page, Qt.Key.Key_5, Qt.KeyboardModifier.ControlModifier)
    scan(qtbot, page, SOY)
    QTest.keyClick(sheet_of(page).box, Qt.Key.Key_F9)
    until(qtbot, lambda: counter.posted == ["stock.booked"])
    assert level(counter, "A002") == 47_000
    document = operations.list_documents(counter.store)[0]
    assert (document["reason"], document["sync"]) == ("破损", "saved")
    assert operations.document_lines(counter.store, document)[0]["quantity"] == -1_000


def test_own_moves_are_in_the_list_before_the_server_knows(qtbot: QtBot, counter: Counter) -> None:
    operations.take_in(counter.store, [("A005", 3_000)])
    page = opened(qtbot, counter)
    search = page.first_focus()
    QTest.keyClicks(search, "A005")
    view = page.findChild(LevelView)
    assert view is not None
    until(qtbot, lambda: view.grid.model.rowCount() == 1)
    row = view.grid.model.row(0)
    assert row is not None
    assert (row.quantity, row.as_of, row.unsent) == (3_000, 0, True)


def test_every_control_has_a_name(qtbot: QtBot, counter: Counter) -> None:
    page = receiving(qtbot, counter)
    for show in (page.show_list, page.show_direct, page.show_count, page.show_adjust, page.show_history):
        show()
        assert unnamed(page) == []


def test_cases_are_taken_in_and_counted_as_cases(qtbot: QtBot, counter: Counter) -> None:
    pack = {"product_id": product_id("A002"), "code": "16902265360190", "unit": "箱", "factor": 12_000}
    counter.write(barcode, [{"id": stable_id("bar", "case"), **pack}])
    page = opened(qtbot, counter)
    QTest.keyClick(page, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    scan(qtbot, page, "16902265360190", "16902265360190")
    sheet = sheet_of(page)
    until(qtbot, lambda: [(row.unit, row.quantity) for row in sheet.rows] == [("箱", 24_000)])
    assert str(sheet.grid.model.index(0, 2).data()) == "2 箱"
    scan(qtbot, page, SOY)
    until(qtbot, lambda: [(row.unit, row.quantity) for row in sheet.rows] == [("瓶", 25_000)])
    QTest.keyClick(sheet.box, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    until(qtbot, lambda: [row.unit for row in sheet.rows] == ["箱"])
    QTest.keyClick(sheet.box, Qt.Key.Key_F4)
    QTest.keyClicks(sheet.quantity, "5")
    QTest.keyClick(sheet.quantity, Qt.Key.Key_Return)
    until(qtbot, lambda: [row.quantity for row in sheet.rows] == [60_000])
    QTest.keyClick(sheet.box, Qt.Key.Key_F9)
    until(qtbot, lambda: counter.posted == ["stock.booked"])
    assert level(counter, "A002") == 108_000


def test_lots_come_in_by_label_or_by_hand_and_are_counted_one_by_one(qtbot: QtBot, counter: Counter) -> None:
    add_kept_goods(counter)
    page = opened(qtbot, counter)
    QTest.keyClick(page, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    scan(qtbot, page, f"01{GTIN}17270131" + "10NEW", YOGHURT)
    sheet = sheet_of(page)
    until(qtbot, lambda: [(row.lot, row.expires_on, row.problem) for row in sheet.rows] == [
        ("NEW", "2027-01-31", ""), ("", None, "lot")])  # fmt: skip
    QTest.keyClick(sheet.box, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    until(qtbot, lambda: isinstance(QApplication.activeModalWidget(), LotDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, LotDialog)
    dialog.lot.setText("HAND")
    dialog.day.setText("270228")
    QTest.keyClick(dialog.day, Qt.Key.Key_Return)
    until(qtbot, lambda: [(row.lot, row.problem) for row in sheet.rows] == [("NEW", ""), ("HAND", "")])
    scan(qtbot, page, PHONE, "SN-1", PHONE, "SN-2")
    until(qtbot, lambda: [row.serials for row in sheet.rows][-1] == ("SN-1", "SN-2"))
    scan(qtbot, page, PHONE)
    assert page.scanned("SN-2")
    assert counter.posted == ["serial_twice"]
    QTest.keyClick(sheet.box, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    until(qtbot, lambda: sheet.rows[-1].quantity == 2_000)
    QTest.keyClick(sheet.box, Qt.Key.Key_F9)
    until(qtbot, lambda: counter.posted[-1] == "stock.booked")
    held = {one.lot: (one.quantity, one.expires_on) for one in lots_of(counter.store, "B001") or ()}
    assert (held["NEW"], held["HAND"]) == ((1_000, "2027-01-31"), (1_000, "2027-02-28"))
    count = Sheet(kind=COUNT, lines=(SheetLine(code="B001", quantity=1_500, lot="SOON"),))
    assert [row.book for row in operations.sheet_rows(counter.store, count)] == [3_000]
    operations.book_sheet(counter.store, count)
    assert {one.lot: one.quantity for one in lots_of(counter.store, "B001") or ()}["SOON"] == 1_500


def test_a_piece_that_is_here_already_is_told_in_place(qtbot: QtBot, counter: Counter) -> None:
    add_kept_goods(counter)
    page = opened(qtbot, counter)
    QTest.keyClick(page, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    scan(qtbot, page, PHONE, HERE)
    sheet = sheet_of(page)
    until(qtbot, lambda: [row.doubts for row in sheet.rows] == [(("piece_here", HERE),)])
    assert f"序列号 {HERE} 按记录就在店里" in str(sheet.grid.model.index(0, 0).data())
    QTest.keyClick(sheet.box, Qt.Key.Key_F9)
    until(qtbot, lambda: counter.posted == ["stock.booked"])
    away = Sheet(kind=ADJUST, lines=(SheetLine(code="B002", quantity=-1_000, by_serial=True, serials=(HERE,)),))
    assert [row.doubts for row in operations.sheet_rows(counter.store, away)] == [()]
    counter.clock.ms += 1_000  # moves of one instant have no order
    operations.book_sheet(counter.store, away, reason="破损")
    assert [row.doubts for row in operations.sheet_rows(counter.store, away)] == [(("piece_gone", HERE),)]


def test_a_serial_tells_where_it_has_been(qtbot: QtBot, counter: Counter) -> None:
    add_kept_goods(counter)
    page = opened(qtbot, counter)
    QTest.keyClick(page, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    until(qtbot, lambda: isinstance(QApplication.activeModalWidget(), SerialDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, SerialDialog)
    assert unnamed(dialog) == []
    QTest.keyClicks(dialog.serial, HERE)
    QTest.keyClick(dialog.serial, Qt.Key.Key_Return)
    until(qtbot, lambda: dialog.grid.model.rowCount() == 1)
    assert "入库" in str(dialog.grid.model.index(0, 1).data())
    QTest.keyClicks(dialog.serial, "SN-NOBODY")
    QTest.keyClick(dialog.serial, Qt.Key.Key_Return)
    until(qtbot, lambda: dialog.grid.model.rowCount() == 0)
