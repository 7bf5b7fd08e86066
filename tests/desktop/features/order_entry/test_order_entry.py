"""Selling with scanner and keyboard: what a cashier with a queue in front of her does."""

from __future__ import annotations

import time
from threading import Event

from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

import i18n
from desktop.features.order_entry import operations
from desktop.features.order_entry.order_entry_view import OrderEntryPage
from desktop.features.order_entry.pay_dialog import PayDialog, handed_over
from desktop.features.order_entry.screen import SCREEN
from desktop.platform.theme import Look, theme
from desktop.store import customers
from desktop.widgets.scan_box import ScanBox
from tests.support.counter import CASE_BARCODE, GOODS, Counter, unnamed

RICE, SAUCE = "6902969882347", "6902265360100"
MOST_KEYS = 12
FOCUS_SECONDS = 0.050


class KeyCount(QObject):
    """Counts the presses of a person."""

    def __init__(self) -> None:
        super().__init__()
        self.pressed = 0

    def press(self, key: Qt.Key, times: int = 1) -> None:
        """Press a key where the focus is."""
        for _ in range(times):
            focus = QApplication.focusWidget()
            assert focus is not None
            self.pressed += 1
            QTest.keyClick(focus, key)


def opened(qtbot: QtBot, counter: Counter) -> OrderEntryPage:
    page = SCREEN.make(counter.workbench)
    assert isinstance(page, OrderEntryPage)
    qtbot.addWidget(page)
    page.resize(1198, 700)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    page.first_focus().setFocus()
    return page


def scan(qtbot: QtBot, page: OrderEntryPage, code: str, lines: int) -> None:
    assert page.scanned(code)
    qtbot.waitUntil(lambda: len(page.rows) == lines and page.kept == page.edit.draft)


def focus_of_dialog(qtbot: QtBot) -> QWidget:
    """The field of the dialog in front that has the focus."""

    def found() -> QWidget | None:
        dialog, focus = QApplication.activeModalWidget(), QApplication.focusWidget()
        return focus if dialog is not None and focus is not None and focus.window() is dialog else None

    qtbot.waitUntil(lambda: found() is not None)
    focus = found()
    assert focus is not None
    return focus


def paying(qtbot: QtBot) -> PayDialog:
    dialog = focus_of_dialog(qtbot).window()
    assert isinstance(dialog, PayDialog)
    return dialog


def test_five_items_for_cash_need_no_mouse_and_few_keys(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    keys = KeyCount()
    for number, row in enumerate(GOODS[:5], 1):
        scan(qtbot, page, row[3], number)
    qtbot.waitUntil(lambda: page.can("pay"))
    keys.press(Qt.Key.Key_F9)
    dialog = paying(qtbot)
    for key in (Qt.Key.Key_5, Qt.Key.Key_0, Qt.Key.Key_0):
        keys.press(key)
    assert dialog.given == 500_00
    keys.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: counter.posted == ["order_entry.sold"])
    assert keys.pressed <= MOST_KEYS
    assert page.box.hasFocus()
    sold = counter.store.ledger.recent(1)[0]
    assert (sold["kind"], sold["amount"], sold["status"]) == ("orders.complete_sale", 283_20, "saved")
    assert operations.load_draft(counter.store).lines == ()
    qtbot.waitUntil(lambda: page.rows == [] and not page.primary.isEnabled())


