"""Entry of a unit price in 1/10000 of the currency unit."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.widgets.exact_field import ExactField
from domain.kernel.money import format_price, parse_price

DIGITS = 9


class PriceField(ExactField):
    """``0.0325`` is 325; at least two places are shown."""

    def __init__(self, name_key: str, *, parent: QWidget | None = None) -> None:
        super().__init__(name_key, parse_price, format_price, places=4, digits=DIGITS, negative=False, parent=parent)
