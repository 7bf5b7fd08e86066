"""Ordering from the upline with scanner and keyboard."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

import i18n
from desktop.features.replenishment import operations
from desktop.features.replenishment.replenishment_view import ReplenishmentPage
from desktop.features.replenishment.screen import SCREEN
from desktop.store.scanning import Found
from domain.catalogue.model import barcode, product
from domain.kernel.ids import stable_id
from tests.support.counter import CASE_BARCODE, T1, Counter, product_id, unnamed

RICE = "6902969882347"


def opened(qtbot: QtBot, counter: Counter) -> ReplenishmentPage:
    page = SCREEN.make(counter.workbench)
    assert isinstance(page, ReplenishmentPage)
    qtbot.addWidget(page)
    page.resize(1198, 700)
    with qtbot.waitExposed(page):
        page.show()
    page.first_focus().setFocus()
    return page


def scan(qtbot: QtBot, page: ReplenishmentPage, code: str, lines: int) -> None:
    assert page.scanned(code)
    qtbot.waitUntil(lambda: len(page.rows) == lines)


def test_scan_search_quantity_and_submit(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, CASE_BARCODE, 1)
    assert page.rows[0].quantity == 12_000
    QTest.keyClicks(page.box, "dnr")
    QTest.keyClick(page.box, Qt.Key.Key_Escape)
    QTest.keyClicks(page.box, "cnn")
    qtbot.waitUntil(page.box.results_shown)
    QTest.keyClick(page.box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.current_key() == "A003")
    QTest.keyClick(page.box, Qt.Key.Key_F4)
    assert page.quantity.hasFocus()
    QTest.keyClicks(page.quantity, "8")
    QTest.keyClick(page.quantity, Qt.Key.Key_Return)
    assert page.box.hasFocus()
    qtbot.waitUntil(lambda: "¥530.80" in page.primary.words)
    QTest.keyClick(page.box, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: counter.posted == ["replenishment.submitted"])
    order = operations.recent(counter.store)[0]
    assert (order["seller_id"], order["state"], order["total"], order["sync"]) == (T1, "submitted", 53_080, "saved")
    assert operations.load_draft(counter.store).lines == ()
    qtbot.waitUntil(lambda: page.recent.model.rowCount() == 1 and page.rows == [])
    assert page.box.hasFocus()


def test_the_draft_survives_a_kill(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE, 1)
    QTest.keyClick(page.box, Qt.Key.Key_F7)
    QTest.keyClicks(page.note_line, "urgent")
    counter.threads.writer.run(lambda: None).result()
    kept = operations.load_draft(counter.reopen())
    assert [(line.code, line.quantity) for line in kept.lines] == [("A001", 1_000)]
    assert kept.note == "urgent"


def test_the_draft_is_there_again(qtbot: QtBot, counter: Counter) -> None:
    first = opened(qtbot, counter)
    scan(qtbot, first, RICE, 1)
    second = opened(qtbot, counter)
    qtbot.waitUntil(lambda: [line.code for line in second.rows] == ["A001"])


def test_undo_takes_back_step_by_step(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE, 1)
    scan(qtbot, page, CASE_BARCODE, 2)
    QTest.keyClick(page.box, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: len(page.rows) == 1)
    for left in (2, 1, 0):
        QTest.keyClick(page.box, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda left=left: len(page.rows) == left)  # type: ignore[misc]
    assert not page.can("undo") and not page.can("submit")


def test_a_refusal_keeps_the_work(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE, 1)
    with counter.store.cache.write() as connection:
        connection.execute(product.update().where(product.c.id == product_id("A001")).values(status="delisted"))
    QTest.keyClick(page.box, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: counter.posted == ["product_delisted"])
    assert page.can("submit") and len(page.edit.draft.lines) == 1
    page.opened()
    qtbot.waitUntil(lambda: page.rows[0].problem == "delisted")


def test_low_stock_is_said_in_both_languages(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, "6903244981002", 1)
    assert "快没货了" in str(page.grid.model.index(0, 1).data())
    i18n.set_language("en")
    assert "running low" in str(page.grid.model.index(0, 1).data())
    assert page.primary.words == "Submit ¥25.50"
    assert unnamed(page) == []


def test_an_unknown_code_is_said(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    page.scanned("47114711")
    qtbot.waitUntil(lambda: counter.posted == ["replenishment.not_a_product"])


def test_lines_of_a_refused_order_come_back_to_be_changed(qtbot: QtBot, counter: Counter) -> None:
    page = SCREEN.make(counter.workbench)
    assert isinstance(page, ReplenishmentPage)
    qtbot.addWidget(page)
    page.shown_with(lines=[Found("A001", 3_000), Found("A003", 2_000)])
    qtbot.waitUntil(lambda: [line.quantity for line in page.rows] == [3_000, 2_000])
    page.shown_with(lines=[Found("A001", 1_000)])
    qtbot.waitUntil(lambda: [line.quantity for line in page.rows] == [4_000, 2_000])


def test_cases_are_ordered_at_the_price_of_a_case(qtbot: QtBot, counter: Counter) -> None:
    pack = {"product_id": product_id("A002"), "code": "16902265360190", "unit": "箱", "factor": 12_000}
    counter.write(barcode, [{"id": stable_id("bar", "case"), **pack}])
    page = opened(qtbot, counter)
    scan(qtbot, page, "6902265360100", 1)
    QTest.keyClick(page.box, Qt.Key.Key_F4, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: [(line.unit, line.quantity) for line in page.rows] == [("箱", 12_000)])
    assert (page.rows[0].price, page.rows[0].amount) == (121_000 * 12, 12 * 12_10)
    assert str(page.grid.model.index(0, 3).data()) == "1 箱"
    scan(qtbot, page, "6902265360100", 2)
    QTest.keyClick(page.box, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: counter.posted == ["replenishment.submitted"])
    assert operations.recent(counter.store)[0]["total"] == 13 * 12_10
