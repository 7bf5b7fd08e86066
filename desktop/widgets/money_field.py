"""Entry of an amount of money in minor units."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.widgets.exact_field import ExactField
from domain.kernel.money import exponent, format_amount, parse_amount

DIGITS = 10
"""Before the point: more is a slip of the scanner, not a price."""


class MoneyField(ExactField):
    """``12.5`` is 1250 fen; a third place cannot be typed."""

    def __init__(
        self, name_key: str, currency: str = "CNY", *, negative: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(
            name_key,
            lambda text: parse_amount(text, currency),
            lambda value: format_amount(value, currency),
            places=exponent(currency),
            digits=DIGITS,
            negative=negative,
            parent=parent,
        )
