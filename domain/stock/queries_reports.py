"""What came into warehouses, what left them and what is there, by product, month or day."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, func, literal_column, or_, select

from domain.catalogue.model import product
from domain.kernel.errors import Invalid
from domain.stock.model import place, stock_balance, stock_move
from domain.stock.reporting import between, pieces

KEYS: dict[str, ColumnElement[Any]] = {
    "product": stock_move.c.product_id,
    "month": func.substr(stock_move.c.business_date, literal_column("1"), literal_column("7")),
    "day": stock_move.c.business_date,
}
Flow = tuple[int, int]
"""Thousandths that came in and that left."""


def stock_report(
    connection: Connection,
    by: str | None = None,
    start: str | None = None,
    end: str | None = None,
    party_id: str | None = None,
) -> dict[str, Any]:
    """The stock report, ready for JSON.

    Args:
        by: product, month or day; None gives the totals alone.
        start, end: first and last business date, ``YYYY-MM-DD``.
        party_id: warehouses of this party only.

    Returns:
        ``{"in", "out", "on_hand", "rows": [{"key", the same}]}`` in pieces (decimal strings when goods were weighed);
        ``in`` and ``out`` of the range, ``on_hand`` at its end, per product or at the end of each month or day. It
        starts from the balances, so that it is right on a counter too, which keeps only part of the moves.

    Raises:
        Invalid: ``unknown_report_key``, ``bad_report_date``.
    """
    if by is not None and by not in KEYS:
        raise Invalid("unknown_report_key", key=by)
    warehouses = select(place.c.id).where(place.c.kind == "warehouse")
    if party_id is not None:
        warehouses = warehouses.where(place.c.party_id == party_id)
    flows = _flows(connection, by or "month", warehouses, between(stock_move.c.business_date, start, end))
    there = _there_at(connection, warehouses, end)
    closing = sum(there.values())
    rows = _by_product(connection, flows, there) if by == "product" else _by_time(flows, closing)
    came, left = (sum(flow[side] for flow in flows.values()) for side in (0, 1))
    listed = [{"key": key, **_told(flow, on_hand)} for key, flow, on_hand in rows] if by else []
    return {**_told((came, left), closing), "rows": listed}


def _told(flow: Flow, on_hand: int) -> dict[str, Any]:
    return {"in": pieces(flow[0]), "out": pieces(flow[1]), "on_hand": pieces(on_hand)}


def _flows(
    connection: Connection, by: str, warehouses: Select[Any], conditions: list[ColumnElement[bool]]
) -> dict[str, Flow]:
    """What came in and what left, by key."""
    key = KEYS[by].label("key")
    came, left = stock_move.c.to_place.in_(warehouses), stock_move.c.from_place.in_(warehouses)
    statement = (
        select(
            key,
            func.sum(case((came, stock_move.c.quantity), else_=0)).label("came"),
            func.sum(case((left, stock_move.c.quantity), else_=0)).label("left"),
        )
        # What only changed its name did not move.
        .where(or_(came, left), stock_move.c.reason != "merge", *conditions)
        .group_by(key)
    )
    return {row.key: (int(row.came), int(row.left)) for row in connection.execute(statement)}


def _there_at(connection: Connection, warehouses: Select[Any], end: str | None) -> dict[str, int]:
    """Thousandths by product id at the end of a day: the balances, with this side's own unsent moves, less what moved
    later."""
    statement = (
        select(stock_balance.c.product_id, func.sum(stock_balance.c.quantity))
        .where(stock_balance.c.place_id.in_(warehouses))
        .group_by(stock_balance.c.product_id)
    )
    there: dict[str, int] = defaultdict(int)
    there.update({product_id: int(quantity) for product_id, quantity in connection.execute(statement)})
    for product_id, (came, left) in _flows(connection, "product", warehouses, [stock_move.c.version == 0]).items():
        there[product_id] += came - left
    if end is not None:
        later = [stock_move.c.business_date > end]
        for product_id, (came, left) in _flows(connection, "product", warehouses, later).items():
            there[product_id] -= came - left
    return there


def _by_product(connection: Connection, flows: dict[str, Flow], there: dict[str, int]) -> list[tuple[str, Flow, int]]:
    """A shop's own product that was merged counts as what it turned out to be."""
    found = {row.id: row for row in connection.execute(select(product.c.id, product.c.code, product.c.merged_into))}
    wanted = flows.keys() | {product_id for product_id, quantity in there.items() if quantity}
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for one in wanted:
        row = found.get(found[one].merged_into or one) if one in found else None
        total = totals[row.code if row else one]
        for column, value in enumerate((*flows.get(one, (0, 0)), there.get(one, 0))):
            total[column] += value
    return sorted((code, (came, left), lying) for code, (came, left, lying) in totals.items())


def _by_time(flows: dict[str, Flow], closing: int) -> list[tuple[str, Flow, int]]:
    rows = []
    for key in sorted(flows, reverse=True):
        rows.append((key, flows[key], closing))
        closing -= flows[key][0] - flows[key][1]
    return rows[::-1]
