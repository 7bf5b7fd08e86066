"""Pack units: a piece, a case of 24. Quantities are kept in thousandths of the product's own unit, and shown
in a line's.

A unit is known by its name and its factor: how many thousandths of the product's own unit are in one of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from domain.kernel.channels import Row
from domain.kernel.errors import Invalid
from domain.kernel.money import QUANTITY_SCALE, divide_half_away


class Unit(NamedTuple):
    """``name`` is empty for the product's own unit, whatever the product calls it."""

    name: str = ""
    factor: int = QUANTITY_SCALE


OWN = Unit()


def pack(name: str, factor: int) -> Unit:
    """The unit of a line that shows this *name*, which for the product's own is the product's word."""
    return OWN if factor == QUANTITY_SCALE else Unit(name, factor)


def units_of(barcodes: Iterable[Row]) -> tuple[Unit, ...]:
    """The product's own unit first, then the packs that its *barcodes* name, the smallest first."""
    packs = {Unit(row["unit"], row["factor"]) for row in barcodes if row["unit"] and row["factor"] != QUANTITY_SCALE}
    return (OWN, *sorted(packs, key=lambda unit: (unit.factor, unit.name)))


def next_unit(units: Sequence[Unit], unit: Unit) -> Unit:
    """The unit after this one; the first after the last, and after one that the product no longer has."""
    after = units.index(unit) + 1 if unit in units else 0
    return units[after % len(units)]


def line_key(code: str, unit: Unit) -> str:
    """What a line is known by while it is entered: the product, and the pack it is sold in."""
    return code if unit == OWN else f"{code}\t{unit.name}\t{unit.factor}"


def to_base(quantity: int, factor: int) -> int:
    """Thousandths of a unit as thousandths of the product's own.

    Raises:
        Invalid: ``quantity_not_exact`` when that is no whole number of thousandths: nothing is rounded.
    """
    whole, rest = divmod(quantity * factor, QUANTITY_SCALE)
    if rest:
        raise Invalid("quantity_not_exact")
    return whole


def in_unit(quantity: int, factor: int) -> int | None:
    """Thousandths of the product's own unit as thousandths of a unit; None when that is no whole number of them."""
    whole, rest = divmod(quantity * QUANTITY_SCALE, factor)
    return None if rest else whole


def as_many(quantity: int, factor: int, other: int) -> int:
    """Thousandths of the product's own unit when there are as many of another unit: 2 pieces → 2 cases.

    What is no whole number of thousandths of the unit it was in is taken for one.
    """
    number = in_unit(quantity, factor)
    return other if number is None or number * other % QUANTITY_SCALE else number * other // QUANTITY_SCALE


def per_unit(price: int, factor: int) -> int:
    """The price of one unit of *factor* in 1/10000 from that of one of the product's own; exact for whole pieces."""
    return divide_half_away(price * factor, QUANTITY_SCALE)
