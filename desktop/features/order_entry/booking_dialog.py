"""Goods are ordered, to be fetched later: how much is paid ahead, and for which day they are wanted."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.features.order_entry.pay_dialog import Due
from desktop.platform.theme import theme
from desktop.widgets.dialog import Dialog
from desktop.widgets.figures import amount_text
from desktop.widgets.form import Form
from desktop.widgets.kept_form import Keeper, KeptForm
from desktop.widgets.key_button import Weight
from desktop.widgets.lot_dialog import day_of
from desktop.widgets.money_field import MoneyField
from desktop.widgets.verb import Verb

TAKE = "take"
LENGTH = 10


class BookingDialog(Dialog):
    """*given* is told minor units paid ahead and the day (ISO, empty for none); nothing entered means *usual*.

    What was answered stays kept until the order is sealed: nobody asks the customer twice.
    """

    def __init__(
        self, parent: QWidget, due: Due, usual: int, given: Callable[[int, str], None], keeper: Keeper
    ) -> None:
        verbs = [Verb(TAKE, "order_entry.booking.take", "Return", weight=Weight.PRIMARY)]
        super().__init__(parent, "order_entry.booking.title", verbs=verbs, keeps_open=True)
        self._total, self._usual, self._given, self._keeper = due.total, usual, given, keeper
        self.deposit, self.day = MoneyField("order_entry.booking.deposit", due.currency), QLineEdit()
        self.day.setMaxLength(LENGTH)
        self.form = Form()
        self.form.add("deposit", "order_entry.booking.deposit", self.deposit, "order_entry.booking.hint")
        self.form.add("day", "order_entry.booking.day", self.day, "order_entry.booking.day_hint")
        self.body.put(self.form)
        self.sentence.say("order_entry.booking.of", total=amount_text(due.total, due.currency))
        self.deposit.setPlaceholderText(amount_text(usual, due.currency))
        self.chosen.connect(lambda _: self._give())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.restyle()

    def begin(self) -> None:
        """Open with the focus in the amount, and with what was typed here when the program ended."""
        KeptForm(self, self._keeper, {"deposit": self.deposit, "day": self.day})
        self.open()
        self.deposit.setFocus(Qt.FocusReason.TabFocusReason)

    def restyle(self) -> None:
        """As high as the other controls."""
        super().restyle()
        if hasattr(self, "form"):
            for field in (self.deposit, self.day):
                field.setMinimumHeight(theme().control_height())

    def _give(self) -> None:
        entered, day = self.deposit.value(), day_of(self.day.text())
        deposit = self._usual if entered is None else entered
        self.form.clear_errors()
        if deposit > self._total:
            self.form.show_error("deposit", "deposit_too_large")
        elif self.day.text().strip() and day is None:
            self.form.show_error("day", "bad_day", {"value": self.day.text()})
        else:
            self.accept()
            self._given(deposit, day or "")
