"""Commands on goods that a customer orders at the counter and fetches later."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from domain.kernel.commands import FACT, Amount, Code, Currency, Id, Name, NonNegative, Note, Payload, Short, command
from domain.kernel.context import ApplyContext
from domain.orders.commands import Approvals, Deposit, Lines, Paid
from domain.orders.model import orders
from domain.parties import roles
from domain.parties.rules import own


@command("orders.take_booking", nature=FACT, roles=roles.SELLING, entitled=own("seller_id"), goes_on=True)
class TakeBooking(Payload, frozen=True, kw_only=True):
    """A customer ordered goods, at these prices, and paid some of it ahead.

    ``payments`` add up to the deposit; ``wanted_on`` is the day for which he wants them (ISO, empty for none).
    """

    order_id: Id
    number: Code
    seller_id: Id
    home: NonNegative
    customer_id: Id
    currency: Currency
    lines: Lines
    total: NonNegative
    tax_total: NonNegative
    payments: Annotated[tuple[Paid, ...], msgspec.Meta(max_length=20)] = ()
    note: Note = ""
    wanted_on: Short = ""
    shift_id: Id | None = None
    discount: NonNegative = 0
    rounding: Amount = 0
    approvals: Approvals = ()


def _is_own_booking(ctx: ApplyContext, payload: Any) -> bool:
    row = ctx.rows.get(orders, payload.order_id)
    return row is not None and row["kind"] == "booking" and bool(row["seller_id"] == ctx.actor.party_id)


@command("orders.call_off", nature=FACT, roles=roles.SELLING, entitled=_is_own_booking, goes_on=True)
class CallOff(Payload, frozen=True, kw_only=True):
    """A customer's order is off: the deposit goes back by the means it came, or stays with the shop as was agreed."""

    order_id: Id
    reason: Name
    refunds: Annotated[tuple[Deposit, ...], msgspec.Meta(max_length=20)] = ()
    kept: NonNegative = 0
    shift_id: Id | None = None
    approvals: Approvals = ()
