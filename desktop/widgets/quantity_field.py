"""Entry of a quantity in thousandths of a product's unit."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.widgets.exact_field import ExactField
from domain.kernel.money import format_quantity, parse_quantity

DIGITS = 7
"""Before the point: a barcode does not fit by mistake."""


class QuantityField(ExactField):
    """``1.568`` is 1568; ``whole`` for goods that are not divided."""

    def __init__(
        self, name_key: str, *, whole: bool = False, negative: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(
            name_key,
            parse_quantity,
            format_quantity,
            places=0 if whole else 3,
            digits=DIGITS,
            negative=negative,
            parent=parent,
        )
