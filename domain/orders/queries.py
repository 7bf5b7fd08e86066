"""Reading orders and shipments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from domain.customers.model import customer
from domain.kernel.channels import Row
from domain.orders.model import claim, order_line, order_transition, orders, payment, shipment, shipment_line
from domain.orders.states import BOOKED, CLOSED
from domain.parties.model import party


def order_by_id(connection: Connection, order_id: str) -> Row | None:
    """The order."""
    found = connection.execute(select(orders).where(orders.c.id == order_id)).mappings().first()
    return dict(found) if found else None


def order_by_number(connection: Connection, number: str) -> Row | None:
    """The newest order that bears this number."""
    statement = select(orders).where(orders.c.number == number).order_by(orders.c.id.desc()).limit(1)
    found = connection.execute(statement).mappings().first()
    return dict(found) if found else None


def lines_of(connection: Connection, order_id: str) -> list[Row]:
    """An order's lines in order."""
    statement = select(order_line).where(order_line.c.order_id == order_id).order_by(order_line.c.line_no)
    return [dict(row) for row in connection.execute(statement).mappings()]


def transitions_of(connection: Connection, order_id: str) -> list[Row]:
    """An order's changes of state, oldest first."""
    statement = (
        select(order_transition)
        .where(order_transition.c.order_id == order_id)
        .order_by(order_transition.c.at, order_transition.c.id)
    )
    return [dict(row) for row in connection.execute(statement).mappings()]


def waiting_for(connection: Connection, seller_id: str, product_ids: Sequence[str]) -> list[str]:
    """Ids of the customers' orders of a seller for which some of these products are still missing, oldest first."""
    statement = (
        select(orders.c.id)
        .join(order_line, order_line.c.order_id == orders.c.id)
        .where(
            orders.c.seller_id == seller_id,
            orders.c.state == BOOKED,
            order_line.c.product_id.in_(list(product_ids)),
            order_line.c.allocated < order_line.c.quantity,
        )
        .order_by(orders.c.ordered_at, orders.c.id)
    )
    return list(dict.fromkeys(connection.execute(statement).scalars()))


def payments_of(connection: Connection, order_id: str) -> list[Row]:
    """An order's payments."""
    statement = select(payment).where(payment.c.order_id == order_id).order_by(payment.c.id)
    return [dict(row) for row in connection.execute(statement).mappings()]


def fetched_with(connection: Connection, sale: Row) -> str | None:
    """Id of the customer's order that a sale fetched, which was closed by that sale; None when it fetched nothing."""
    statement = (
        select(orders.c.id)
        .join(order_transition, order_transition.c.order_id == orders.c.id)
        .where(orders.c.customer_id == sale["customer_id"], orders.c.seller_id == sale["seller_id"])
        .where(order_transition.c.to_state == CLOSED, order_transition.c.reason == sale["number"])
    )
    return connection.execute(statement).scalar()


def payments_of_order_and_returns(connection: Connection, order_id: str) -> list[Row]:
    """What was taken for a sale, and (negative) what was given back for it since."""
    of_order = payment.c.order_id == order_id
    returns = select(orders.c.id).where(orders.c.original_id == order_id)
    statement = select(payment).where(or_(of_order, payment.c.order_id.in_(returns))).order_by(payment.c.id)
    return [dict(row) for row in connection.execute(statement).mappings()]


def returns_of(connection: Connection, order_id: str) -> list[Row]:
    """What came back of a sale, oldest first."""
    statement = select(orders).where(orders.c.original_id == order_id).order_by(orders.c.ordered_at, orders.c.id)
    return [dict(row) for row in connection.execute(statement).mappings()]


def shipment_by_id(connection: Connection, shipment_id: str) -> Row | None:
    """The shipment, by id or number."""
    found = (
        connection.execute(select(shipment).where(or_(shipment.c.id == shipment_id, shipment.c.number == shipment_id)))
        .mappings()
        .first()
    )
    return dict(found) if found else None


