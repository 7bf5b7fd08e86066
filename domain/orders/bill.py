"""From priced lines to a bill: the discount on the whole order apportioned, the rounding as its own line, and how far
below the list somebody may go. Source: DOMAIN "Prices and promotions"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from domain.kernel.errors import Invalid, Refused
from domain.kernel.money import divide_half_away, line_amount, split, tax_included
from domain.orders.commands import Approval, SoldLine
from domain.orders.labels import gross, label_in
from domain.parties import roles

WHOLE = 10_000
"""Basis points of everything."""
STEPS = {"": 1, "fen": 10, "jiao": 100, "jiao_half": 100}
"""Rounding → the minor units a total is brought to: 抹分 down to the jiao, 抹角 down or half-up to the yuan."""


@dataclass(frozen=True, slots=True)
class Bill:
    """Lines with their shares, and the sums in minor units: ``total`` = lines + ``rounding``."""

    lines: tuple[SoldLine, ...]
    discount: int
    rounding: int
    total: int
    tax_total: int


def make_bill(lines: Sequence[SoldLine], discount: int, rounding: str) -> Bill:
    """Apportion *discount* by largest remainder and round the bill.

    Raises:
        Invalid: ``negative_discount``, ``discount_too_large``, ``unknown_rounding``.
    """
    if rounding not in STEPS:
        raise Invalid("unknown_rounding", rounding=rounding)
    if discount < 0:
        raise Invalid("negative_discount")
    goods = sum(line.amount for line in lines)
    if discount > goods:
        raise Invalid("discount_too_large")
    shared = tuple(lines)
    if discount:
        shares = split(discount, [line.amount for line in lines])
        shared = tuple(_with_share(line, share) for line, share in zip(lines, shares, strict=True))
    off = rounding_of(goods - discount, rounding)
    return Bill(shared, discount, off, goods - discount + off, sum(line.tax for line in shared))


def _with_share(line: SoldLine, share: int) -> SoldLine:
    amount = line.amount - share
    return msgspec.structs.replace(line, share=share, amount=amount, tax=tax_included(amount, line.tax_rate_bp))


def rounding_of(total: int, rounding: str) -> int:
    """What the rounding adds to *total* (minor units, ≥ 0): never more than half or the whole of its step."""
    step = STEPS[rounding]
    if rounding == "jiao_half":
        return divide_half_away(total, step) * step - total
    return -(total % step)


def rounding_allowed(total: int, rounding: int) -> bool:
    """Whether some way of rounding gives this: the server's check of what a counter sealed."""
    return any(rounding_of(total, way) == rounding for way in STEPS)


def check_rights(
    bill: Bill,
    list_prices: Sequence[int | None],
    floors: Sequence[int | None],
    currency: str,
    *,
    role: str,
    clerk_discount_bp: int,
    approvals: Sequence[Approval],
) -> None:
    """How far below the list a seller may go by himself, and the floor below which nobody goes alone.

    Args:
        list_prices, floors: per line in 1/10000 of its unit, None where there is none.

    Raises:
        Refused: ``beyond_your_right``, ``below_floor``, each until a second person agrees.
    """
    agreed = {one.what for one in approvals}
    for line, floor in zip(bill.lines, floors, strict=True):
        least = line_amount(line.quantity, floor, currency, line.factor) if floor is not None else 0
        if _net(line, currency) < least and "floor" not in agreed:
            raise Refused("below_floor", code=line.code, floor=floor)
    if role in roles.MANAGING or role in roles.OFFICE or "discount" in agreed:
        return
    for line, price in zip(bill.lines, list_prices, strict=True):
        usual = line_amount(line.quantity, price, currency, line.factor) if price is not None else None
        if usual is not None and (usual - _net(line, currency)) * WHOLE > usual * clerk_discount_bp:
            raise Refused("beyond_your_right", code=line.code, percent=clerk_discount_bp // 100)


def _net(line: SoldLine, currency: str) -> int:
    """What is left of a line by its quantity: the fen by which a scale's label differs are nobody's discount."""
    by_price = line_amount(line.quantity, line.unit_price, currency, line.factor)
    return line.amount - gross(line.quantity, line.unit_price, label_in(line.trace), currency, line.factor) + by_price


def list_price_of(line: SoldLine) -> int | None:
    """The list's price in a line's trace, None when there was none."""
    trace: Mapping[str, object] = msgspec.json.decode(line.trace) if line.trace else {}
    price = trace.get("price")
    return price if isinstance(price, int) else None
