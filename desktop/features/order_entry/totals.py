"""What the lines come to: goods, what is let off, the rounding, what is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.features.order_entry.draft import SaleDraft
from desktop.features.order_entry.operations import ShownLine
from domain.catalogue.weighed import pieces_of
from domain.orders.bill import STEPS, rounding_of

WAYS = tuple(STEPS)
"""Ways of rounding in the order in which the key goes through them."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums in minor units: ``due`` = ``goods`` − ``discount`` + ``rounding``.

    Attributes:
        pieces: thousandths; a weighed line is one.
        goods: before anything is let off.
        discount: on lines and on the order.
        way: how the bill is rounded, empty for not at all.
        too_much: whether more is let off than there is.
    """

    pieces: int = 0
    goods: int = 0
    discount: int = 0
    rounding: int = 0
    due: int = 0
    way: str = ""
    too_much: bool = False


def totals_of(lines: Sequence[ShownLine], draft: SaleDraft, usual: str) -> Totals:
    """The sums of *lines*; *usual* is the dealer's way of rounding, in force until another is chosen for this order."""
    way = usual if draft.rounding is None else draft.rounding
    net = sum(line.amount or 0 for line in lines)
    left = net - draft.discount
    rounding = rounding_of(left, way) if left > 0 else 0
    return Totals(
        pieces=sum(pieces_of(line.quantity, line.unit) for line in lines),
        goods=net + sum(line.discount for line in lines),
        discount=draft.discount + sum(line.discount for line in lines),
        rounding=rounding,
        due=max(0, left + rounding),
        way=way,
        too_much=bool(lines) and left < 0,
    )


def next_way(way: str) -> str:
    """The way of rounding after this one."""
    return WAYS[(WAYS.index(way) + 1) % len(WAYS)]
