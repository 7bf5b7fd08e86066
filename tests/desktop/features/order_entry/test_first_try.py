"""Keys do what they say at the first try: right after a scan, in the lines, twice in a row, before there are hits."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.features.order_entry.discount_dialog import DiscountDialog
from desktop.features.order_entry.operations import Held
from desktop.features.order_entry.order_entry_view import OrderEntryPage
from desktop.features.order_entry.pay_dialog import PayDialog
from desktop.features.order_entry.recall_dialog import RecallDialog
from desktop.widgets.customer_dialog import NEW, CustomerDialog
from domain.customers.queries import customer_by_id
from tests.desktop.features.order_entry.desk import (
    CTRL,
    MILK,
    RICE,
    SAUCE,
    SHIFT,
    in_front,
    newest,
    opened,
    paying,
    press,
    scan,
    settled,
    write,
)
from tests.support.counter import Counter, unnamed

KEY = Qt.Key


@pytest.fixture
def page(qtbot: QtBot, counter: Counter) -> OrderEntryPage:
    return opened(qtbot, counter)


def lines(page: OrderEntryPage) -> list[tuple[str, int]]:
    return [(line.code, line.quantity) for line in page.edit.draft.lines]


def commit(text: str) -> None:
    """As an input method does."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    focus = QApplication.focusWidget()
    assert focus is not None
    QApplication.sendEvent(focus, event)


def test_the_key_to_pay_waits_for_the_price_of_what_was_just_scanned(qtbot: QtBot, page: OrderEntryPage) -> None:
    page.scanned(RICE)
    assert page.rows == []
    press(KEY.Key_F9)
    assert in_front(qtbot, PayDialog).rest == 46_80


@pytest.mark.parametrize("key", [KEY.Key_F5, KEY.Key_F8])
def test_so_do_the_keys_of_discounts(qtbot: QtBot, page: OrderEntryPage, key: Qt.Key) -> None:
    scan(qtbot, page, SAUCE)
    page.scanned(RICE)
    press(key)
    dialog = in_front(qtbot, DiscountDialog)
    assert ("46.80" if key == KEY.Key_F5 else "62.30") in dialog.sentence.text()


def test_nothing_is_asked_for_an_order_that_went_meanwhile(qtbot: QtBot, page: OrderEntryPage) -> None:
    page.scanned(RICE)
    press(KEY.Key_F9)
    press(KEY.Key_Z, CTRL)
    settled(qtbot, page)
    assert QApplication.activeModalWidget() is None


def test_holding_twice_in_a_row_puts_nothing_empty_aside(qtbot: QtBot, page: OrderEntryPage) -> None:
    scan(qtbot, page, RICE)
    press(KEY.Key_F6)
    page.hold()
    qtbot.waitUntil(lambda: len(page.held) == 1 and not page.edit.draft.lines)
    scan(qtbot, page, SAUCE)
    press(KEY.Key_F6)
    qtbot.waitUntil(lambda: len(page.held) == 2)
    assert all(held.draft.lines for held in page.held)


def test_orders_put_aside_are_told_apart_by_what_is_in_them(qtbot: QtBot, page: OrderEntryPage) -> None:
    scan(qtbot, page, RICE, SAUCE)
    page.edit.put_order_discount(2_35, "")
    page.edit.put_rounding("fen")
    page.keep()
    settled(qtbot, page)
    due = page.totals.due
    press(KEY.Key_F6)
    qtbot.waitUntil(lambda: len(page.held) == 1)
    press(KEY.Key_F6, SHIFT)
    dialog = in_front(qtbot, RecallDialog)
    row = dialog.grid.current()
    assert isinstance(row, Held)
    said = row_text(dialog, row)
    assert "金龙鱼 东北大米 5kg" in said and "2" in said
    assert row.total == due == 59_90


def test_an_order_is_taken_up_once(qtbot: QtBot, page: OrderEntryPage) -> None:
    scan(qtbot, page, RICE)
    press(KEY.Key_F6)
    qtbot.waitUntil(lambda: len(page.held) == 1)
    [held] = page.held
    press(KEY.Key_F6, SHIFT)
    in_front(qtbot, RecallDialog)
    press(KEY.Key_Return)
    assert list(page.held) == []  # before the list is read anew
    page.recall()
    assert QApplication.activeModalWidget() is None
    settled(qtbot, page)
    assert lines(page) == [("A001", 1000)]
    assert held.draft.lines == page.edit.draft.lines


def test_more_cash_than_31_bits_sells_once(qtbot: QtBot, counter: Counter, page: OrderEntryPage) -> None:
    scan(qtbot, page, RICE)
    paying(qtbot, page)
    write("30000000")
    press(KEY.Key_Return)
    qtbot.waitUntil(lambda: counter.posted == ["order_entry.sold"])
    qtbot.waitUntil(lambda: lines(page) == [] and page.box.hasFocus())
    assert newest(counter)[1] == {"cash": 46_80}


