"""Serials of a line: one for each piece, as they were found against what was expected or is in the books."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from domain.kernel.errors import Invalid
from domain.kernel.money import QUANTITY_SCALE
from domain.stock.commands import Part

Change = tuple[str, int, str, str]
"""(product id, ± thousandths, lot, serial or empty)."""


def check_serials(code: str, quantity: int, serials: Sequence[str]) -> None:
    """One serial for each piece.

    Raises:
        Invalid: ``serials_missing``, ``serial_twice``.
    """
    if len(set(serials)) != len(serials):
        raise Invalid("serial_twice", code=code)
    if len(serials) * QUANTITY_SCALE != quantity:
        raise Invalid("serials_missing", code=code, left=quantity - len(serials) * QUANTITY_SCALE)


def parts_of(lot: str, quantity: int, serials: Sequence[str]) -> list[Part]:
    """A line of one lot as its pieces, and what has no serial; nothing where no serial was said."""
    if not serials:
        return []
    pieces = [Part(lot=lot, serial=serial, quantity=QUANTITY_SCALE) for serial in serials]
    left = quantity - len(pieces) * QUANTITY_SCALE
    return [*pieces, Part(lot=lot, quantity=left)] if left > 0 else pieces


def compared(expected: Collection[str], found: Collection[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(missing, foreign): what should be there and is not, what is there and should not."""
    return tuple(sorted(set(expected) - set(found))), tuple(sorted(set(found) - set(expected)))


def changes_of(product_id: str, change: int, lot: str, missing: Sequence[str], foreign: Sequence[str]) -> list[Change]:
    """A difference as one for each piece that is missing or foreign, and one for what has no serial."""
    rest = change - (len(foreign) - len(missing)) * QUANTITY_SCALE
    pieces = [(product_id, -QUANTITY_SCALE, lot, serial) for serial in missing]
    pieces += [(product_id, QUANTITY_SCALE, lot, serial) for serial in foreign]
    return [*pieces, (product_id, rest, lot, "")] if rest else pieces
