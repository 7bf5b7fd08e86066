"""Pages of the document list by key: a million rows, of which a screen looks at fifty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, literal, or_, select, tuple_

from domain.customers.model import customer
from domain.kernel.channels import Row
from domain.orders.model import orders
from domain.parties.model import party

SORTED = {"time": orders.c.ordered_at, "number": orders.c.number}
"""What the list can be sorted by: columns that have an index."""


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which documents are listed.

    Attributes:
        party_id: on either side of them; None for all this side knows.
        seller_id: only those that this party sells.
        kinds, states: any of these; empty for all.
        customer_id: of this customer.
        search: part of the number, or of a customer's name or initials.
    """

    party_id: str | None = None
    seller_id: str | None = None
    kinds: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    customer_id: str | None = None
    search: str = ""


def count_page_orders(connection: Connection, wanted: OrderFilter) -> int:
    """How many documents fit."""
    statement = select(func.count()).select_from(orders).where(*_conditions(wanted))
    return int(connection.execute(statement).scalar_one())


def sum_orders(connection: Connection, wanted: OrderFilter) -> dict[str, int]:
    """Minor units by currency over all documents that fit."""
    statement = select(orders.c.currency, func.sum(orders.c.total)).where(*_conditions(wanted))
    return {currency: int(total) for currency, total in connection.execute(statement.group_by(orders.c.currency))}


def page_orders(
    connection: Connection,
    wanted: OrderFilter,
    *,
    after: tuple[Any, str] | None,
    skip: int,
    limit: int,
    sort: str = "time",
    descending: bool = True,
) -> list[Row]:
    """*limit* documents with names, beginning *skip* behind the key *after* = (sorted value, id)."""
    column = SORTED[sort]
    key = (column.desc(), orders.c.id.desc()) if descending else (column, orders.c.id)
    inner = select(orders.c.id).where(*_conditions(wanted)).order_by(*key).limit(limit).offset(skip)
    if after is not None:
        here, mark = tuple_(column, orders.c.id), tuple_(literal(after[0]), literal(after[1]))
        inner = inner.where(here < mark if descending else here > mark)
    statement = _named().where(orders.c.id.in_(inner.scalar_subquery())).order_by(*key)
    return [dict(row) for row in connection.execute(statement).mappings()]


def _named() -> Select[Any]:
    buyer, seller = party.alias("buyer"), party.alias("seller")
    return (
        select(
            orders,
            customer.c.name.label("customer_name"),
            buyer.c.name.label("buyer_name"),
            seller.c.name.label("seller_name"),
        )
        .join(customer, customer.c.id == orders.c.customer_id, isouter=True)
        .join(buyer, buyer.c.id == orders.c.buyer_id, isouter=True)
        .join(seller, seller.c.id == orders.c.seller_id, isouter=True)
    )


def _conditions(wanted: OrderFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.party_id is not None:
        # "? IN (a, b)" and not "a = ? OR b = ?": the latter makes SQLite sort all of them instead of walking the index.
        found.append(literal(wanted.party_id).in_([orders.c.seller_id, orders.c.buyer_id]))
    if wanted.seller_id is not None:
        found.append(orders.c.seller_id == wanted.seller_id)
    if wanted.customer_id is not None:
        found.append(orders.c.customer_id == wanted.customer_id)
    if wanted.kinds:
        found.append(orders.c.kind.in_(wanted.kinds))
    if wanted.states:
        found.append(orders.c.state.in_(wanted.states))
    text = wanted.search.strip()
    if text:
        like = f"%{text}%"
        known = select(customer.c.id).where(
            or_(customer.c.name.ilike(like), customer.c.initials.ilike(like), customer.c.phone.like(like))
        )
        found.append(or_(orders.c.number.ilike(like), orders.c.customer_id.in_(known)))
    return found
