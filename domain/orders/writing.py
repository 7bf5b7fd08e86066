"""Rows that several order handlers write alike."""

from __future__ import annotations

from collections.abc import Sequence

from domain.kernel.channels import Row
from domain.kernel.context import ApplyContext
from domain.orders.commands import SoldLine
from domain.orders.model import order_line, order_transition, orders
from domain.stock.commands import Part

LONGEST_LOTS = 200


def lots_of(parts: Sequence[Part]) -> str:
    """The lots of a line for people to read; the moves say how much of each."""
    return ", ".join(dict.fromkeys(part.lot for part in parts if part.lot))[:LONGEST_LOTS]


def write_lines(ctx: ApplyContext, order_id: str, lines: Sequence[SoldLine]) -> None:
    """The order's lines as they were sealed."""
    ctx.rows.insert(
        order_line,
        [
            {
                "id": ctx.derive("line", index),
                "order_id": order_id,
                "line_no": index,
                "product_id": line.product_id,
                "product_code": line.code,
                "product_name": line.name,
                "unit": line.unit,
                "factor": line.factor,
                "quantity": line.quantity,
                "unit_price": line.unit_price,
                "discount": line.discount,
                "amount": line.amount,
                "tax_rate_bp": line.tax_rate_bp,
                "tax": line.tax,
                "lot": line.lot or lots_of(line.parts),
                "trace": line.trace,
                "share": line.share,
                "reason": line.reason,
                "note": line.note,
            }
            for index, line in enumerate(lines, 1)
        ],
    )


def write_transition(
    ctx: ApplyContext, order_id: str, from_state: str, to_state: str, *, reason: str = "", role: str = "transition"
) -> None:
    """Who, when, from, to, why."""
    ctx.rows.insert(
        order_transition,
        {
            "id": ctx.derive(role),
            "order_id": order_id,
            "from_state": from_state,
            "to_state": to_state,
            "person_name": ctx.actor.person_name,
            "reason": reason,
            "at": ctx.at,
        },
    )


def move_to(ctx: ApplyContext, order: Row, to_state: str, *, reason: str = "", role: str = "transition") -> Row:
    """Change an order's state and record it."""
    write_transition(ctx, order["id"], order["state"], to_state, reason=reason, role=role)
    return ctx.rows.update(orders, order["id"], state=to_state)
