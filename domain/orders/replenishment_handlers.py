"""Decide and apply for replenishment orders up to their approval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from domain.catalogue import queries as catalogue
from domain.catalogue.weighed import pieces_of
from domain.kernel.channels import Row
from domain.kernel.commands import applies, projects
from domain.kernel.context import ApplyContext, DecideContext, Decision
from domain.kernel.errors import Invalid, NotEntitled, NotFound, Refused
from domain.kernel.money import LIMIT
from domain.orders import queries
from domain.orders.authorisation import NOT_AUTHORISED, SELLER_NOT_AUTHORISED, not_authorised
from domain.orders.commands import ApproveOrder, CancelOrder, CloseOrder, RefuseOrder, SubmitReplenishment
from domain.orders.model import orders
from domain.orders.pricing import TRADE, Wanted, price_lines
from domain.orders.promising import let_go, promise
from domain.orders.states import (
    ALLOCATED,
    APPROVED,
    CANCELLED,
    CLOSED,
    DRAFT,
    REFUSED,
    SUBMITTED,
    can_go,
    may,
)
from domain.orders.writing import move_to, write_lines, write_transition
from domain.stock.handlers import own_party


def decide_replenishment(ctx: DecideContext, wanted: Sequence[Wanted], *, note: str = "") -> Decision:
    """An order to the upline at the trade prices that hold for the buyer.

    Raises:
        Refused: ``no_upline`` at headquarters. Invalid, NotFound, Refused: see ``price_lines``.
    """
    mine = own_party(ctx)
    if not mine["parent_id"]:
        raise Refused("no_upline")
    lines = price_lines(ctx, wanted, mine, usages=TRADE, currency=mine["currency"])
    total = sum(line.amount for line in lines)
    if total >= LIMIT:
        raise Invalid("amount_too_large", code=lines[0].code)
    payload = SubmitReplenishment(
        order_id=ctx.new_id(),
        number=ctx.next_number("R"),
        seller_id=mine["parent_id"],
        buyer_id=mine["id"],
        home=mine["home"],
        currency=mine["currency"],
        lines=lines,
        total=total,
        tax_total=sum(line.tax for line in lines),
        note=note,
    )
    return Decision(payload, payload.order_id, payload.number, amount=total, currency=mine["currency"])


@applies(SubmitReplenishment)
def apply_replenishment(ctx: ApplyContext, order: SubmitReplenishment) -> None:
    """Write the order; nothing moves yet."""
    ctx.rows.insert(
        orders,
        {
            "id": order.order_id,
            "number": order.number,
            "kind": "replenishment",
            "seller_id": order.seller_id,
            "buyer_id": order.buyer_id,
            "state": SUBMITTED,
            "currency": order.currency,
            "total": order.total,
            "tax_total": order.tax_total,
            "line_count": len(order.lines),
            "units": sum(pieces_of(line.quantity, line.unit) for line in order.lines),
            "business_date": ctx.business_date,
            "ordered_at": ctx.at,
            "home": order.home,
            "person_name": ctx.actor.person_name,
            "note": order.note,
        },
    )
    write_lines(ctx, order.order_id, order.lines)
    write_transition(ctx, order.order_id, DRAFT, SUBMITTED)


@projects(SubmitReplenishment)
def check_goods(ctx: ApplyContext, order: SubmitReplenishment) -> None:
    """What was delisted before the order came is not promised to anybody: the buyer is told, and changes it.

    Raises:
        Refused: ``product_delisted``, ``unknown_product``, with the first such code.
        NotEntitled: ``product_not_authorised``: the buyer may not sell it, which its PC cannot have known;
            ``seller_not_authorised``: the party that is to deliver it may not. The order is kept for the upline to
            decide.
    """
    known = catalogue.products_by_ids(ctx.rows.connection, [line.product_id for line in order.lines])
    for line in order.lines:
        if line.product_id not in known:
            raise Refused("unknown_product", code=line.code)
        if known[line.product_id]["status"] != "listed":
            raise Refused("product_delisted", code=line.code)
    ranges = {row["id"]: row["range_id"] for row in known.values()}
    for party_id, refusal in ((order.buyer_id, NOT_AUTHORISED), (order.seller_id, SELLER_NOT_AUTHORISED)):
        _, codes = not_authorised(ctx, party_id, order.lines, ranges)
        if codes:
            raise NotEntitled(refusal, code=codes[0])


def _open_order(ctx: DecideContext, order_id: str, action: str) -> Row:
    row = queries.order_by_id(ctx.connection, order_id)
    side = {"seller_id", "buyer_id"}
    if row is None or ctx.actor.party_id not in {row[name] for name in side}:
        raise NotFound("unknown_order", id=order_id)
    if not may(ctx.actor, action, row):
        raise Refused("not_in_this_state", number=row["number"], state=row["state"])
    return row


def _decide(ctx: DecideContext, order_id: str, action: str, make: Any, **fields: Any) -> Decision:
    row = _open_order(ctx, order_id, action)
    base = (("orders", order_id, row["version"]),)
    return Decision(make(order_id=order_id, **fields), order_id, row["number"], base=base)


def decide_approve(ctx: DecideContext, order_id: str) -> Decision:
    """Agree to an order. Raises NotFound ``unknown_order``, Refused ``not_in_this_state``."""
    return _decide(ctx, order_id, "approve", ApproveOrder)


def decide_refuse(ctx: DecideContext, order_id: str, *, reason: str) -> Decision:
    """Decline an order; also raises Invalid ``no_reason``."""
    return _decide(ctx, order_id, "refuse", RefuseOrder, reason=_reason(reason))


def decide_cancel(ctx: DecideContext, order_id: str, *, reason: str) -> Decision:
    """Withdraw an own order that has not been shipped."""
    return _decide(ctx, order_id, "cancel", CancelOrder, reason=_reason(reason))


def decide_close(ctx: DecideContext, order_id: str) -> Decision:
    """Close an order of which everything was received."""
    return _decide(ctx, order_id, "close", CloseOrder)


def _reason(text: str) -> str:
    if not text.strip():
        raise Invalid("no_reason")
    return text.strip()


def _step(ctx: ApplyContext, order_id: str, to_state: str, reason: str = "") -> Row:
    row = ctx.rows.lock(orders, [order_id]).get(order_id)
    if row is None:
        raise NotFound("unknown_order", id=order_id)
    if not can_go(row["state"], to_state):
        raise Refused("not_in_this_state", number=row["number"], state=row["state"])
    return move_to(ctx, row, to_state, reason=reason)


@applies(ApproveOrder)
def apply_approve(ctx: ApplyContext, approve: ApproveOrder) -> None:
    """submitted → approved."""
    _step(ctx, approve.order_id, APPROVED)


@projects(ApproveOrder)
def allocate(ctx: ApplyContext, approve: ApproveOrder) -> None:
    """Reserve of the seller's warehouse what is available, whole or part."""
    order = ctx.rows.require(orders, approve.order_id)
    if promise(ctx, order):
        move_to(ctx, order, ALLOCATED, role="allocated")


@applies(RefuseOrder)
def apply_refuse(ctx: ApplyContext, refuse: RefuseOrder) -> None:
    """submitted → refused."""
    _step(ctx, refuse.order_id, REFUSED, refuse.reason)


@applies(CancelOrder)
def apply_cancel(ctx: ApplyContext, cancel: CancelOrder) -> None:
    """Anything before shipping → cancelled."""
    _step(ctx, cancel.order_id, CANCELLED, cancel.reason)


@projects(CancelOrder)
def release(ctx: ApplyContext, cancel: CancelOrder) -> None:
    """Give back what was reserved."""
    let_go(ctx, ctx.rows.require(orders, cancel.order_id))


@applies(CloseOrder)
def apply_close(ctx: ApplyContext, close: CloseOrder) -> None:
    """received → closed."""
    _step(ctx, close.order_id, CLOSED)
