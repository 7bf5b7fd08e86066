"""The books of replenishment: orders, what is promised to them, goods on their way.

As in :mod:`tests.simulation.books`, nothing here calls a handler or reads a table of effects.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from domain.kernel.envelope import Body
from domain.kernel.ids import derive_id
from tests.simulation import books_office as office, books_pieces as pieces, books_stock as stock
from tests.simulation.expected import DONE, FLAGGED, NOT_ALLOWED, REFUSED

if TYPE_CHECKING:
    from tests.simulation.books import Books

Fields = dict[str, Any]
SHIPPABLE = frozenset({"approved", "allocated", "shipped"})


@dataclass(slots=True)
class Line:
    """A line of an order; quantities in thousandths."""

    product: str
    quantity: int
    allocated: int = 0
    shipped: int = 0


@dataclass(slots=True)
class Order:
    """An order as the books have it."""

    kind: str
    seller: str
    buyer: str
    state: str
    total: int
    lines: dict[str, Line] = field(default_factory=dict)


@dataclass(slots=True)
class Shipment:
    """Goods on their way."""

    order: str
    buyer: str
    state: str = "shipped"


def _check_submit(books: Books, body: Body, fields: Fields) -> frozenset[str]:
    if fields["buyer_id"] != body.party or books.parents.get(body.party) != fields["seller_id"]:
        return NOT_ALLOWED
    for line in fields["lines"]:
        known = books.fields_of("product", line["product_id"])
        if known is None or known["status"] != "listed":
            return REFUSED
    both = (body.party, fields["seller_id"])
    allowed = all(office.may_sell(books, one, line["product_id"]) for one in both for line in fields["lines"])
    return DONE if allowed else NOT_ALLOWED


def _submit(books: Books, body: Body, fields: Fields) -> None:
    order = Order("replenishment", fields["seller_id"], fields["buyer_id"], "submitted", fields["total"])
    for index, line in enumerate(fields["lines"], 1):
        order.lines[derive_id(body.id, "line", index)] = Line(line["product_id"], line["quantity"])
    books.orders[fields["order_id"]] = order


def _step(states: frozenset[str], side: str) -> Callable[[Books, Body, Fields], frozenset[str]]:
    def check(books: Books, body: Body, fields: Fields) -> frozenset[str]:
        order = books.orders.get(fields["order_id"])
        if order is None or order.kind != "replenishment" or getattr(order, side) != body.party:
            return NOT_ALLOWED
        return DONE if order.state in states else REFUSED

    return check


def _approve(books: Books, _body: Body, fields: Fields) -> None:
    order = books.orders[fields["order_id"]]
    order.state = "approved"
    for line in order.lines.values():
        free = books.on_hand(order.seller, line.product) - books.promised[order.seller, line.product]
        line.allocated = max(0, min(line.quantity, free))
        books.promised[order.seller, line.product] += line.allocated
    if all(line.allocated == line.quantity for line in order.lines.values()):
        order.state = "allocated"


def _set_state(state: str) -> Callable[[Books, Body, Fields], None]:
    def effect(books: Books, _body: Body, fields: Fields) -> None:
        books.orders[fields["order_id"]].state = state

    return effect


def _cancel(books: Books, _body: Body, fields: Fields) -> None:
    order = books.orders[fields["order_id"]]
    order.state = "cancelled"
    for line in order.lines.values():
        books.promised[order.seller, line.product] -= line.allocated
        line.allocated = 0


def _check_ship(books: Books, body: Body, fields: Fields) -> frozenset[str]:
    order = books.orders.get(fields["order_id"])
    if order is None or order.kind != "replenishment" or order.seller != body.party:
        return NOT_ALLOWED
    if order.state not in SHIPPABLE:
        return FLAGGED
    if books.pieces.is_odd(body.claimed_at, pieces.shipped(fields, books.followed)):
        return FLAGGED
    seller = fields["seller_id"]
    return books.below_zero([(seller, line["product_id"], line["lot"], -line["quantity"]) for line in fields["lines"]])


def _ship(books: Books, body: Body, fields: Fields) -> None:
    order = books.orders[fields["order_id"]]
    books.pieces.book(body.claimed_at, pieces.shipped(fields, books.followed))
    for shipped in fields["lines"]:
        product, quantity, lot = shipped["product_id"], shipped["quantity"], shipped["lot"]
        books.move(fields["seller_id"], "warehouse", product, -quantity, lot)
        books.move(fields["seller_id"], "transit", product, quantity, lot)
        line = order.lines[shipped["order_line_id"]]
        line.shipped += quantity
        freed = min(line.allocated, quantity)
        line.allocated -= freed
        books.promised[fields["seller_id"], product] -= freed
    books.shipments[fields["shipment_id"]] = Shipment(fields["order_id"], fields["buyer_id"])
    if order.state in SHIPPABLE:
        order.state = "shipped"


def _check_receive(books: Books, body: Body, fields: Fields) -> frozenset[str]:
    sent = books.shipments.get(fields["shipment_id"])
    if sent is None or sent.buyer != body.party:
        return NOT_ALLOWED
    return FLAGGED if sent.state == "received" else DONE


def _receive(books: Books, body: Body, fields: Fields) -> None:
    sent = books.shipments[fields["shipment_id"]]
    came = [line for line in fields["lines"] if line["received"]]
    books.pieces.book(body.claimed_at, pieces.received(fields, books.followed))
    told = [(line["product_id"], line["lot"], line["expires_on"]) for line in came]
    stock.tell_lots(books, body, fields["buyer_id"], told)
    for line in came:
        books.move(fields["seller_id"], "transit", line["product_id"], -line["received"], line["lot"])
        books.move(fields["buyer_id"], "warehouse", line["product_id"], line["received"], line["lot"])
    if not fields["final"]:
        return
    sent.state = "received"
    order = books.orders[fields["order_id"]]
    mine = [one for one in books.shipments.values() if one.order == fields["order_id"]]
    everything = all(line.shipped >= line.quantity for line in order.lines.values())
    if order.state == "shipped" and everything and all(one.state == "received" for one in mine):
        order.state = "received"


CHECKS = {
    "orders.submit_replenishment": _check_submit,
    "orders.approve": _step(frozenset({"submitted"}), "seller"),
    "orders.refuse": _step(frozenset({"submitted"}), "seller"),
    "orders.cancel": _step(frozenset({"submitted", "approved", "allocated"}), "buyer"),
    "orders.close": _step(frozenset({"received"}), "seller"),
    "orders.ship": _check_ship,
    "orders.receive_shipment": _check_receive,
}
EFFECTS = {
    "orders.submit_replenishment": _submit,
    "orders.approve": _approve,
    "orders.refuse": _set_state("refused"),
    "orders.cancel": _cancel,
    "orders.close": _set_state("closed"),
    "orders.ship": _ship,
    "orders.receive_shipment": _receive,
}