def test_enter_alone_takes_the_exact_amount_and_the_focus_is_back_at_once(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    took = []
    for sale in range(1, 4):
        scan(qtbot, page, RICE, 1)
        qtbot.waitUntil(lambda: page.can("pay"))
        QTest.keyClick(page.box, Qt.Key.Key_F9)
        dialog = paying(qtbot)
        began = time.thread_time()  # of this thread: how busy the machine is does not count
        QTest.keyClick(dialog.field, Qt.Key.Key_Return)
        while not page.box.hasFocus():
            QApplication.processEvents()
        took.append(time.thread_time() - began)
        qtbot.waitUntil(lambda sale=sale: counter.posted == ["order_entry.sold"] * sale)  # type: ignore[misc]
        qtbot.waitUntil(lambda: page.rows == [])
    assert min(took) < FOCUS_SECONDS


def test_too_little_cash_is_not_taken(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE, 1)
    qtbot.waitUntil(lambda: page.can("pay"))
    QTest.keyClick(page.box, Qt.Key.Key_F9)
    dialog = paying(qtbot)
    QTest.keyClicks(dialog.field, "40")
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    assert dialog.isVisible()
    QTest.keyClick(dialog.field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert counter.posted == []
    assert len(page.edit.draft.lines) == 1


def test_a_scan_over_an_open_question_is_said_and_changes_nothing(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE, 1)
    qtbot.waitUntil(lambda: page.can("pay"))
    QTest.keyClick(page.box, Qt.Key.Key_F9)
    dialog = paying(qtbot)
    assert page.scanned(SAUCE)
    assert counter.posted == ["order_entry.answer_first"]
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: counter.posted[-1] == "order_entry.sold")
    assert counter.store.ledger.recent(1)[0]["amount"] == 46_80


def test_a_scan_while_the_sale_is_being_written_begins_the_next_order(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE, 1)
    qtbot.waitUntil(lambda: page.can("pay"))
    QTest.keyClick(page.box, Qt.Key.Key_F9)
    dialog = paying(qtbot)
    begin = Event()
    counter.threads.writer.run(begin.wait)
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    qtbot.waitUntil(page.box.hasFocus)
    assert page.scanned(SAUCE)
    begin.set()
    qtbot.waitUntil(lambda: counter.posted == ["order_entry.sold"])
    qtbot.waitUntil(lambda: [line.code for line in page.rows] == ["A002"])
    assert counter.store.ledger.recent(1)[0]["amount"] == 46_80


def test_sums_that_people_hand_over() -> None:
    assert handed_over(46_80) == [50_00, 60_00, 100_00]
    assert handed_over(3_00) == [10_00, 20_00, 50_00]
    assert handed_over(100_00) == []


def test_nothing_to_pay_for_without_lines(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    qtbot.waitUntil(lambda: page.kept is not None)
    assert not page.primary.isEnabled()
    QTest.keyClick(page.box, Qt.Key.Key_F9)
    assert QApplication.activeModalWidget() is None


def test_a_repeated_scan_adds_and_a_case_counts_twelve(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, SAUCE, 1)
    scan(qtbot, page, SAUCE, 1)
    scan(qtbot, page, CASE_BARCODE, 1)
    qtbot.waitUntil(lambda: bool(page.rows) and page.rows[0].quantity == 14_000)


def test_lines_stand_in_the_order_of_the_scans_however_fast(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    qtbot.waitUntil(lambda: page.kept is not None)
    codes = ["A005", "A001", "A004", "A002", "A003", "A006"]
    for code in codes:
        page.scanned(code)
    qtbot.waitUntil(lambda: len(page.rows) == len(codes))
    assert [line.code for line in page.rows] == codes


def test_find_by_initials_quantity_price_and_delete(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    qtbot.waitUntil(lambda: page.kept is not None)
    QTest.keyClicks(page.box, "cnn")
    qtbot.waitUntil(page.box.results_shown)
    QTest.keyClick(page.box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.current_key() == "A003")
    QTest.keyClick(page.box, Qt.Key.Key_F4)
    assert page.quantity.hasFocus()
    QTest.keyClicks(page.quantity, "3")
    QTest.keyClick(page.quantity, Qt.Key.Key_Return)
    assert page.box.hasFocus()
    qtbot.waitUntil(lambda: [line.quantity for line in page.rows] == [3_000])
    QTest.keyClick(page.box, Qt.Key.Key_F7)
    QTest.keyClicks(page.price, "50")
    QTest.keyClick(page.price, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [(line.unit_price, line.manual) for line in page.rows] == [(500_000, True)])
    assert page.edit.draft.lines[0].price == 500_000
    QTest.keyClick(page.box, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: page.rows == [])


def test_a_price_that_was_only_looked_at_stays_the_list_price(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE, 1)
    qtbot.waitUntil(lambda: page.price.isEnabled())
    QTest.keyClick(page.box, Qt.Key.Key_F7)
    QTest.keyClick(page.price, Qt.Key.Key_Return)
    assert page.edit.draft.lines[0].price is None


def test_twenty_steps_are_taken_back(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    for number in range(1, 21):
        assert page.scanned(RICE)
        qtbot.waitUntil(lambda number=number: bool(page.rows) and page.rows[0].quantity == number * 1_000)  # type: ignore[misc]
    for _ in range(20):
        QTest.keyClick(page.box, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page.rows == [] and page.kept == page.edit.draft)
    assert operations.load_draft(counter.store).lines == ()


def test_an_unknown_code_is_said_and_nothing_is_lost(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE, 1)
    assert page.scanned("4006381333931")
    assert page.strip is not None
    assert [each.scanned for each in page.strip.waiting] == ["4006381333931"]
    assert QApplication.activeModalWidget() is None
    assert [line.code for line in page.edit.draft.lines] == ["A001"]
    assert page.box.hasFocus()


def test_held_and_taken_up_again(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE, 1)
    QTest.keyClick(page.box, Qt.Key.Key_F6)
    qtbot.waitUntil(lambda: page.rows == [] and page.can("recall"))
    scan(qtbot, page, SAUCE, 1)
    QTest.keyClick(page.box, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(focus_of_dialog(qtbot), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [line.code for line in page.rows] == ["A001"])
    counter.threads.writer.run(lambda: None).result()
    assert [held.draft.lines[0].code for held in operations.held_orders(counter.store)] == ["A002"]
    assert [line.code for line in operations.load_draft(counter.store).lines] == ["A001"]


def test_a_customer_by_the_last_digits(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE, 1)
    QTest.keyClick(page.box, Qt.Key.Key_F3)
    box = focus_of_dialog(qtbot)
    assert isinstance(box, ScanBox)
    QTest.keyClicks(box, "6621")
    qtbot.waitUntil(box.results_shown)
    QTest.keyClick(box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.edit.draft.customer_id is not None and page.kept == page.edit.draft)
    found = customers.customer_by_id(counter.store, str(page.edit.draft.customer_id))
    assert found is not None
    assert found["name"] == "李建国"
    qtbot.waitUntil(page.box.hasFocus)


def test_the_draft_survives_a_kill(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE, 1)
    scan(qtbot, page, SAUCE, 2)
    kept = operations.load_draft(counter.reopen())
    assert [(line.code, line.quantity) for line in kept.lines] == [("A001", 1_000), ("A002", 1_000)]


def test_the_order_in_hand_is_there_at_the_next_start(qtbot: QtBot, counter: Counter) -> None:
    scan(qtbot, opened(qtbot, counter), RICE, 1)
    again = opened(qtbot, counter)
    qtbot.waitUntil(lambda: [line.code for line in again.rows] == ["A001"])


def test_language_and_look_change_and_the_order_stays(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE, 1)
    QTest.keyClicks(page.box, "niunai")
    i18n.set_language("en")
    theme().apply(Look("dark", 200))
    assert page.box.text() == "niunai"
    assert [line.code for line in page.rows] == ["A001"]
    assert "46.80" in page.primary.words
    assert not any("一" <= sign <= "鿿" for sign in page.primary.words)


def test_every_control_has_a_name(qtbot: QtBot, counter: Counter) -> None:
    assert unnamed(opened(qtbot, counter)) == []


def test_keys_of_the_page_reach_it_from_the_lines(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE, 1)
    page.grid.table.setFocus()
    QTest.keyClick(page.grid.table, Qt.Key.Key_F2)
    assert page.box.hasFocus()
