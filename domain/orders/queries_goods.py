"""The stock report by who got the goods: what left a warehouse to a customer and what came back, by sale and return."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, func, select

from domain.kernel.errors import Invalid
from domain.orders.model import orders
from domain.orders.queries_reports import customer_numbers
from domain.stock.model import place, stock_move
from domain.stock.queries_reports import stock_report
from domain.stock.reporting import between, pieces

KEYS: dict[str | None, ColumnElement[Any]] = {"customer": orders.c.customer_id, "country": orders.c.country}


def goods_report(
    connection: Connection,
    by: str | None,
    start: str | None = None,
    end: str | None = None,
    party_id: str | None = None,
) -> dict[str, Any]:
    """The stock report with a row for each customer or country.

    Args:
        by: customer or country.
        start, end, party_id: see :func:`domain.stock.queries_reports.stock_report`.

    Returns:
        The same shape. At the top stand the warehouses' totals as in every stock report: all that came and left, for
        whatever reason. In a row, ``out`` left for that customer or country by sales, ``in`` came back by returns;
        ``on_hand`` is None there, because what lies in a warehouse is nobody's yet. The key is the customer's number at
        the source (the id of a customer made here, empty for the walk-in) or the country as the document has it.

    Raises:
        Invalid: ``unknown_report_key``, ``bad_report_date``.
    """
    if by not in KEYS:
        raise Invalid("unknown_report_key", key=by)
    warehouses = select(place.c.id).where(place.c.kind == "warehouse")
    if party_id is not None:
        warehouses = warehouses.where(place.c.party_id == party_id)
    key, quantity = KEYS[by].label("key"), stock_move.c.quantity
    statement = (
        select(
            key,
            func.sum(case((stock_move.c.to_place.in_(warehouses), quantity), else_=0)).label("came"),
            func.sum(case((stock_move.c.from_place.in_(warehouses), quantity), else_=0)).label("left"),
        )
        # Trade inside the network names its shipment as the source: what joins are sales and returns.
        .join(orders, orders.c.id == stock_move.c.source_id)
        .where(*between(stock_move.c.business_date, start, end))
        .group_by(key)
    )
    found = connection.execute(statement).all()
    numbers = customer_numbers(connection, [row.key for row in found]) if by == "customer" else {}
    flows: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in found:
        flow = flows[numbers.get(row.key, row.key or "")]
        flow[0] += int(row.came)
        flow[1] += int(row.left)
    rows = [
        {"key": name, "in": pieces(came), "out": pieces(left), "on_hand": None}
        for name, (came, left) in sorted(flows.items())
        if came or left
    ]
    return {**stock_report(connection, None, start, end, party_id), "rows": rows}
