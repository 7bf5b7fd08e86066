"""An order is thrown away for which money was taken already: it goes back to the customer first, and is said which."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

import i18n
from desktop.features.order_entry.pay_dialog import Part
from desktop.widgets.dialog import Dialog
from desktop.widgets.figures import amount_text
from desktop.widgets.key_button import Weight
from desktop.widgets.verb import Verb

GIVEN = "given"


class MoneyBackDialog(Dialog):
    """*given* is told once the cashier says that the customer has it back; Esc keeps the order and what was paid."""

    def __init__(self, parent: QWidget, taken: Sequence[Part], currency: str, given: Callable[[], None]) -> None:
        verbs = [Verb(GIVEN, "order_entry.money_back.given", "F9", weight=Weight.DANGER)]
        super().__init__(parent, "order_entry.money_back.title", verbs=verbs, back_key="order_entry.money_back.keep")
        self._taken, self._currency = taken, currency
        self.chosen.connect(lambda _: given())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.retranslate()

    def begin(self) -> None:
        """Open; Enter alone gives nothing back."""
        self.open()

    def retranslate(self) -> None:
        """What was paid, in the language in force."""
        super().retranslate()
        if hasattr(self, "_taken"):
            parts = [
                f"{i18n.tr(f'order_entry.pay.by.{method}')} {amount_text(amount, self._currency)}"
                for method, amount in self._taken
            ]
            self.sentence.say("order_entry.money_back.sentence", parts=" · ".join(parts))