def shipments_of(connection: Connection, order_id: str) -> list[Row]:
    """An order's shipments, oldest first."""
    statement = select(shipment).where(shipment.c.order_id == order_id).order_by(shipment.c.id)
    return [dict(row) for row in connection.execute(statement).mappings()]


def shipment_lines_of(connection: Connection, shipment_id: str) -> list[Row]:
    """A shipment's lines in order."""
    statement = (
        select(shipment_line).where(shipment_line.c.shipment_id == shipment_id).order_by(shipment_line.c.line_no)
    )
    return [dict(row) for row in connection.execute(statement).mappings()]


def claims_of(connection: Connection, shipment_id: str) -> list[Row]:
    """Claims against a shipment."""
    return [dict(row) for row in connection.execute(select(claim).where(claim.c.shipment_id == shipment_id)).mappings()]


def incoming_shipments(connection: Connection, party_id: str) -> list[Row]:
    """Shipments on their way to a party, oldest first, with the sender's name and the order's number."""
    statement = (
        select(shipment, party.c.name.label("seller_name"), orders.c.number.label("order_number"))
        .join(party, party.c.id == shipment.c.seller_id, isouter=True)
        .join(orders, orders.c.id == shipment.c.order_id, isouter=True)
        .where(shipment.c.buyer_id == party_id, shipment.c.state == "shipped")
        .order_by(shipment.c.shipped_at)
    )
    return [dict(row) for row in connection.execute(statement).mappings()]


def _mine(party_id: str) -> ColumnElement[bool]:
    return or_(orders.c.seller_id == party_id, orders.c.buyer_id == party_id)


def _listing() -> Select[Any]:
    """Orders with customer, seller and buyer names, as lists show them."""
    buyer, seller = party.alias("buyer"), party.alias("seller")
    return (
        select(
            orders,
            customer.c.name.label("customer_name"),
            customer.c.code.label("customer_code"),
            buyer.c.name.label("buyer_name"),
            seller.c.name.label("seller_name"),
        )
        .join(customer, customer.c.id == orders.c.customer_id, isouter=True)
        .join(buyer, buyer.c.id == orders.c.buyer_id, isouter=True)
        .join(seller, seller.c.id == orders.c.seller_id, isouter=True)
    )


def list_orders(
    connection: Connection,
    party_id: str | None,
    *,
    limit: int = 100,
    after: tuple[int, str] | None = None,
    kinds: Sequence[str] = (),
    states: Sequence[str] = (),
    search: str = "",
    selling: bool | None = None,
) -> list[Row]:
    """Documents newest first, paged by key: *after* is (ordered_at, id) of the last row seen.

    *party_id* None means all this side knows; *selling* True only those it sells, False only those it buys.
    """
    statement = _listing().order_by(orders.c.ordered_at.desc(), orders.c.id.desc()).limit(limit)
    statement = statement.where(*_conditions(party_id, kinds, states, search, selling))
    if after is not None:
        at, row_id = after
        statement = statement.where(
            or_(orders.c.ordered_at < at, and_(orders.c.ordered_at == at, orders.c.id < row_id))
        )
    return [dict(row) for row in connection.execute(statement).mappings()]


def count_orders(
    connection: Connection,
    party_id: str | None,
    *,
    kinds: Sequence[str] = (),
    states: Sequence[str] = (),
    search: str = "",
    selling: bool | None = None,
) -> int:
    """How many documents :func:`list_orders` would list in all."""
    statement = select(func.count()).select_from(orders).where(*_conditions(party_id, kinds, states, search, selling))
    return int(connection.execute(statement).scalar_one())


def _conditions(
    party_id: str | None, kinds: Sequence[str], states: Sequence[str], search: str, selling: bool | None
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if party_id is not None:
        side = {None: _mine(party_id), True: orders.c.seller_id == party_id, False: orders.c.buyer_id == party_id}
        found.append(side[selling])
    if kinds:
        found.append(orders.c.kind.in_(list(kinds)))
    if states:
        found.append(orders.c.state.in_(list(states)))
    if search.strip():
        found.append(orders.c.number.ilike(f"%{search.strip()}%"))
    return found
