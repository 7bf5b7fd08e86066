"""Goods promised to an order: reserved of the seller's warehouse as far as they are there (server only)."""

from __future__ import annotations

from domain.kernel.channels import Row
from domain.kernel.context import ApplyContext
from domain.orders import queries
from domain.orders.model import order_line
from domain.stock import queries as stock
from domain.stock.rules import place_id, reserve


def promise(ctx: ApplyContext, order: Row) -> bool:
    """Reserve what is available, whole or part; whether that was everything."""
    lines = queries.lines_of(ctx.rows.connection, order["id"])
    known = stock.on_hand(
        ctx.rows.connection, place_id(order["seller_id"], "warehouse"), [line["product_id"] for line in lines]
    )
    reserved: list[tuple[str, int]] = []
    for line in lines:
        free = known[line["product_id"]]
        part = max(0, min(line["quantity"], free["available"]))
        free["available"] -= part
        if part:
            ctx.rows.update(order_line, line["id"], allocated=part)
            reserved.append((line["product_id"], part))
    reserve(ctx, order["seller_id"], reserved)
    return sum(part for _, part in reserved) == sum(int(line["quantity"]) for line in lines)


def let_go(ctx: ApplyContext, order: Row) -> None:
    """Give back what was reserved."""
    held = [line for line in queries.lines_of(ctx.rows.connection, order["id"]) if line["allocated"]]
    for line in held:
        ctx.rows.update(order_line, line["id"], allocated=0)
    reserve(ctx, order["seller_id"], [(line["product_id"], -line["allocated"]) for line in held])
