"""Entry of a quantity in one of a product's units; its value is thousandths of the product's own."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from desktop.widgets.choice import Choice, Option
from desktop.widgets.quantity_field import QuantityField
from domain.catalogue.units import Unit, in_unit
from domain.kernel.money import QUANTITY_SCALE


class UnitQuantity(QuantityField):
    """One of *units*, named as people read them; the first is the one to begin with.

    Attributes:
        choice: for the unit, None when there is only one. Put it beside the field.
    """

    def __init__(self, name_key: str, units: Sequence[Unit], parent: QWidget | None = None) -> None:
        self._factor, self._least = units[0].factor, min(unit.factor for unit in units)
        super().__init__(name_key, parent=parent)
        self.choice: Choice | None = None
        if len(units) > 1:
            self.choice = Choice("widgets.unit", [Option(unit.factor, text=unit.name) for unit in units])
            self.choice.currentIndexChanged.connect(lambda _: self._switch())

    def value(self) -> int | None:
        """Thousandths of the product's own unit; None for nothing usable, or what would have to be rounded."""
        entered = super().value()
        if entered is None:
            return None
        whole, rest = divmod(entered * self._factor, QUANTITY_SCALE)
        return None if rest else whole

    def set_value(self, value: int | None) -> None:
        """Show so many thousandths of the product's own unit, in pieces when they are no whole part of a case."""
        if value is not None and self.choice is not None and in_unit(value, self._factor) is None:
            self.choice.set_value(self._least)
        super().set_value(None if value is None else in_unit(value, self._factor))

    def _switch(self) -> None:
        """The number stays, it is of the other unit."""
        if self.choice is not None:
            self._factor = self.choice.value()
            self.value_changed.emit(self.value())
