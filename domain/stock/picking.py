"""First expired, first out: from which lots the goods of a line come, decided once, where the person is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

NEVER = "9999-12-31"


@dataclass(frozen=True, slots=True)
class LotStock:
    """What is here of a lot in thousandths, and the last day on which it is good (None: for ever, or nobody said).

    ``lot`` is empty for goods of no known lot.
    """

    lot: str
    quantity: int
    expires_on: str | None = None


def is_expired(expires_on: str | None, day: str) -> bool:
    """Whether something that is good until *expires_on* is no longer good on *day*."""
    return expires_on is not None and expires_on < day


def in_order(lots: Iterable[LotStock], day: str) -> list[LotStock]:
    """In the order in which they are sold: what expires first, then what does not, goods of no known lot; at the very
    end what has expired already."""

    def rank(lot: LotStock) -> tuple[bool, bool, str, str]:
        return is_expired(lot.expires_on, day), not lot.lot, lot.expires_on or NEVER, lot.lot

    return sorted(lots, key=rank)


def pick(wanted: int, lots: Sequence[LotStock], day: str) -> list[tuple[str, int]]:
    """(lot, thousandths) that make up *wanted*; what no lot has comes from no known lot."""
    picked: dict[str, int] = {}
    left = wanted
    for lot in in_order(lots, day):
        part = min(left, max(0, lot.quantity))
        if part:
            picked[lot.lot] = picked.get(lot.lot, 0) + part
            left -= part
    if left:
        picked[""] = picked.get("", 0) + left
    return list(picked.items())


def less(lots: Sequence[LotStock], taken: Iterable[tuple[str, int]]) -> list[LotStock]:
    """What is left after (lot, thousandths) were taken."""
    gone: dict[str, int] = {}
    for lot, quantity in taken:
        gone[lot] = gone.get(lot, 0) + quantity
    return [LotStock(one.lot, one.quantity - gone.get(one.lot, 0), one.expires_on) for one in lots]