def test_times_asks_for_the_quantity_in_the_lines_and_through_an_input_method(
    qtbot: QtBot, page: OrderEntryPage
) -> None:
    scan(qtbot, page, RICE, SAUCE)
    page.grid.table.setFocus()
    write("*")
    assert page.quantity.hasFocus()
    for star in ("*", "＊", "×"):
        press(KEY.Key_Escape)
        assert page.box.hasFocus()
        commit(star)
        assert page.quantity.hasFocus() and page.box.text() == ""
    write("3")
    press(KEY.Key_Return)
    settled(qtbot, page)
    assert lines(page) == [("A001", 1000), ("A002", 3000)]


def test_arrows_in_the_empty_box_choose_the_line(qtbot: QtBot, page: OrderEntryPage) -> None:
    scan(qtbot, page, RICE, SAUCE, MILK)
    press(KEY.Key_Up)
    assert (page.current_key(), page.box.hasFocus()) == ("A002", True)
    press(KEY.Key_PageUp)
    assert page.current_key() == "A001"
    press(KEY.Key_Down)
    press(KEY.Key_Delete)
    settled(qtbot, page)
    assert lines(page) == [("A001", 1000), ("A003", 1000)]


def test_what_was_typed_and_not_entered_does_not_stand_there(qtbot: QtBot, page: OrderEntryPage) -> None:
    scan(qtbot, page, RICE)
    press(KEY.Key_F4)
    write("12")
    press(KEY.Key_Escape)
    assert (page.quantity.text(), page.box.hasFocus()) == ("1", True)
    press(KEY.Key_F7)
    write("12")
    press(KEY.Key_F2)
    assert (page.price.text(), page.box.hasFocus()) == ("46.80", True)
    assert lines(page) == [("A001", 1000)]


def test_an_emptied_price_is_the_lists_again(qtbot: QtBot, page: OrderEntryPage) -> None:
    scan(qtbot, page, RICE)
    press(KEY.Key_F7)
    write("9")
    press(KEY.Key_Return)
    settled(qtbot, page)
    assert [line.price for line in page.edit.draft.lines] == [90_000]
    press(KEY.Key_F7)
    press(KEY.Key_Delete)
    press(KEY.Key_Return)
    settled(qtbot, page)
    assert [line.price for line in page.edit.draft.lines] == [None]
    assert page.price.text() == "46.80"


def test_enter_before_the_hits_takes_the_first(qtbot: QtBot, counter: Counter, page: OrderEntryPage) -> None:
    write("htsc")
    assert not page.box.results_shown()
    press(KEY.Key_Return)
    qtbot.waitUntil(lambda: lines(page) == [("A002", 1000)])
    assert (page.box.text(), counter.posted) == ("", [])
    write("nosuchthing")
    press(KEY.Key_Return)
    qtbot.waitUntil(lambda: page.box.text() == "")
    assert lines(page) == [("A002", 1000)]


def test_the_receipt_can_be_printed_again_after_the_program_ended(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE)
    paying(qtbot, page)
    press(KEY.Key_Return)
    qtbot.waitUntil(lambda: page.printable() != "")
    sold = page.printable()
    later = opened(qtbot, counter)
    qtbot.waitUntil(lambda: later.printable() == sold)


def test_a_means_that_gives_no_change_leaves_the_amount_to_be_typed_over(qtbot: QtBot, page: OrderEntryPage) -> None:
    scan(qtbot, page, RICE)
    dialog = paying(qtbot, page)
    write("100")
    press(KEY.Key_2, CTRL)
    write("30")
    assert dialog.given == 30_00


def test_a_new_customer_at_the_counter_says_what_he_agrees_to(
    qtbot: QtBot, counter: Counter, page: OrderEntryPage
) -> None:
    for phone, ticked in (("13900001111", True), ("13900002222", False)):
        press(KEY.Key_F3)
        dialog = in_front(qtbot, CustomerDialog)
        assert unnamed(dialog) == []
        assert not dialog.consent.isChecked()
        dialog.name.insert("新客")
        dialog.phone.insert(phone)
        if ticked:
            dialog.consent.setFocus()
            press(KEY.Key_Space)
        dialog.button(NEW).click()
        qtbot.waitUntil(page.box.hasFocus)
        settled(qtbot, page)
        assert page.edit.draft.customer_id is not None
        with counter.store.read() as connection:
            row = customer_by_id(connection, page.edit.draft.customer_id)
        assert row is not None and row["phone"] == phone
        assert row["consent"] == (f"2026-11-18 {dialog_words()}" if ticked else "")


def row_text(dialog: RecallDialog, held: Held) -> str:
    """What the list says of an order beside figures."""
    return next(str(column.cell(held)) for column in dialog.grid.model.columns if column.id == "who")


def dialog_words() -> str:
    return "同意保存姓名和手机号，用于售后、积分和到货通知"
