"""SIGKILL after any key, and within it, while a customer orders, fetches what he ordered, or does not want it."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog

from desktop.features.order_entry.booking_dialog import BookingDialog
from desktop.features.order_entry.order_entry_view import OrderEntryPage
from desktop.features.order_entry.pay_dialog import PayDialog
from desktop.features.order_entry.screen import SCREEN as ENTRY
from desktop.features.orders.call_off_dialog import CallOffDialog
from desktop.features.orders.orders_view import OrdersPage
from desktop.features.orders.returning import call_off_form
from desktop.features.orders.screen import SCREEN as ORDERS
from desktop.store.bookings import fetching
from desktop.widgets.second_person import SecondPersonDialog
from domain.kernel.ids import stable_id
from domain.orders import queries
from domain.orders.booking_handlers import decide_booking
from domain.orders.pricing import Wanted
from tests.desktop.kills.story import CTRL, Story

RICE, SAUCE = "6902969882347", "6902265360100"
RETURN, TAB, ESCAPE = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape
LI = stable_id("customer", "C1")


def selling(story: Story) -> OrderEntryPage:
    """Order entry as after a start; it shows what is in hand and what was put aside."""
    page = story.open(ENTRY.make, OrderEntryPage)
    story.qtbot.waitUntil(lambda: page.kept is not None)
    story.quiet()
    story.shown = {"sale": lambda: page.edit.draft, "held": lambda: {held.id: held.draft for held in page.held}}
    return page


def gone(story: Story, page: OrderEntryPage | OrdersPage, dialog: QDialog) -> None:
    """Nobody went back and nothing was answered: as after a kill."""
    dialog.hide()
    dialog.deleteLater()
    page.hide()
    story.quiet()


def order_of(story: Story, order_id: str) -> Any:
    with story.counter.store.read() as connection:
        return queries.order_by_id(connection, order_id), queries.payments_of(connection, order_id)


def booked(story: Story, deposit: int) -> str:
    """Two bags of rice for Mr Li, ordered some time ago."""
    done = story.counter.store.perform(
        lambda ctx: decide_booking(
            ctx, [Wanted("A001", 2_000)], customer_id=LI, deposit=deposit, payments=[("cash", deposit)]
        )
    )
    return done.document_id


def for_li(page: OrderEntryPage) -> None:
    """The order in hand is Mr Li's."""
    page.edit.choose_customer(LI)
    page.keep()


def desk(story: Story, order_id: str) -> OrdersPage:
    """The list of orders with this one on view."""
    page = story.open(ORDERS.make, OrdersPage)
    page.shown_with(order_id=order_id)
    story.qtbot.waitUntil(lambda: page.pane.shown is not None and page.pane.shown.detail.order["id"] == order_id)
    story.quiet()
    page.grid.table.setFocus()
    return page


def test_ordered_with_a_deposit(story: Story) -> None:
    page = selling(story)
    with story.told():
        story.scan(page, RICE, SAUCE)
        story.do("for Mr Li", partial(for_li, page))
        story.key(Qt.Key.Key_D, CTRL)
        asking = story.dialog(BookingDialog)
        story.write("20.5")
        story.key(TAB)
        story.write("2026-12-2")
        gone(story, page, asking)
        page = selling(story)
        story.key(Qt.Key.Key_D, CTRL)
        asking = story.dialog(BookingDialog)
        assert (asking.deposit.value(), asking.day.text()) == (20_50, "2026-12-2")
        asking.day.setFocus()
        asking.day.end(False)
        story.write("4")
        story.key(RETURN)
        paying = story.dialog(PayDialog)
        story.write("5")
        story.key(Qt.Key.Key_2, CTRL)
        gone(story, page, paying)
        page = selling(story)
        assert page.edit.draft.parts == (("card", 5_00),)
        story.key(Qt.Key.Key_D, CTRL)
        asking = story.dialog(BookingDialog)
        assert (asking.deposit.value(), asking.day.text()) == (20_50, "2026-12-24")
        story.key(RETURN)
        assert story.dialog(PayDialog).rest == 15_50
        story.key(RETURN)
        assert page.edit.draft.typed == {}
        assert story.counter.posted == ["order_entry.booked"]
    with story.counter.store.read() as connection:
        [row] = queries.list_orders(connection, None, kinds=["booking"])
    order, paid = order_of(story, row["id"])
    assert (order["deposit"], order["wanted_on"], order["units"]) == (20_50, "2026-12-24", 2_000)
    assert sorted((one["method"], one["amount"]) for one in paid) == [("card", 5_00), ("cash", 15_50)]


