"""A customer orders goods, pays some of it ahead, and fetches them; all by keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.features.order_entry.booking_dialog import BookingDialog
from desktop.features.order_entry.order_entry_view import OrderEntryPage
from desktop.features.order_entry.pay_dialog import PayDialog
from desktop.features.orders.call_off_dialog import CallOffDialog
from desktop.features.orders.orders_view import OrdersPage
from desktop.features.orders.screen import SCREEN as ORDERS
from desktop.store.bookings import Fetching, fetching
from desktop.widgets.customer_dialog import CustomerDialog
from domain.kernel.ids import stable_id
from domain.orders import queries
from domain.orders.booking import usual_deposit
from domain.orders.model import orders
from domain.tills.model import till_policy
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
    write,
)
from tests.support.counter import SHOP, Counter

DOWN, ENTER = Qt.Key.Key_Down, Qt.Key.Key_Return
C1 = stable_id("customer", "C1")


def booked(qtbot: QtBot, counter: Counter) -> str:
    qtbot.waitUntil(lambda: counter.posted[-1:] == ["order_entry.booked"])
    return str(newest(counter)[0]["id"])


def book(qtbot: QtBot, page: OrderEntryPage, deposit: str, day: str = "") -> None:
    """Ctrl+D, the amount, the day; paid in cash."""
    qtbot.waitUntil(lambda: page.can("book"))
    press(Qt.Key.Key_D, CTRL)
    in_front(qtbot, BookingDialog)
    write(deposit)
    press(Qt.Key.Key_Tab)
    write(day)
    press(ENTER)


def ready(qtbot: QtBot, counter: Counter) -> OrderEntryPage:
    """Rice and sauce for a customer."""
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE, SAUCE)
    page.edit.choose_customer(C1)
    page.keep()
    return page


def orders_page(qtbot: QtBot, counter: Counter, order_id: str) -> OrdersPage:
    page = ORDERS.make(counter.workbench)
    assert isinstance(page, OrdersPage)
    qtbot.addWidget(page)
    page.resize(1198, 700)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    page.shown_with(order_id=order_id)
    qtbot.waitUntil(lambda: page.pane.shown is not None and page.pane.shown.detail.order["id"] == order_id)
    return page


def test_ordered_with_a_deposit_and_fetched_for_the_rest(qtbot: QtBot, counter: Counter) -> None:
    page = ready(qtbot, counter)
    book(qtbot, page, "20", "2026-12-24")
    in_front(qtbot, PayDialog)
    press(ENTER)
    order_id = booked(qtbot, counter)
    order, paid = newest(counter)
    assert (order["kind"], order["state"], order["deposit"], order["wanted_on"]) == (
        "booking",
        "booked",
        20_00,
        "2026-12-24",
    )
    assert paid == {"cash": 20_00}
    qtbot.waitUntil(lambda: not page.edit.draft.lines)
    page.activateWindow()
    page.shown_with(fetching=fetching(counter.store, order_id))
    qtbot.waitUntil(lambda: page.can("pay") and page.box.hasFocus())
    assert (page.edit.draft.customer_id, page.edit.draft.deposit) == (C1, 20_00)
    dialog = paying(qtbot, page)
    assert dialog.rest == order["total"] - 20_00
    press(ENTER)
    qtbot.waitUntil(lambda: counter.posted[-1:] == ["order_entry.sold"])
    sale, _ = newest(counter)
    assert (sale["kind"], sale["total"], sale["deposit"]) == ("retail", order["total"], 20_00)
    with counter.store.read() as connection:
        paid_so = [one["amount"] for one in queries.payments_of(connection, sale["id"])]
    assert sorted(paid_so) == sorted([20_00, order["total"] - 20_00])
    assert page.edit.draft.booking is None


def test_nothing_is_paid_ahead_and_nothing_asked(qtbot: QtBot, counter: Counter) -> None:
    page = ready(qtbot, counter)
    book(qtbot, page, "0")
    booked(qtbot, counter)
    assert newest(counter)[1] == {}
    qtbot.waitUntil(page.box.hasFocus)


def test_without_a_customer_who_it_is_for_is_asked_first(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE)
    qtbot.waitUntil(lambda: page.can("book"))
    press(Qt.Key.Key_D, CTRL)
    asking = in_front(qtbot, CustomerDialog)
    asking.reject()
    assert QApplication.activeModalWidget() is None
    page.activateWindow()
    page._book_for(None)
    assert counter.posted == ["booking_without_customer"]
    page._book_for(C1)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), BookingDialog))


@pytest.mark.parametrize(("deposit", "day", "field"), [("99999", "", "deposit"), ("1", "morgen", "day")])
def test_what_is_wrong_is_said_at_its_field(qtbot: QtBot, counter: Counter, deposit: str, day: str, field: str) -> None:
    page = ready(qtbot, counter)
    book(qtbot, page, deposit, day)
    dialog = in_front(qtbot, BookingDialog)
    assert dialog.form.has_errors()
    assert QApplication.focusWidget() is getattr(dialog, field)
    assert counter.posted == []


def test_the_usual_deposit_is_what_the_rules_of_the_till_say(qtbot: QtBot, counter: Counter) -> None:
    counter.write(till_policy, [{"id": SHOP, "party_id": SHOP, "deposit_bp": 5_000}])
    page = ready(qtbot, counter)
    qtbot.waitUntil(lambda: page.deposit_bp == 5_000)
    book(qtbot, page, "")
    half = usual_deposit(page.totals.due, 5_000)
    assert page.totals.due == 62_30
    assert half == 32_00
    assert in_front(qtbot, PayDialog).rest == half
    press(ENTER)
    booked(qtbot, counter)
    assert newest(counter)[0]["deposit"] == half


def test_the_order_in_hand_is_put_aside_for_what_is_fetched(qtbot: QtBot, counter: Counter) -> None:
    page = ready(qtbot, counter)
    book(qtbot, page, "0")
    order_id = booked(qtbot, counter)
    qtbot.waitUntil(lambda: page.can("edit") and not page.edit.draft.lines)
    scan(qtbot, page, SAUCE)
    page.shown_with(fetching=fetching(counter.store, order_id))
    qtbot.waitUntil(lambda: len(page.held) == 1 and page.edit.draft.booking == (order_id, 0))


def test_fetching_goes_to_order_entry_and_calling_off_gives_the_money_back(qtbot: QtBot, counter: Counter) -> None:
    page = ready(qtbot, counter)
    book(qtbot, page, "20")
    in_front(qtbot, PayDialog)
    press(ENTER)
    order_id = booked(qtbot, counter)
    desk = orders_page(qtbot, counter, order_id)
    qtbot.waitUntil(lambda: desk.may("fetch"))
    with qtbot.waitSignal(counter.workbench.open_requested) as asked:
        QTest.keyClick(desk.grid.table, Qt.Key.Key_F)
    screen, given = asked.args
    assert screen == "order_entry"
    assert isinstance(given["fetching"], Fetching)
    desk.activateWindow()
    desk.grid.table.setFocus()
    QTest.keyClick(desk.grid.table, Qt.Key.Key_X)
    dialog = in_front(qtbot, CallOffDialog)
    press(ENTER)
    assert dialog.form.has_errors(), "why is asked"
    dialog.reason.insert("不要了")
    press(ENTER)
    qtbot.waitUntil(lambda: newest(counter)[0]["state"] == "cancelled")
    assert newest(counter)[0]["payment_state"] == "refunded"


def test_the_deposit_stays(qtbot: QtBot, counter: Counter) -> None:
    page = ready(qtbot, counter)
    book(qtbot, page, "20")
    in_front(qtbot, PayDialog)
    press(ENTER)
    desk = orders_page(qtbot, counter, booked(qtbot, counter))
    qtbot.waitUntil(lambda: desk.may("call_off"))
    desk.call_off()
    dialog = in_front(qtbot, CallOffDialog)
    dialog.reason.insert("没来取")
    press(ENTER, CTRL)
    qtbot.waitUntil(lambda: newest(counter)[0]["state"] == "cancelled")
    assert newest(counter)[0]["payment_state"] == "kept"


def test_the_list_says_that_the_goods_have_come(qtbot: QtBot, counter: Counter) -> None:
    page = ready(qtbot, counter)
    book(qtbot, page, "0")
    order_id = booked(qtbot, counter)
    desk = orders_page(qtbot, counter, order_id)

    def says(word: str) -> bool:
        return word in {str(desk.grid.model.index(0, number).data()) for number in range(7)}

    qtbot.waitUntil(lambda: says("待取货"))
    with counter.store.cache.write() as connection:
        connection.execute(orders.update().where(orders.c.id == order_id).values(ready=1))
    desk.reload()
    qtbot.waitUntil(lambda: says("到货"))
