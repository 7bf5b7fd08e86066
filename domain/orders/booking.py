"""A customer's order that waits to be fetched, seen from the sale that fetches it. Source: DOMAIN "Orders"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from domain.catalogue import queries as catalogue
from domain.kernel.channels import Row
from domain.kernel.context import ApplyContext, DecideContext
from domain.kernel.errors import NotFound, Refused
from domain.orders import queries
from domain.orders.bill import WHOLE, Bill
from domain.orders.commands import CompleteSale, Deposit
from domain.orders.model import order_transition, orders
from domain.orders.promising import let_go
from domain.orders.returning import left_by_method
from domain.orders.states import CLOSED, can_go, may
from domain.orders.writing import move_to

BOOKING = "booking"
"""Kind of the order."""
DEPOSIT = "deposit"
"""What money taken ahead is called in a shift: the kind of its entry, and the means when a sale uses it."""
MINOR = 100
"""Minor units in a whole one: a deposit is asked for in whole ones."""
_FETCH = "fetch"
"""Role of the booking's own transition among the ids that the sale makes."""


@dataclass(frozen=True, slots=True)
class Booked:
    """What was agreed and paid when the customer ordered; empty for a sale that fetches nothing.

    Attributes:
        deposits: what may still go back, by means.
        allocated: product id → thousandths reserved for it.
    """

    order: Row | None = None
    lines: Sequence[Row] = ()
    deposits: tuple[Deposit, ...] = ()
    allocated: Mapping[str, int] = field(default_factory=dict)

    @property
    def product_ids(self) -> frozenset[str]:
        """What was promised."""
        return frozenset(line["product_id"] for line in self.lines)

    def covers(self, bill: Bill) -> bool:
        """Whether goods, prices and total are those of that day. Raises what :meth:`check_whole` raises."""
        self.check_whole(bill)
        if self.order is None or self.order["total"] != bill.total or len(self.lines) != len(bill.lines):
            return False
        then = sorted((line["product_id"], line["quantity"], line["unit_price"], line["amount"]) for line in self.lines)
        return then == sorted((line.product_id, line.quantity, line.unit_price, line.amount) for line in bill.lines)

    def check_whole(self, bill: Bill) -> None:
        """Raises Refused ``booking_not_whole`` when less is fetched than was ordered: the rest would be forgotten."""
        taken: dict[str, int] = defaultdict(int)
        for line in bill.lines:
            taken[line.product_id] += line.quantity
        for booked in self.lines:
            taken[booked["product_id"]] -= booked["quantity"]
            if taken[booked["product_id"]] < 0:
                raise Refused("booking_not_whole", code=booked["product_code"])

    def paid_for(self, total: int) -> int:
        """How much of *total* is paid. Raises Refused ``deposit_exceeds``: the rest would have to go back first."""
        paid = sum(one.amount for one in self.deposits)
        if paid > total:
            raise Refused("deposit_exceeds", deposit=paid, total=total)
        return paid


def usual_deposit(total: int, rate_bp: int) -> int:
    """What is usually paid ahead of *total* (minor units): so many basis points, rounded up to whole units of the
    currency, never more than everything."""
    return min(total, -(-total * rate_bp // (WHOLE * MINOR)) * MINOR)


def own_booking(ctx: DecideContext, order_id: str, action: str) -> Row:
    """A customer's order that still waits here.

    Raises:
        NotFound: ``unknown_order``. Refused: ``booking_gone``: fetched or called off already.
    """
    order = queries.order_by_id(ctx.connection, order_id)
    if order is None or order["kind"] != BOOKING or order["seller_id"] != ctx.actor.party_id:
        raise NotFound("unknown_order", id=order_id)
    if not may(ctx.actor, action, order):
        raise Refused("booking_gone", number=order["number"], state=order["state"])
    return order


def deposits_of(payments: Sequence[Row]) -> tuple[Deposit, ...]:
    """What was taken ahead and not given back, by means."""
    return tuple(Deposit(method=method, amount=amount) for method, amount in left_by_method(payments).items())  # type: ignore[arg-type]


def followed(connection: Connection, lines: Sequence[Row]) -> list[Row]:
    """The lines, of the product of the network where a shop's own turned out to be one since."""
    own = catalogue.merged_into(connection, [line["product_id"] for line in lines])
    return [{**line, "product_id": own.get(line["product_id"]) or line["product_id"]} for line in lines]


def fetched(ctx: DecideContext, booking_id: str | None) -> Booked:
    """The order that a sale fetches. Raises what :func:`own_booking` raises."""
    if booking_id is None:
        return Booked()
    order = own_booking(ctx, booking_id, "fetch")
    lines = followed(ctx.connection, queries.lines_of(ctx.connection, booking_id))
    allocated: dict[str, int] = {}
    for line in lines:
        allocated[line["product_id"]] = allocated.get(line["product_id"], 0) + line["allocated"]
    return Booked(order, lines, deposits_of(queries.payments_of(ctx.connection, booking_id)), allocated)


def apply_fetch(ctx: ApplyContext, sale: CompleteSale) -> bool:
    """The booking of a sale is over; whether this sale is the one that ended it. One that was fetched or called off
    elsewhere is an exception.
    """
    if sale.booking_id is None:
        return False
    order = ctx.rows.lock(orders, [sale.booking_id]).get(sale.booking_id)
    if order is None or order["kind"] != BOOKING or order["seller_id"] != sale.seller_id:
        ctx.flag("unknown_order", sale.order_id, sale.seller_id, id=sale.booking_id)
    elif not can_go(order["state"], CLOSED):
        ctx.flag("booking_gone", sale.order_id, sale.seller_id, number=order["number"], state=order["state"])
    else:
        move_to(ctx, order, CLOSED, reason=sale.number, role=_FETCH)
        ctx.rows.update(orders, order["id"], payment_state="paid", delivery_state="full")
        return True
    return False


def project_fetch(ctx: ApplyContext, sale: CompleteSale) -> None:
    """What was reserved goes with the sale; another deposit than was paid is an exception (server only)."""
    if sale.booking_id is None or ctx.rows.get(order_transition, ctx.derive(_FETCH)) is None:
        return
    let_go(ctx, ctx.rows.require(orders, sale.booking_id))
    paid = deposits_of(queries.payments_of(ctx.rows.connection, sale.booking_id))
    if sorted(paid, key=lambda one: one.method) != sorted(sale.deposits, key=lambda one: one.method):
        ctx.flag("deposit_differs", sale.order_id, sale.seller_id, number=sale.number)
