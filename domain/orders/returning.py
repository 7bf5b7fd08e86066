"""What is given back for goods that come back: exactly what was paid for them, to the means it came by.

A line's refund is its net amount in proportion to the quantity; the last piece takes the rest, so that all parts
together are the whole. What the bill's rounding changed goes back with the last piece of
the order. Source: DOMAIN "Orders".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from domain.catalogue.units import OWN, Unit, in_unit
from domain.kernel.channels import Row
from domain.kernel.errors import Invalid, Refused
from domain.kernel.money import divide_half_away, format_quantity, tax_included
from domain.orders.return_commands import LineBack, Refunded
from domain.stock.commands import Part

EXCHANGE = "exchange"
METHODS = (EXCHANGE, "account", "card", "wechat", "alipay", "cash")
"""In this order money is given back: what costs the drawer least comes first."""


@dataclass(frozen=True, slots=True)
class Back:
    """One line that comes back: the original line's id, thousandths, where the goods go, which serials, and of which
    lot they are (None: nobody said; empty: of goods that were sold without a lot)."""

    line_id: str
    quantity: int
    to: str = "warehouse"
    serials: tuple[str, ...] = ()
    lot: str | None = None


@dataclass(frozen=True, slots=True)
class FreeBack:
    """Goods whose sale nobody can show: product or bar code, thousandths of the product's own unit, what is given back
    for one of *unit* in 1/10000 (None: what it costs now), where the goods go, and their lot or serials if they say.
    """

    code: str
    quantity: int
    price: int | None = None
    to: str = "warehouse"
    unit: Unit = OWN
    lot: str = ""
    serials: tuple[str, ...] = ()


def refund_of(line: Row, quantity: int) -> int:
    """Minor units for *quantity* more of an order line of which something may have come back before."""
    if line["returned"] + quantity >= line["quantity"]:
        return int(line["amount"] - line["returned_amount"])
    whole = divide_half_away(line["amount"] * (line["returned"] + quantity), line["quantity"])
    return int(whole - line["returned_amount"])


def parts_back(code: str, left: Sequence[Part], one: Back) -> tuple[Part, ...]:
    """Which of the lots and serials that are still out come back: the serials and the lot named; nobody need say which
    where all come back, or where one lot is left.

    Raises:
        Invalid: ``serials_missing``, ``lot_unsaid``. Refused: ``serial_not_sold``, ``more_than_of_lot``.
    """
    serials = {part.serial: part for part in left if part.serial}
    if one.serials or (serials and sum(part.quantity for part in left) > one.quantity):
        for serial in one.serials:
            if serial not in serials:
                raise Refused("serial_not_sold", code=code, serial=serial)
        named = tuple(serials[serial] for serial in dict.fromkeys(one.serials))
        missing = one.quantity - sum(part.quantity for part in named)
        if missing:
            raise Invalid("serials_missing", code=code, left=missing)
        return named
    if one.quantity < sum(part.quantity for part in left):
        left = _of_lot(code, left, one)
    found: list[Part] = []
    rest = one.quantity
    for part in left:
        quantity = min(rest, part.quantity)
        if quantity:
            found.append(Part(lot=part.lot, serial=part.serial, quantity=quantity))
            rest -= quantity
    if found and rest:
        found.append(Part(quantity=rest))
    return tuple(found)


def _of_lot(code: str, left: Sequence[Part], one: Back) -> Sequence[Part]:
    """The parts of which some come back: those of the lot that was said, or of the only one."""
    lots = lots_out(left)
    if one.lot is None and len(lots) > 1:
        raise Invalid("lot_unsaid", code=code)
    if one.lot is None:
        return left
    if one.quantity > lots.get(one.lot, 0):
        raise Refused("more_than_of_lot", code=code, lot=one.lot, left=format_quantity(lots.get(one.lot, 0)))
    return [part for part in left if part.lot == one.lot]


def lots_out(left: Sequence[Part]) -> dict[str, int]:
    """Lot → thousandths of it that are still out; empty for goods that were sold without one."""
    found: dict[str, int] = {}
    for part in left:
        found[part.lot] = found.get(part.lot, 0) + part.quantity
    return found


def lines_back(
    lines: Sequence[Row],
    back: Sequence[Back],
    stocked: Mapping[str, bool],
    left: Mapping[str, Sequence[Part]] = MappingProxyType({}),
) -> tuple[LineBack, ...]:
    """The lines of a return of *back*; *left*: which lots and serials of each line are still out.

    Raises:
        Invalid: ``no_lines``, ``quantity_not_positive``, ``line_twice``. Refused: ``more_than_sold``. See also
            :func:`parts_back`.
    """
    if not back:
        raise Invalid("no_lines")
    if len({one.line_id for one in back}) != len(back):
        raise Invalid("line_twice")
    known = {line["id"]: line for line in lines}
    made = []
    for one in back:
        line = known.get(one.line_id)
        if line is None:
            raise Invalid("no_lines")
        if one.quantity <= 0:
            raise Invalid("quantity_not_positive", code=line["product_code"])
        rest = line["quantity"] - line["returned"]
        if one.quantity > rest:
            raise Refused("more_than_sold", code=line["product_code"], left=_said(rest, line))
        amount = refund_of(line, one.quantity)
        made.append(
            LineBack(
                original_line_id=line["id"],
                product_id=line["product_id"],
                code=line["product_code"],
                name=line["product_name"],
                unit=line["unit"],
                factor=line["factor"],
                quantity=one.quantity,
                unit_price=line["unit_price"],
                amount=amount,
                tax_rate_bp=line["tax_rate_bp"],
                tax=tax_included(amount, line["tax_rate_bp"]),
                lot=line["lot"],
                stocked=stocked.get(line["product_id"], True),
                to=one.to,  # type: ignore[arg-type]
                parts=parts_back(line["product_code"], left.get(line["id"], ()), one),
            )
        )
    return tuple(made)


def _said(quantity: int, line: Row) -> str:
    """So much as a person says it: in the unit of the line, where that is a whole number of thousandths of it."""
    number = in_unit(quantity, line["factor"])
    return format_quantity(quantity) if number is None else f"{format_quantity(number)} {line['unit']}".strip()


def rounding_back(order: Row, lines: Sequence[Row], back: Sequence[Back], goods: int) -> int:
    """What the bill's rounding changes in a refund of *goods* (minor units).

    With the last piece the rest of what was paid goes back; before that never more than is left of it.
    """
    coming = {one.line_id: one.quantity for one in back}
    everything = all(line["returned"] + coming.get(line["id"], 0) >= line["quantity"] for line in lines)
    rest = int(order["total"] - order["returned"]) - goods
    return rest if everything else min(0, rest)


def left_by_method(payments: Sequence[Row]) -> dict[str, int]:
    """What may still go back by each means: taken less given back."""
    left: dict[str, int] = {}
    for one in payments:
        left[one["method"]] = left.get(one["method"], 0) + one["amount"]
    return {method: amount for method, amount in left.items() if amount > 0}


def refunds_for(total: int, left: Mapping[str, int]) -> tuple[Refunded, ...]:
    """*total* to the means it came by.

    Raises:
        Refused: ``more_than_paid`` when less was paid than should go back.
    """
    rest, made = total, []
    for method in METHODS:
        used = min(rest, left.get(method, 0))
        if used:
            made.append(Refunded(method=method, amount=used))  # type: ignore[arg-type]
            rest -= used
    if rest:
        raise Refused("more_than_paid")
    return tuple(made)
