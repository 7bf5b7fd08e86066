"""How a sale is paid: by one means or several, each with its key."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.features.order_entry.draft import DraftEdit, SaleDraft
from desktop.features.order_entry.money_back_dialog import MoneyBackDialog
from desktop.features.order_entry.order_entry_view import OrderEntryPage
from desktop.features.order_entry.pay_dialog import Due
from domain.kernel.ids import stable_id
from tests.desktop.features.order_entry.desk import (
    CTRL,
    RICE,
    SAUCE,
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

PLAIN = Qt.KeyboardModifier.NoModifier
DIGITS = {1: Qt.Key.Key_1, 2: Qt.Key.Key_2, 3: Qt.Key.Key_3, 4: Qt.Key.Key_4, 5: Qt.Key.Key_5, 0: Qt.Key.Key_0}


def sold(qtbot: QtBot, counter: Counter) -> None:
    qtbot.waitUntil(lambda: counter.posted == ["order_entry.sold"])


def test_one_key_takes_the_whole_by_card(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE)
    paying(qtbot, page)
    press(DIGITS[2], CTRL)
    sold(qtbot, counter)
    assert newest(counter)[1] == {"card": 46_80}
    qtbot.waitUntil(page.box.hasFocus)


def test_part_by_wechat_part_by_card_and_the_rest_in_cash_with_change(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE, SAUCE)
    dialog = paying(qtbot, page)
    write("20")
    press(DIGITS[4], CTRL)
    assert (dialog.rest, dialog.field.text()) == (42_30, "")
    write("12.30")
    press(DIGITS[2], CTRL)
    assert dialog.rest == 30_00
    assert counter.posted == []
    write("50")
    press(Qt.Key.Key_Return)
    sold(qtbot, counter)
    assert newest(counter)[1] == {"wechat": 20_00, "card": 12_30, "cash": 30_00}


def test_cash_as_a_part_and_the_last_part_ends_it(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE)
    paying(qtbot, page)
    write("40")
    press(DIGITS[1], CTRL)
    press(DIGITS[3], CTRL)
    sold(qtbot, counter)
    assert newest(counter)[1] == {"cash": 40_00, "alipay": 6_80}


def test_a_card_gives_no_change(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE)
    dialog = paying(qtbot, page)
    write("50")
    press(DIGITS[2], CTRL)
    assert (dialog.isVisible(), dialog.parts) == (True, [])
    assert counter.posted == []


def test_a_part_is_taken_back(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE)
    dialog = paying(qtbot, page)
    write("20")
    press(DIGITS[2], CTRL)
    press(DIGITS[0], CTRL)
    assert (dialog.rest, dialog.parts) == (46_80, [])
    press(Qt.Key.Key_Return)
    sold(qtbot, counter)
    assert newest(counter)[1] == {"cash": 46_80}


def test_on_account_is_offered_for_a_customer_alone(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE)
    dialog = paying(qtbot, page)
    press(DIGITS[5], CTRL)
    assert "account" not in dialog.means
    assert dialog.parts == []
    press(Qt.Key.Key_Escape)
    customer_id = stable_id("customer", "C2")
    with counter.store.cache.write() as connection:
        connection.exec_driver_sql("UPDATE customer SET credit_limit = 100000")
    page.edit.choose_customer(customer_id)
    page.keep()
    paying(qtbot, page)
    press(DIGITS[5], CTRL)
    sold(qtbot, counter)
    order, paid = newest(counter)
    assert (paid, order["customer_id"], order["payment_state"]) == ({"account": 46_80}, customer_id, "paid")


def test_controls_have_names(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE)
    dialog = paying(qtbot, page)
    write("20")
    press(DIGITS[2], CTRL)
    assert unnamed(dialog) == []
    assert QApplication.focusWidget() is dialog.field


def test_the_sale_made_last_is_what_is_printed_again(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    assert page.printable() == ""
    scan(qtbot, page, RICE)
    paying(qtbot, page)
    press(Qt.Key.Key_Return)
    sold(qtbot, counter)
    assert page.printable() == newest(counter)[0]["id"]


def test_what_was_paid_already_stays_when_one_goes_back_for_one_thing_more(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE)
    paying(qtbot, page)
    write("20")
    press(DIGITS[2], CTRL)
    press(Qt.Key.Key_Escape)
    qtbot.waitUntil(page.box.hasFocus)
    scan(qtbot, page, SAUCE)
    dialog = paying(qtbot, page)
    assert (dialog.parts, dialog.rest) == ([("card", 20_00)], 42_30)
    press(DIGITS[0], CTRL)
    assert (dialog.parts, page.edit.draft.parts) == ([], ())
    press(Qt.Key.Key_Return)
    sold(qtbot, counter)
    assert newest(counter)[1] == {"cash": 62_30}


def paid_by_card(qtbot: QtBot, page: OrderEntryPage, amount: str) -> None:
    """A part; then back to the order."""
    paying(qtbot, page)
    write(amount)
    press(DIGITS[2], CTRL)
    press(Qt.Key.Key_Escape)
    qtbot.waitUntil(page.box.hasFocus)


def test_more_paid_than_is_due_by_now_is_taken_back_first(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, SAUCE, RICE)
    paid_by_card(qtbot, page, "30")
    press(Qt.Key.Key_Delete)
    dialog = paying(qtbot, page)
    assert (dialog.rest, dialog.parts) == (-14_50, [("card", 30_00)])
    assert "14.50" in dialog._problem.text()
    for key, modifier in ((Qt.Key.Key_Return, PLAIN), (DIGITS[1], CTRL), (DIGITS[3], CTRL)):
        press(key, modifier)
        assert dialog.isVisible() and dialog.parts == [("card", 30_00)]
    write("100")
    press(Qt.Key.Key_Return)
    assert dialog.isVisible() and counter.posted == []
    dialog.field.set_value(None)
    press(DIGITS[0], CTRL)
    assert (dialog.rest, page.edit.draft.parts) == (15_50, ())
    press(Qt.Key.Key_Return)
    sold(qtbot, counter)
    assert newest(counter)[1] == {"cash": 15_50}


@pytest.mark.parametrize(
    ("due", "parts"),
    [
        (Due(45_00, "CNY", parts=(("card", 20_00), ("alipay", 30_00))), [("card", 20_00), ("alipay", 30_00)]),
        (Due(50_00, "CNY", parts=(("account", 20_00),)), []),
        (Due(50_00, "CNY", account=True, parts=(("account", 20_00),)), [("account", 20_00)]),
    ],
)
def test_no_money_that_was_taken_is_left_out(due: Due, parts: list[tuple[str, int]]) -> None:
    assert due.standing() == parts


def test_an_order_for_which_money_was_taken_is_not_thrown_away_with_it(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE)
    paid_by_card(qtbot, page, "20")
    press(Qt.Key.Key_Delete, CTRL)
    dialog = in_front(qtbot, MoneyBackDialog)
    assert unnamed(dialog) == []
    assert "刷卡 ¥20.00" in dialog.sentence.text()
    press(Qt.Key.Key_Return)
    assert dialog.isVisible()  # Enter alone gives nothing back
    press(Qt.Key.Key_Escape)
    qtbot.waitUntil(page.box.hasFocus)
    assert (len(page.edit.draft.lines), page.edit.draft.parts) == (1, (("card", 20_00),))
    press(Qt.Key.Key_Delete)
    settled(qtbot, page)
    press(Qt.Key.Key_Delete, CTRL)  # no line is left, the money is
    in_front(qtbot, MoneyBackDialog)
    press(Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: page.edit.draft.parts == () and page.kept == page.edit.draft)
    qtbot.waitUntil(page.box.hasFocus)
    press(Qt.Key.Key_Z, CTRL)
    press(Qt.Key.Key_Z, CTRL)
    settled(qtbot, page)
    assert (len(page.edit.draft.lines), page.edit.draft.parts) == (1, ())


def test_what_only_stood_on_an_account_is_thrown_away_unasked(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE)
    page.edit.put_parts([("account", 20_00)])
    press(Qt.Key.Key_Delete, CTRL)
    settled(qtbot, page)
    assert page.edit.draft == SaleDraft()


def test_another_customer_is_not_charged_what_was_on_the_first_ones_account() -> None:
    edit = DraftEdit(SaleDraft(customer_id="one", parts=(("account", 10_00), ("card", 5_00))))
    edit.choose_customer("two")
    assert edit.draft.parts == (("card", 5_00),)
    edit.undo()
    assert (edit.draft.customer_id, edit.draft.parts) == ("one", (("card", 5_00),))
