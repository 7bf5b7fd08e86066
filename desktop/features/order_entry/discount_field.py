"""Entry of what is let off: an amount, or a rate such as 9折 and 5%, which is worked out at once."""

from __future__ import annotations

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QWidget

from desktop.widgets.exact_field import ExactField, ExactValidator, narrow
from desktop.widgets.money_field import DIGITS
from domain.kernel.money import exponent, format_amount
from domain.orders.discounts import PAID, SIGNS, let_off, may_become_rate

_SHORT = str.maketrans({"z": PAID, "Z": PAID})


def plain_rate(text: str) -> str:
    """As it is read: full-width signs made plain, and ``z`` for 折 where no input method is on."""
    return narrow(text).translate(_SHORT)


class DiscountValidator(ExactValidator):
    """An amount, or what can become a rate."""

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Plain text back, with the verdict."""
        verdict, plain, place = super().validate(text, position)
        rate = plain_rate(text)
        if verdict is QValidator.State.Invalid and may_become_rate(rate):
            whole = rate.endswith(SIGNS)
            return (QValidator.State.Acceptable if whole else QValidator.State.Intermediate), rate, place
        return verdict, plain, place


class DiscountField(ExactField):
    """The value is minor units off *most*; a rate stays as it was written."""

    def __init__(self, name_key: str, most: int, currency: str, parent: QWidget | None = None) -> None:
        places = exponent(currency)
        super().__init__(
            name_key,
            lambda text: let_off(plain_rate(text), most, currency),
            lambda value: format_amount(value, currency),
            places=places,
            digits=DIGITS,
            negative=False,
            parent=parent,
        )
        self.setValidator(DiscountValidator(places, DIGITS, negative=False, parent=self))

    @property
    def is_readable(self) -> bool:
        """Whether it says something, or nothing at all."""
        return self.value() is not None or not self.text()

    def _tidy(self) -> None:
        if not self.text().endswith(SIGNS):
            super()._tidy()