def test_going_back_throws_away_what_was_typed(story: Story) -> None:
    page = selling(story)
    with story.told():
        story.scan(page, RICE)
        story.do("for Mr Li", partial(for_li, page))
        for key in (RETURN, ESCAPE):  # answered, and back from paying; then back from the question itself
            story.key(Qt.Key.Key_D, CTRL)
            story.dialog(BookingDialog)
            story.write("9")
            story.key(TAB)
            story.key(key)
            if isinstance(QApplication.activeModalWidget(), PayDialog):
                story.key(ESCAPE)
        assert page.edit.draft.typed == {}


def test_fetched_with_another_order_in_hand(story: Story) -> None:
    order_id = booked(story, 30_00)
    page = selling(story)
    with story.told():
        story.scan(page, SAUCE)
        story.do("he is here", lambda: page.shown_with(fetching=fetching(story.counter.store, order_id)))
        assert page.edit.draft.booking == (order_id, 30_00)
        assert [held.draft.units for held in page.held] == [1_000]
        story.key(Qt.Key.Key_F9)
        assert story.dialog(PayDialog).rest == 63_60
        story.write("60")
        story.key(Qt.Key.Key_4, CTRL)
        story.key(RETURN)
        assert story.counter.posted == ["order_entry.sold"]
    order, _ = order_of(story, order_id)
    assert order["state"] == "closed"


def test_called_off_and_the_deposit_stays(story: Story, pin: str) -> None:
    order_id = booked(story, 30_00)
    page, form = desk(story, order_id), call_off_form(order_id)

    def ask() -> CallOffDialog:
        story.key(Qt.Key.Key_X)
        asking = story.dialog(CallOffDialog)
        story.shown["forms"] = lambda: {form: {"reason": text}} if (text := asking.reason.text()) else {}
        return asking

    with story.told():
        asking = ask()
        story.write("late")
        del story.shown["forms"]
        gone(story, page, asking)
        page = desk(story, order_id)
        assert ask().reason.text() == "late"
        del story.shown["forms"]
        story.key(RETURN, CTRL)
        story.dialog(SecondPersonDialog)
        story.key(ESCAPE)
        page.grid.table.setFocus()
        assert ask().reason.text() == "late", "nobody agreed: what was answered stands there"
        story.write("r")
        del story.shown["forms"]
        story.key(RETURN, CTRL)
        story.dialog(SecondPersonDialog)
        story.key(TAB)
        story.write("ok")
        story.key(TAB)
        story.write(pin)
        story.key(RETURN)
    order, _ = order_of(story, order_id)
    assert (order["state"], order["payment_state"]) == ("cancelled", "kept")


def test_going_back_from_calling_off_throws_the_reason_away(story: Story) -> None:
    order_id = booked(story, 0)
    desk(story, order_id)
    with story.told():
        story.key(Qt.Key.Key_X)
        story.dialog(CallOffDialog)
        story.write("no")
        story.key(ESCAPE)
        story.key(Qt.Key.Key_X)
        assert story.dialog(CallOffDialog).reason.text() == ""
        story.write("n")
        story.key(RETURN)
    order, _ = order_of(story, order_id)
    assert order["state"] == "cancelled"
