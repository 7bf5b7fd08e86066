"""Taking cash: the amount due large, what was given, and the change. Enter alone takes the exact amount."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.platform import typeface
from desktop.platform.theme import theme
from desktop.widgets.dialog import Dialog
from desktop.widgets.figures import amount_text
from desktop.widgets.key_button import KeyButton, Weight
from desktop.widgets.layout import SMALL, row
from desktop.widgets.money_field import MoneyField
from desktop.widgets.text import Text
from desktop.widgets.verb import Verb

TAKE = "take"
NOTES = (10_00, 20_00, 50_00, 100_00)
"""Bank notes in fen; the quick keys are the next sums that people hand over."""


def handed_over(due: int) -> list[int]:
    """Sums above what is due that people hand over: rounded up to the notes, each once, at most three."""
    sums = {-(-due // note) * note for note in NOTES}
    return sorted(one for one in sums if one > due)[:3]


class PayDialog(Dialog):
    """Asks for the cash given.

    *taken* is called with minor units when the verb is chosen; less than what is due keeps the dialog open.
    """

    def __init__(self, parent: QWidget, due: int, currency: str, taken: Callable[[int], None]) -> None:
        super().__init__(
            parent,
            "order_entry.pay.title",
            verbs=[Verb(TAKE, "order_entry.pay.take", "Return", weight=Weight.PRIMARY)],
            keeps_open=True,
        )
        self._due, self._currency, self._taken = due, currency, taken
        self.field = MoneyField("order_entry.pay.given", currency)
        self.field.setPlaceholderText(amount_text(due, currency))
        self._change = Text("", typeface.HEADING, "success", right=True)
        total = Text("", typeface.TOTAL, right=True)
        total.show_value(amount_text(due, currency))
        quick = [self._quick(sum_) for sum_ in handed_over(due)]
        self.body.put(
            row(Text("order_entry.pay.due", colour="secondary"), 1, total),
            row(Text("order_entry.pay.given", colour="secondary"), 1, self.field),
            row(1, *quick, gap=SMALL),
            row(Text("order_entry.pay.change", colour="secondary"), 1, self._change),
        )
        self.field.value_changed.connect(lambda _: self._tell())
        self.chosen.connect(lambda _: self._take())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.restyle()
        self._tell()

    def begin(self) -> None:
        """Open with the focus in the amount."""
        self.open()
        self.field.setFocus(Qt.FocusReason.TabFocusReason)

    @property
    def given(self) -> int:
        """What was given in minor units; nothing entered means the exact amount."""
        value = self.field.value()
        return self._due if value is None else value

    def restyle(self) -> None:
        """Measures of the look in force."""
        super().restyle()
        if hasattr(self, "field"):
            self.field.setFixedSize(theme().px(160), theme().px(40))

    def _quick(self, sum_: int) -> KeyButton:
        button = KeyButton()
        button.show_value(amount_text(sum_, self._currency))
        button.clicked.connect(lambda: self._hand_over(sum_))
        return button

    def _hand_over(self, sum_: int) -> None:
        self.field.set_value(sum_)
        self._tell()
        self._take()

    def _tell(self) -> None:
        change = self.given - self._due
        self._change.show_value(amount_text(change, self._currency))
        self._change.set_colour("success" if change >= 0 else "danger")
        self.button(TAKE).setEnabled(change >= 0)

    def _take(self) -> None:
        if self.given >= self._due:
            self.button(TAKE).setEnabled(False)
            self._taken(self.given)
            self.accept()
