"""What was sold: gross, returns, net, orders and pieces, by month, product, customer, country or day.

Only documents to end customers count: replenishment is trade inside the network. Gross adds up the sale lines, each
rounded when it was written; charges and free goods stay apart. Source: issue 2, "Keys".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, distinct, func, literal_column, select

from domain.catalogue.queries import merged_codes
from domain.customers.model import customer
from domain.kernel.errors import Invalid
from domain.kernel.money import format_amount
from domain.orders.model import order_line, orders
from domain.orders.states import VOIDED
from domain.stock.reporting import between, pieces

KEYS: dict[str | None, ColumnElement[Any]] = {
    None: literal_column("''"),
    "month": func.substr(orders.c.business_date, literal_column("1"), literal_column("7")),
    "day": orders.c.business_date,
    "country": orders.c.country,
    "customer": orders.c.customer_id,
    "product": order_line.c.product_code,
}
SOLD = order_line.c.kind == "sale"
GROSS = func.sum(case((SOLD, order_line.c.amount), else_=0))
RETURNS = func.sum(case((order_line.c.kind == "return", order_line.c.amount), else_=0))
UNITS = func.sum(case((SOLD, order_line.c.quantity), else_=0))
Totals = dict[str, int]
NOTHING = {"gross": 0, "returns": 0, "orders": 0, "units": 0}


def sales_report(
    connection: Connection,
    by: str | None = None,
    start: str | None = None,
    end: str | None = None,
    party_id: str | None = None,
) -> dict[str, Any]:
    """The sales report, ready for JSON.

    Args:
        by: month, product, customer, country or day; None gives the totals alone.
        start, end: first and last business date, ``YYYY-MM-DD``.
        party_id: of this seller only.

    Returns:
        ``{"gross", "returns", "net", "orders", "units", "rows": [{"key", the same}]}``; amounts are decimal strings,
        ``units`` are pieces (a decimal string when goods were weighed). When documents of several currencies are in
        range they are never added: the amounts at the top are None, ``currencies`` lists the totals of each, and every
        row names its ``currency``.

    Raises:
        Invalid: ``unknown_report_key``, ``bad_report_date``.
    """
    if by not in KEYS:
        raise Invalid("unknown_report_key", key=by)
    rows = _rows(connection, by, start, end, party_id) if by else {}
    # An order with two products is one order: with products as keys the totals cannot be added up from the rows.
    whole = _rows(connection, None, start, end, party_id) if by in (None, "product") else _added(rows)
    totals = {currency: total for (currency, _), total in sorted(whole.items())}
    several = len(totals) > 1
    listed = [
        {"key": key, **_told(total, currency), **({"currency": currency} if several else {})}
        for (currency, key), total in sorted(rows.items(), key=lambda item: (item[0][1], item[0][0]))
    ]
    if not several:
        currency, total = next(iter(totals.items()), ("CNY", NOTHING))
        return {**_told(total, currency), "rows": listed}
    return {
        "gross": None,
        "returns": None,
        "net": None,
        "orders": sum(total["orders"] for total in totals.values()),
        "units": pieces(sum(total["units"] for total in totals.values())),
        "currencies": [{"currency": currency, **_told(total, currency)} for currency, total in totals.items()],
        "rows": listed,
    }


def _by_order(key: ColumnElement[Any], conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """Totals by (currency, key) where each order has one key: first for each order, in the order of their ids."""
    inner = (
        select(
            orders.c.currency,
            key.label("key"),
            GROSS.label("gross"),
            RETURNS.label("returns"),
            UNITS.label("units"),
            func.max(case((SOLD, 1), else_=0)).label("orders"),
        )
        .join(order_line, order_line.c.order_id == orders.c.id)
        .where(*conditions)
        .group_by(orders.c.id)
        .subquery()
    )
    sums = [func.sum(inner.c[name]).label(name) for name in NOTHING]
    return select(inner.c.currency, inner.c.key, *sums).group_by(inner.c.currency, inner.c.key)


def _by_line(key: ColumnElement[Any], conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """Totals by (currency, key) where an order has several keys: what it sold under each counts as an order there."""
    counted = func.count(distinct(case((SOLD, order_line.c.order_id)))).label("orders")
    return (
        select(
            orders.c.currency,
            key.label("key"),
            GROSS.label("gross"),
            RETURNS.label("returns"),
            UNITS.label("units"),
            counted,
        )
        .join(order_line, order_line.c.order_id == orders.c.id)
        .where(*conditions)
        .group_by(orders.c.currency, key)
    )


def _conditions(start: str | None, end: str | None, party_id: str | None) -> list[ColumnElement[bool]]:
    found = [
        orders.c.kind.in_(["retail", "return"]),
        orders.c.state != VOIDED,
        # A key under which there are only free goods is no key of sales.
        order_line.c.kind.in_(["sale", "return"]),
        # A voided sale never was.
        orders.c.state != VOIDED,
        *between(orders.c.business_date, start, end),
    ]
    return found if party_id is None else [*found, orders.c.seller_id == party_id]


def _rows(
    connection: Connection, by: str | None, start: str | None, end: str | None, party_id: str | None
) -> dict[tuple[str, str], Totals]:
    """Totals by (currency, key); what a shop sold as its own product counts as what that turned out to be."""
    statement = _by_line if by == "product" else _by_order
    found = connection.execute(statement(KEYS[by], _conditions(start, end, party_id))).all()
    numbers: dict[str, str] = {}
    if by == "customer":
        numbers = customer_numbers(connection, [row.key for row in found])
    elif by == "product":
        numbers = merged_codes(connection)
    rows: dict[tuple[str, str], Totals] = {}
    for row in found:
        key = numbers.get(row.key, row.key or "")
        _add(rows.setdefault((row.currency, key), dict(NOTHING)), {name: int(getattr(row, name)) for name in NOTHING})
    return rows


def customer_numbers(connection: Connection, ids: Sequence[str | None]) -> dict[str, str]:
    """Number of each customer at its source by id; a customer made here keeps its id, the walk-in has none."""
    codes = dict(connection.execute(select(customer.c.id, customer.c.code).where(customer.c.code != "")).all())
    return {one: codes.get(one, one) for one in ids if one}


def _add(total: Totals, more: Totals) -> None:
    for name in NOTHING:
        total[name] += more[name]


def _added(rows: dict[tuple[str, str], Totals]) -> dict[tuple[str, str], Totals]:
    whole: dict[tuple[str, str], Totals] = {}
    for (currency, _), total in rows.items():
        _add(whole.setdefault((currency, ""), dict(NOTHING)), total)
    return whole


def _told(total: Totals, currency: str) -> dict[str, Any]:
    return {
        "gross": format_amount(total["gross"], currency),
        "returns": format_amount(total["returns"], currency),
        "net": format_amount(total["gross"] + total["returns"], currency),
        "orders": total["orders"],
        "units": pieces(total["units"]),
    }
