"""How much is let off, on a line or on the order, and why: an amount, 9折 or 5%. Nothing takes it away again."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.features.order_entry.discount_field import DiscountField
from desktop.platform.theme import theme
from desktop.widgets.dialog import Dialog
from desktop.widgets.figures import amount_text
from desktop.widgets.form import Form
from desktop.widgets.kept_form import Keeper, KeptForm
from desktop.widgets.key_button import Weight
from desktop.widgets.verb import Verb

APPLY = "apply"
LONGEST_REASON = 60


class DiscountDialog(Dialog):
    """*given* is told minor units and the reason; more than *most* is not accepted."""

    def __init__(
        self,
        parent: QWidget,
        title_key: str,
        most: int,
        currency: str,
        given: Callable[[int, str], None],
        keeper: Keeper,
    ) -> None:
        verbs = [Verb(APPLY, "order_entry.discount.apply", "Return", weight=Weight.PRIMARY)]
        super().__init__(parent, title_key, verbs=verbs, keeps_open=True)
        self._most, self._currency, self._given, self._keeper = most, currency, given, keeper
        self._kept: KeptForm | None = None
        self.amount, self.reason = DiscountField("order_entry.discount.amount", most, currency), QLineEdit()
        self.reason.setMaxLength(LONGEST_REASON)
        self.form = Form()
        self.form.add("amount", "order_entry.discount.amount", self.amount, "order_entry.discount.hint")
        self.form.add("reason", "order_entry.discount.reason", self.reason)
        self.body.put(self.form)
        self.amount.textChanged.connect(lambda _: self._tell())
        self.sentence.say("order_entry.discount.of", total=amount_text(most, currency))
        self.chosen.connect(lambda _: self._give())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.restyle()

    def begin(self, amount: int, reason: str) -> None:
        """Open with what is let off now, or what was typed here when the program ended."""
        self.amount.set_value(amount or None)
        self.reason.setText(reason)
        self._kept = KeptForm(self, self._keeper, {"amount": self.amount, "reason": self.reason})
        self.open()
        self.amount.setFocus(Qt.FocusReason.TabFocusReason)

    def restyle(self) -> None:
        """As high as the other controls."""
        super().restyle()
        if hasattr(self, "form"):
            for field in (self.amount, self.reason):
                field.setMinimumHeight(theme().control_height())

    def _give(self) -> None:
        amount = self.amount.value() or 0
        self.form.clear_errors()
        if not self.amount.is_readable:
            self.form.show_error("amount", "bad_discount", {"value": self.amount.text()})
            return
        if amount > self._most:
            self.form.show_error("amount", "discount_too_large")
            return
        if self._kept is not None:
            self._kept.used()
        self._given(amount, self.reason.text().strip() if amount else "")
        self.accept()

    def _tell(self) -> None:
        """What it comes to, while it is typed."""
        off = self.amount.value()
        if not off or off > self._most:
            self.form.hint("amount", "order_entry.discount.hint")
            return
        left = amount_text(self._most - off, self._currency)
        self.form.hint("amount", "order_entry.discount.comes_to", off=amount_text(off, self._currency), left=left)
