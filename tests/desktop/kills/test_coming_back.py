"""SIGKILL after any key, and within it, while goods come back: with the receipt, without it, and for an exchange."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt

from desktop.features.order_entry import operations as entry
from desktop.features.order_entry.order_entry_view import OrderEntryPage
from desktop.features.order_entry.pay_dialog import PayDialog
from desktop.features.order_entry.payout import PayOutDialog
from desktop.features.order_entry.screen import SCREEN as ENTRY
from desktop.features.orders.free_return_view import FreeReturnPage
from desktop.features.orders.refund_dialog import RefundDialog
from desktop.features.orders.return_dialog import ReturnDialog
from desktop.features.orders.returning import form_of
from desktop.features.orders.screen import RETURNS
from desktop.widgets.second_person import SecondPersonDialog
from domain.orders.pricing import Wanted
from tests.desktop.kills.story import CTRL, Story

RICE, SAUCE = "6902969882347", "6902265360100"
RETURN, TAB = Qt.Key.Key_Return, Qt.Key.Key_Tab


def returns(story: Story) -> FreeReturnPage:
    """The screen of returns, which shows what is in hand."""
    page = story.open(RETURNS.make, FreeReturnPage)
    story.qtbot.waitUntil(lambda: page.is_ready)
    story.shown["return"] = lambda: page.edit.draft
    return page


def agree(story: Story, pin: str) -> None:
    """The owner agrees by his PIN."""
    story.dialog(SecondPersonDialog)
    story.key(TAB)
    story.write("ok")
    story.key(TAB)
    story.write(pin)
    story.key(RETURN)


def test_an_exchange_whole(story: Story) -> None:
    sale = entry.complete_sale(story.counter.store, [Wanted("A001", 3_000), Wanted("A002", 1_000)],
                               payments=[("cash", 155_90)])  # fmt: skip
    page = returns(story)
    selling = story.open(ENTRY.make, OrderEntryPage)

    def go_on(screen: str, params: dict[str, Any]) -> None:
        assert screen == "order_entry"
        story.front(selling)
        selling.shown_with(**params)

    story.counter.workbench.open_requested.connect(go_on)
    story.front(page)
    form = form_of(sale.document_id)
    with story.told():
        story.scan(page, sale.number)
        dialog = story.dialog(ReturnDialog)
        story.shown["forms"] = lambda: typed(form, "1.quantity", dialog.entries[0].quantity.text())
        story.write("2")
        del story.shown["forms"]
        story.key(Qt.Key.Key_F6)
        story.shown = {"sale": lambda: selling.edit.draft}
        assert selling.edit.draft.credit == 93_60
        story.scan(selling, SAUCE)
        story.key(Qt.Key.Key_F9)
        story.dialog(PayDialog)
        story.key(RETURN)
        story.dialog(PayOutDialog)
        story.key(Qt.Key.Key_4, CTRL)
        assert story.counter.posted == ["orders.exchanged", "order_entry.sold", "order_entry.paid_out"]


def typed(form: str, field: str, text: str) -> dict[str, dict[str, str]]:
    return {form: {field: text}} if text else {}


def test_what_was_entered_of_a_receipt_is_there_again(story: Story) -> None:
    sale = entry.complete_sale(story.counter.store, [Wanted("A001", 3_000)], payments=[("cash", 140_40)])
    page = returns(story)
    with story.told():
        story.scan(page, sale.number)
        story.dialog(ReturnDialog)
        story.write("1")
        story.key(TAB)
        story.key(Qt.Key.Key_Down)
        story.do("another window", lambda: gone(story))
        story.scan(page, sale.number)
        again = story.dialog(ReturnDialog)
        [line] = again.entries
        assert (line.quantity.text(), line.to.value()) == ("1", "scrap")
        story.key(Qt.Key.Key_Escape)
        story.scan(page, sale.number)
        assert story.dialog(ReturnDialog).entries[0].quantity.text() == ""
        story.key(Qt.Key.Key_Escape)


def gone(story: Story) -> None:
    """The dialog is no more and nobody went back: as after a start."""
    dialog = story.dialog(ReturnDialog)
    dialog.hide()
    dialog.deleteLater()


def test_why_without_receipt(story: Story) -> None:
    page = returns(story)
    with story.told():
        story.scan(page, RICE)
        story.key(Qt.Key.Key_F9)
        asked = story.dialog(RefundDialog)
        story.key(Qt.Key.Key_Down)
        story.key(TAB)
        story.write("wet")
        asked.hide()
        asked.deleteLater()
        page.hide()
        story.quiet()
        page = returns(story)
        story.key(Qt.Key.Key_F9)
        again = story.dialog(RefundDialog)
        assert (again.why.why.value(), again.why.line.text()) == ("faulty", "wet")
        story.key(Qt.Key.Key_Escape)
        assert page.edit.draft.typed == {}
        story.key(Qt.Key.Key_F9)
        assert story.dialog(RefundDialog).why.line.text() == ""
        story.key(RETURN)
        assert story.counter.posted == ["orders.returned"]
        assert page.edit.draft.lines == () and page.edit.draft.typed == {}


def test_without_receipt_with_who_agrees(story: Story, pin: str) -> None:
    page = returns(story)
    with story.told():
        story.scan(page, RICE, SAUCE, RICE)
        story.key(Qt.Key.Key_F4)
        story.write("2")
        story.key(RETURN)
        story.key(Qt.Key.Key_F7)
        story.write("50")
        story.key(RETURN)
        story.key(Qt.Key.Key_F5)
        story.key(Qt.Key.Key_F9)
        story.dialog(RefundDialog)
        story.key(RETURN)
        agree(story, pin)
        assert story.counter.posted == ["orders.returned"]
        assert page.edit.draft.lines == ()
