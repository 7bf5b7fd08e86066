"""Goods with their price on a scale's label: the customer pays what the label says, to the fen.

The label names an amount, not the weight. The weight is worked out from the price in force, to the thousandth, and so
quantity × price misses the amount by a few fen. The amount holds: it stands in the line's trace beside the thousandths
that it stands for, and the line comes to it exactly. Reasons: decision 19.
"""

from __future__ import annotations

import msgspec

from domain.kernel.commands import UNREADABLE, NonNegative, Positive
from domain.kernel.errors import Invalid
from domain.kernel.money import PRICE_SCALE, QUANTITY_SCALE, divide_half_away, exponent, line_amount


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """What labels say together, in minor units, and the thousandths of the product's unit that this pays for."""

    quantity: Positive
    amount: NonNegative


class _Trace(msgspec.Struct):
    label: Label | None = None


def quantity_for(amount: int, unit_price: int, currency: str, *, code: str) -> int:
    """The thousandths that *amount* minor units buy at *unit_price*, at least one.

    Raises:
        Invalid: ``no_price`` of the product with this code.
    """
    if unit_price <= 0:
        raise Invalid("no_price", code=code)
    scale = QUANTITY_SCALE * PRICE_SCALE
    return max(1, divide_half_away(amount * scale, unit_price * 10 ** exponent(currency)))


def settle(quantity: int, label: Label, unit_price: int, currency: str, *, code: str) -> tuple[int, Label]:
    """(the line's quantity, the label) by the price in force; *quantity* holds the label's as it was worked out before.

    Raises:
        Invalid: ``no_price``.
    """
    meant = quantity_for(label.amount, unit_price, currency, code=code)
    return max(0, quantity - label.quantity) + meant, Label(quantity=meant, amount=label.amount)


def gross(quantity: int, unit_price: int, label: Label | None, currency: str, factor: int = QUANTITY_SCALE) -> int:
    """Minor units of a line before anything is let off: what labels say, and quantity × price for the rest.

    *unit_price* is that of *factor* thousandths; goods with a label are sold in the product's own unit.

    A label that does not fit the line counts for nothing: its amount is further from its quantity × price than one
    thousandth is worth.
    """
    if label is None or label.quantity > quantity or factor != QUANTITY_SCALE:
        return line_amount(quantity, unit_price, currency, factor)
    by_price = line_amount(label.quantity, unit_price, currency)
    if abs(label.amount - by_price) > line_amount(1, unit_price, currency) + 1:
        return line_amount(quantity, unit_price, currency)
    return label.amount + line_amount(quantity - label.quantity, unit_price, currency)


def label_in(trace: str) -> Label | None:
    """The label in a line's trace; None when there is none, whatever else stands there."""
    if '"label"' not in trace:
        return None
    try:
        return msgspec.json.decode(trace, type=_Trace).label
    except UNREADABLE:
        return None
