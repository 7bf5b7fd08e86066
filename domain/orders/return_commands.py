"""Commands by which goods of a sale come back, in part or whole."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from domain.kernel.commands import (
    FACT,
    Amount,
    Code,
    Currency,
    Id,
    Name,
    NonNegative,
    Note,
    Payload,
    Positive,
    Rate,
    Short,
    command,
)
from domain.orders.commands import Approvals
from domain.parties import roles
from domain.parties.rules import own
from domain.stock.commands import Parts


class LineBack(Payload, frozen=True, kw_only=True):
    """Goods that came back; ``amount`` is what is given back for them (minor units), worked out at sealing.

    ``to`` is where they go: on sale again, or scrapped.
    """

    original_line_id: Id | None = None
    product_id: Id
    code: Code
    name: Name
    unit: Short
    factor: Positive = 1000
    quantity: Positive
    unit_price: NonNegative
    amount: NonNegative
    tax_rate_bp: Rate = 0
    tax: NonNegative = 0
    lot: Short = ""
    stocked: bool = True
    to: Literal["warehouse", "scrap"] = "warehouse"
    parts: Parts = ()


class Refunded(Payload, frozen=True, kw_only=True):
    """Money given back by one means."""

    method: Literal["cash", "card", "alipay", "wechat", "account", "exchange"]
    amount: Positive


Refunds = Annotated[tuple[Refunded, ...], msgspec.Meta(max_length=20)]


@command(
    "orders.complete_return",
    nature=FACT,
    roles=roles.SELLING,
    entitled=own("seller_id"),
    version=3,
    upcasters={1: dict, 2: dict},
    goes_on=True,
)
class CompleteReturn(Payload, frozen=True, kw_only=True):
    """Goods of a sale came back, with or without the sale they belong to. ``total`` = lines + ``rounding`` > 0."""

    order_id: Id
    number: Code
    seller_id: Id
    home: NonNegative
    original_id: Id | None
    customer_id: Id | None
    currency: Currency
    lines: Annotated[tuple[LineBack, ...], msgspec.Meta(min_length=1, max_length=2000)]
    rounding: Amount = 0
    total: NonNegative
    tax_total: NonNegative
    refunds: Refunds
    reason: Annotated[Note, msgspec.Meta(min_length=1)]
    shift_id: Id | None = None
    approvals: Approvals = ()


@command("orders.pay_out_credit", nature=FACT, roles=roles.SELLING, entitled=own("seller_id"), goes_on=True)
class PayOutCredit(Payload, frozen=True, kw_only=True):
    """What an exchange left for the next sale was paid out after all. ``order_id`` is the document that gave it."""

    payout_id: Id
    number: Code
    order_id: Id
    seller_id: Id
    customer_id: Id | None
    amount: Positive
    method: Literal["cash", "card", "alipay", "wechat", "account"]
    shift_id: Id | None = None
