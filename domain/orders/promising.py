"""Goods promised to an order: reserved of the seller's warehouse as far as they are there (server only)."""

from __future__ import annotations

from collections.abc import Sequence

from domain.catalogue.queries import stocked_by_id
from domain.kernel.channels import Row
from domain.kernel.context import ApplyContext
from domain.orders import queries
from domain.orders.model import order_line, orders
from domain.orders.states import BOOKED
from domain.stock import queries as stock
from domain.stock.rules import on_arrival, place_id, reserve


def promise(ctx: ApplyContext, order: Row) -> bool:
    """Reserve what is available and not yet promised to it, whole or part; whether that is everything now."""
    lines = queries.lines_of(ctx.rows.connection, order["id"])
    known = stock.on_hand(
        ctx.rows.connection, place_id(order["seller_id"], "warehouse"), [line["product_id"] for line in lines]
    )
    reserved: list[tuple[str, int]] = []
    for line in lines:
        free = known[line["product_id"]]
        part = max(0, min(line["quantity"] - line["allocated"], free["available"]))
        free["available"] -= part
        if part:
            line["allocated"] += part
            ctx.rows.update(order_line, line["id"], allocated=line["allocated"])
            reserved.append((line["product_id"], part))
    reserve(ctx, order["seller_id"], reserved)
    return all(line["allocated"] >= line["quantity"] for line in lines)


def promise_to_customer(ctx: ApplyContext, order: Row) -> None:
    """The same for what a customer ordered; once all of it that is kept in stock lies here, the order says so."""
    if not promise(ctx, order):
        lines = queries.lines_of(ctx.rows.connection, order["id"])
        stocked = stocked_by_id(ctx.rows.connection, [line["product_id"] for line in lines])
        if any(line["allocated"] < line["quantity"] and stocked.get(line["product_id"], True) for line in lines):
            return
    if not order["ready"]:
        ctx.rows.update(orders, order["id"], ready=1)


@on_arrival
def promise_waiting(ctx: ApplyContext, seller_id: str, product_ids: Sequence[str]) -> None:
    """What came, or is free again, is promised to the customers who wait for it; who ordered first gets it first."""
    waiting = queries.waiting_for(ctx.rows.connection, seller_id, product_ids)
    known = ctx.rows.lock(orders, sorted(waiting))
    for order_id in waiting:
        if known[order_id]["state"] == BOOKED:
            promise_to_customer(ctx, known[order_id])


def let_go(ctx: ApplyContext, order: Row) -> None:
    """Give back what was reserved."""
    held = [line for line in queries.lines_of(ctx.rows.connection, order["id"]) if line["allocated"]]
    for line in held:
        ctx.rows.update(order_line, line["id"], allocated=0)
    reserve(ctx, order["seller_id"], [(line["product_id"], -line["allocated"]) for line in held])
