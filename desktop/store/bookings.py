"""A customer's order that is fetched: everything that was agreed then, for the entry screen to take up."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.store.again import Again, AgainLine
from desktop.store.scanning import Found
from desktop.store.store import Store
from domain.catalogue import queries as catalogue
from domain.catalogue.units import pack
from domain.kernel.channels import Row
from domain.kernel.errors import NotFound
from domain.orders import queries
from domain.orders.bill import STEPS, rounding_of
from domain.orders.booking import BOOKING, deposits_of, followed
from domain.orders.labels import label_in


@dataclass(frozen=True, slots=True)
class Fetching:
    """What a sale begins with that fetches a customer's order.

    Attributes:
        order_id: the customer's order.
        again: its goods at the prices of that day.
        deposit: minor units that were paid ahead.
        rounding: how its bill was rounded.
    """

    order_id: str
    again: Again
    deposit: int
    rounding: str


def fetching(store: Store, order_id: str) -> Fetching:
    """The order as it was agreed, whatever things cost today.

    Raises:
        NotFound: ``unknown_order``.
    """
    with store.read() as connection:
        order = queries.order_by_id(connection, order_id)
        if order is None or order["kind"] != BOOKING:
            raise NotFound("unknown_order", id=order_id)
        lines = followed(connection, queries.lines_of(connection, order_id))
        known = catalogue.products_by_ids(connection, [line["product_id"] for line in lines])
        deposit = sum(one.amount for one in deposits_of(queries.payments_of(connection, order_id)))
    entered = [_line(line, known.get(line["product_id"], {}), order["number"]) for line in lines]
    again = Again(entered, order["customer_id"], order["discount"], order["note"])
    return Fetching(order_id, again, deposit, _way(order))


def _line(line: Row, product: Row, number: str) -> AgainLine:
    found = Found(
        line["product_code"],
        line["quantity"],
        unit=pack(line["unit"], line["factor"]),
        by_lot=bool(product.get("by_lot")),
        by_serial=bool(product.get("by_serial")),
    )
    reason = line["reason"] or number
    return AgainLine(found, (), line["unit_price"], line["discount"], reason, label_in(line["trace"]), line["note"])


def _way(order: Row) -> str:
    before = order["total"] - order["rounding"]
    return next(way for way in STEPS if rounding_of(before, way) == order["rounding"])
