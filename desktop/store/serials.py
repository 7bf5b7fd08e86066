"""Serials while goods are entered: one for each piece, whichever is scanned first, the article or the serial."""

from __future__ import annotations

from collections.abc import Sequence

from domain.kernel.errors import Invalid
from domain.kernel.money import QUANTITY_SCALE

Pieces = tuple[tuple[str, ...], int]
"""(serials, thousandths)."""


def with_serial(code: str, serials: Sequence[str], quantity: int, serial: str, piece: int = QUANTITY_SCALE) -> Pieces:
    """One serial more: for a piece that is there without one, else for one *piece* more (negative for goods that go).

    Raises:
        Invalid: ``serial_twice``.
    """
    if serial in serials:
        raise Invalid("serial_twice", code=code)
    return (*serials, serial), quantity if lacking(serials, quantity) else quantity + piece


def only(serials: Sequence[str], quantity: int) -> tuple[str, ...]:
    """As many of the serials as there are pieces: those scanned last go first."""
    return tuple(serials[: abs(quantity) // QUANTITY_SCALE])


def lacking(serials: Sequence[str], quantity: int) -> bool:
    """Whether a piece has no serial yet."""
    return abs(quantity) > len(serials) * QUANTITY_SCALE
