"""Commands on orders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

import msgspec

from domain.kernel.commands import (
    FACT,
    REQUEST,
    Amount,
    Code,
    Currency,
    Date,
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
from domain.kernel.context import ApplyContext
from domain.orders.model import orders, shipment
from domain.parties import roles
from domain.parties.model import party
from domain.parties.rules import own
from domain.stock.commands import Parts, Serials


class SoldLine(Payload, frozen=True, kw_only=True):
    """One line as it was priced at sealing; never repriced. Amounts in minor units, tax included.

    *quantity* in thousandths of the product's own unit, *factor* of which are in one *unit* of the line, which costs
    *unit_price*. *parts* say from which lots and with which serials it went, where the product asks for that.
    """

    product_id: Id
    code: Code
    name: Name
    unit: Short
    factor: Positive = 1000
    quantity: Positive
    unit_price: NonNegative
    discount: NonNegative = 0
    amount: NonNegative
    tax_rate_bp: Rate = 0
    tax: NonNegative = 0
    lot: Short = ""
    stocked: bool = True
    trace: Note = ""
    share: NonNegative = 0
    reason: Short = ""
    note: Short = ""
    parts: Parts = ()


class Approval(Payload, frozen=True, kw_only=True):
    """A second person agreed at the counter, by his own PIN."""

    what: Literal["discount", "floor", "return", "void", "credit", "expired"]
    person_id: Id
    person_name: Short


class Paid(Payload, frozen=True, kw_only=True):
    """Money taken; ``tendered`` less ``amount`` went back as change."""

    method: Literal["cash", "card", "alipay", "wechat", "account", "exchange"]
    amount: NonNegative
    tendered: NonNegative


class Deposit(Payload, frozen=True, kw_only=True):
    """Money taken ahead for an order, or given back of it, by one means."""

    method: Literal["cash", "card", "alipay", "wechat"]
    amount: Positive


Lines = Annotated[tuple[SoldLine, ...], msgspec.Meta(min_length=1, max_length=2000)]


Approvals = Annotated[tuple[Approval, ...], msgspec.Meta(max_length=10)]


def _sale_of_version_1(fields: dict[str, Any]) -> dict[str, Any]:
    """Before shifts, discounts on orders, rounding and approvals: all of them absent."""
    return {**fields, "shift_id": None, "discount": 0, "rounding": 0, "approvals": ()}


@command(
    "orders.complete_sale",
    nature=FACT,
    roles=roles.SELLING,
    entitled=own("seller_id"),
    version=5,
    upcasters={1: _sale_of_version_1, 2: dict, 3: dict, 4: dict},
    goes_on=True,
)
class CompleteSale(Payload, frozen=True, kw_only=True):
    """A retail sale that happened at the counter; ``deposits`` were paid with the booking that it fetches."""

    order_id: Id
    number: Code
    seller_id: Id
    home: NonNegative
    customer_id: Id | None
    currency: Currency
    lines: Lines
    total: NonNegative
    tax_total: NonNegative
    payments: Annotated[tuple[Paid, ...], msgspec.Meta(max_length=20)] = ()
    channel: Short = "counter"
    note: Note = ""
    shift_id: Id | None = None
    discount: NonNegative = 0
    rounding: Amount = 0
    approvals: Approvals = ()
    booking_id: Id | None = None
    deposits: Annotated[tuple[Deposit, ...], msgspec.Meta(max_length=20)] = ()


def _is_own_sale(ctx: ApplyContext, payload: Any) -> bool:
    row = ctx.rows.get(orders, payload.order_id)
    return row is not None and row["kind"] == "retail" and bool(row["seller_id"] == ctx.actor.party_id)


class ReturnedLine(Payload, frozen=True, kw_only=True):
    """Goods of a voided sale, back in the warehouse."""

    product_id: Id
    quantity: Positive
    lot: Short = ""
    serial: Short = ""


class Refund(Payload, frozen=True, kw_only=True):
    """Money given back, by the means it came."""

    method: Literal["cash", "card", "alipay", "wechat", "account", "exchange"]
    amount: NonNegative


@command(
    "orders.void_sale",
    nature=FACT,
    roles=roles.SELLING,
    entitled=_is_own_sale,
    version=4,
    upcasters={1: lambda fields: {**fields, "shift_id": None}, 2: dict, 3: dict},
)
class VoidSale(Payload, frozen=True, kw_only=True):
    """A retail sale was taken back whole: goods into the warehouse, money to the customer. Source: DOMAIN "Orders"."""

    order_id: Id
    reason: Name
    lines: Annotated[tuple[ReturnedLine, ...], msgspec.Meta(max_length=2000)]
    refunds: Annotated[tuple[Refund, ...], msgspec.Meta(max_length=20)] = ()
    shift_id: Id | None = None
    approvals: Approvals = ()


@command("orders.reassign_sale", nature=FACT, roles=roles.SELLING, entitled=_is_own_sale)
class ReassignSale(Payload, frozen=True, kw_only=True):
    """A retail sale belongs to another customer than the one it was sealed with; None is the walk-in."""

    order_id: Id
    customer_id: Id | None


def _buys_from_its_upline(ctx: ApplyContext, payload: Any) -> bool:
    mine = ctx.rows.get(party, payload.buyer_id)
    own_order = bool(payload.buyer_id == ctx.actor.party_id)
    return own_order and mine is not None and mine["parent_id"] == payload.seller_id


@command(
    "orders.submit_replenishment",
    nature=REQUEST,
    roles=roles.ALL,
    entitled=_buys_from_its_upline,
    version=4,
    upcasters={1: dict, 2: dict, 3: dict},
)
class SubmitReplenishment(Payload, frozen=True, kw_only=True):
    """A dealer asks its upline for goods."""

    order_id: Id
    number: Code
    seller_id: Id
    buyer_id: Id
    home: NonNegative
    currency: Currency
    lines: Lines
    total: NonNegative
    tax_total: NonNegative
    note: Note = ""


def _is_side(column: str) -> Callable[[ApplyContext, Any], bool]:
    def check(ctx: ApplyContext, payload: Any) -> bool:
        row = ctx.rows.get(orders, payload.order_id)
        return row is not None and row["kind"] == "replenishment" and row[column] == ctx.actor.party_id

    return check


@command("orders.approve", nature=REQUEST, roles=roles.SELLING, entitled=_is_side("seller_id"))
class ApproveOrder(Payload, frozen=True, kw_only=True):
    """The upline agrees; the server reserves what is there."""

    order_id: Id


@command("orders.refuse", nature=REQUEST, roles=roles.SELLING, entitled=_is_side("seller_id"))
class RefuseOrder(Payload, frozen=True, kw_only=True):
    """The upline declines, with a reason."""

    order_id: Id
    reason: Name


@command("orders.cancel", nature=REQUEST, roles=roles.SELLING, entitled=_is_side("buyer_id"))
class CancelOrder(Payload, frozen=True, kw_only=True):
    """The buyer withdraws an order that has not been shipped."""

    order_id: Id
    reason: Name


@command("orders.close", nature=REQUEST, roles=roles.SELLING, entitled=_is_side("seller_id"))
class CloseOrder(Payload, frozen=True, kw_only=True):
    """Nothing is left to do."""

    order_id: Id


class ShippedLine(Payload, frozen=True, kw_only=True):
    """Goods of one order line in one shipment."""

    order_line_id: Id
    product_id: Id
    code: Code
    name: Name
    unit: Short
    factor: Positive = 1000
    quantity: Positive
    lot: Short = ""
    expires_on: Date | None = None
    serials: Serials = ()


@command(
    "orders.ship",
    nature=FACT,
    roles=roles.ALL,
    entitled=_is_side("seller_id"),
    version=4,
    upcasters={1: dict, 2: dict, 3: dict},
)
class ShipOrder(Payload, frozen=True, kw_only=True):
    """Goods left for the buyer: the whole order or part of it."""

    shipment_id: Id
    number: Code
    order_id: Id
    seller_id: Id
    buyer_id: Id
    home: NonNegative
    carrier: Short = ""
    tracking: Short = ""
    lines: Annotated[tuple[ShippedLine, ...], msgspec.Meta(min_length=1, max_length=2000)]


class ReceivedLine(Payload, frozen=True, kw_only=True):
    """What came of a product, or of one lot of it: expected (shipped, not yet received) and found, in thousandths.

    *serials* came, of which *foreign* were not shipped; *missing* were, and did not come.
    """

    product_id: Id
    expected: NonNegative
    received: NonNegative
    lot: Short = ""
    expires_on: Date | None = None
    serials: Serials = ()
    missing: Serials = ()
    foreign: Serials = ()


def _is_receiver(ctx: ApplyContext, payload: Any) -> bool:
    row = ctx.rows.get(shipment, payload.shipment_id)
    return row is not None and row["buyer_id"] == ctx.actor.party_id


@command(
    "orders.receive_shipment",
    nature=FACT,
    roles=roles.ALL,
    entitled=_is_receiver,
    version=3,
    upcasters={1: dict, 2: dict},
)
class ReceiveShipment(Payload, frozen=True, kw_only=True):
    """Goods of a shipment came in; what is short or over becomes a claim when the receipt is final."""

    shipment_id: Id
    order_id: Id
    seller_id: Id
    buyer_id: Id
    home: NonNegative
    final: bool
    difference: Amount = 0
    lines: Annotated[tuple[ReceivedLine, ...], msgspec.Meta(min_length=1, max_length=2000)]
