"""The cards beside the lines: who buys, how much, why this price, and orders put aside."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

import i18n
from desktop.features.order_entry.operations import Held, ShownLine
from desktop.features.order_entry.totals import Totals
from desktop.platform import typeface
from desktop.widgets.card import Card
from desktop.widgets.figures import age_text, amount_text, moment, price_text, quantity_text
from desktop.widgets.key_button import KeyButton
from desktop.widgets.layout import MEDIUM, NONE, TIGHT, column, row
from desktop.widgets.text import Text

SHOWN_HELD = 6


class SideCards(QWidget):
    """Fed by the page; knows no store."""

    def __init__(self, customer_button: KeyButton, credit_button: KeyButton, *bill_buttons: KeyButton) -> None:
        super().__init__()
        self._customer = Text("order_entry.walk_in", typeface.STRONG)
        self._pieces, self._goods = Text("", right=True), Text("", right=True)
        self._due = Text("", typeface.TOTAL, right=True)
        self._off_name, self._off = Text("order_entry.off", colour="secondary"), Text("", right=True)
        self._rounding_name, self._rounding = Text("", colour="secondary"), Text("", right=True)
        self._why = Text("order_entry.why.none", typeface.SMALL, "secondary", wrap=True)
        self._last = Text("", typeface.SMALL, "success", wrap=True, optional=True)
        self._held_lines = [
            (Text("", typeface.SMALL, optional=True), Text("", typeface.SMALL, right=True, optional=True))
            for _ in range(SHOWN_HELD)
        ]
        self._held_title = Text("order_entry.held.none", typeface.SMALL, "secondary", wrap=True)
        self._credit_name, self._credit = Text("order_entry.pay.by.exchange", colour="secondary"), Text("", right=True)
        self._credit_button = credit_button
        self._ahead_name, self._ahead = Text("order_entry.pay.by.deposit", colour="secondary"), Text("", right=True)
        self._paid_name, self._paid = Text("order_entry.paid", colour="secondary"), Text("", right=True)
        self._compose(customer_button, bill_buttons)
        self.show_totals(Totals(), "CNY")
        self.show_credit(0, "CNY")
        self.show_deposit(0, "CNY")
        self.show_paid(0, "CNY")

    def _compose(self, customer_button: KeyButton, bill_buttons: Sequence[KeyButton]) -> None:
        for button in (self._credit_button, *bill_buttons):
            button.set_close(True)
        totals = Card(
            "",
            row(Text("order_entry.pieces", colour="secondary"), 1, self._pieces),
            row(Text("order_entry.goods", colour="secondary"), 1, self._goods),
            row(self._off_name, 1, self._off),
            row(self._rounding_name, 1, self._rounding),
            row(Text("order_entry.due", colour="secondary"), 1, self._due),
            row(self._ahead_name, 1, self._ahead),
            row(self._paid_name, 1, self._paid),
            row(self._credit_name, 1, self._credit),
            row(1, self._credit_button),
            row(*bill_buttons, 1),
            self._last,
            gap=TIGHT,
        )
        held_lines = [row(who, 1, total) for who, total in self._held_lines]
        held = Card("order_entry.held.title", self._held_title, *held_lines, gap=TIGHT)
        cards = column(
            Card("", row(self._customer, 1, customer_button)),
            totals,
            Card("order_entry.why.title", self._why),
            held,
            1,
            gap=MEDIUM,
            margins=(NONE, NONE, NONE, NONE),
        )
        self.setLayout(cards)

    def show_customer(self, name: str) -> None:
        """Who buys; empty is the walk-in."""
        if name:
            self._customer.show_value(name)
        else:
            self._customer.say("order_entry.walk_in")

    def show_totals(self, totals: Totals, currency: str) -> None:
        """Pieces and amounts; what is let off and rounded when there is something."""
        self._pieces.show_value(quantity_text(totals.pieces))
        self._goods.show_value(amount_text(totals.goods, currency))
        for widget in (self._off_name, self._off):
            widget.setVisible(totals.discount > 0)
            widget.set_colour("danger" if totals.too_much else "text" if widget is self._off else "secondary")
        for widget in (self._rounding_name, self._rounding):
            widget.setVisible(bool(totals.way))
        self._off.show_value(amount_text(-totals.discount, currency))
        if totals.way:
            self._rounding_name.say(f"order_entry.rounding.{totals.way}")
        self._rounding.show_value(amount_text(totals.rounding, currency))
        self._due.show_value(amount_text(totals.due, currency))

    def show_credit(self, credit: int, currency: str) -> None:
        """What an exchange gave back, while there is some."""
        for widget in (self._credit_name, self._credit, self._credit_button):
            widget.setVisible(credit > 0)
        self._credit.show_value(amount_text(credit, currency))

    def show_deposit(self, deposit: int, currency: str) -> None:
        """What was paid ahead for these goods, while there is some."""
        for widget in (self._ahead_name, self._ahead):
            widget.setVisible(deposit > 0)
        self._ahead.show_value(amount_text(-deposit, currency))

    def show_paid(self, paid: int, currency: str) -> None:
        """What was paid by several means before all of it is, while there is some."""
        for widget in (self._paid_name, self._paid):
            widget.setVisible(paid > 0)
        self._paid.show_value(amount_text(-paid, currency))

    def show_last(self, number: str, change: str) -> None:
        """The sale just made: its number, and the change to give."""
        if number:
            self._last.say("order_entry.last", number=number, change=change)
        else:
            self._last.show_value("")

    def show_why(self, line: ShownLine | None, now_ms: int) -> None:
        """Where the price and the stock of a line come from."""
        if line is None:
            self._why.say("order_entry.why.none")
            return
        told = age_text(line.as_of, now_ms) or i18n.tr("order_entry.never")
        parts = [i18n.tr("order_entry.why.stock", name=line.name, stock=quantity_text(line.stock), at=told)]
        if line.list_price is not None:
            price = price_text(line.list_price)
            parts.append(i18n.tr("order_entry.why.list", list=line.list_name, price=price, day=line.valid_from))
        if line.label:
            parts.append(i18n.tr("order_entry.why.label", amount=amount_text(line.label)))
        for lot in line.lots:
            if lot.expires_on:
                key = "order_entry.why.expired" if lot.expired else "order_entry.why.lot"
                parts.append(i18n.tr(key, lot=lot.lot, day=lot.expires_on, n=quantity_text(lot.quantity)))
        if line.manual and line.unit_price is not None:
            parts.append(i18n.tr("order_entry.why.manual", price=price_text(line.unit_price)))
        if line.discount:
            off = i18n.tr("order_entry.why.off", off=amount_text(line.discount))
            parts.append(" · ".join(part for part in (off, line.reason) if part))
        self._why.show_value("\n".join(parts))

    def show_held(self, orders: Sequence[Held], currency: str) -> None:
        """Orders put aside, newest first."""
        if orders:
            self._held_title.say("order_entry.held.number", n=len(orders))
        else:
            self._held_title.say("order_entry.held.none")
        for place, (text, total) in enumerate(self._held_lines):
            if place < len(orders):
                one = orders[place]
                who = one.customer or i18n.tr("order_entry.walk_in")
                sum_ = "—" if one.total is None else amount_text(one.total, currency)
                text.show_value(f"{moment(one.at):%H:%M}  {who}")
                total.show_value(sum_)
            else:
                text.show_value("")
                total.show_value("")
