"""Books kept beside the product: what must be there, worked out from the sealed commands alone, in the server's order.

Nothing here calls a handler or reads a table of effects. A command's expected outcomes come from these books; only its
outcome decides whether its effects are booked.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from domain.kernel.envelope import Body
from domain.kernel.ids import HQ_PARTY_ID, derive_id
from tests.simulation import books_counter as counter
from tests.simulation.roles import ALL, OFFICE, ROLES

Fields = dict[str, Any]
DONE = frozenset({"confirmed"})
DONE_OR_FLAGGED = frozenset({"confirmed", "exception"})
FLAGGED = frozenset({"exception"})
REFUSED = frozenset({"refused"})
NOT_ALLOWED = frozenset({"quarantined"})
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
    """Goods on their way: what is still to come of each line, in the order of the lines."""

    order: str
    buyer: str
    state: str = "shipped"
    lines: list[list[Any]] = field(default_factory=list)


@dataclass(slots=True)
class Books:
    """The network's books.

    Attributes:
        goods: thousandths by (party, ``warehouse`` or ``transit``, product).
        promised: thousandths by (party, product).
        money: minor units taken, by (party, method).
        listed: what the status of a product may be: an edit that changes nothing of what its editor saw leaves what
            others have made of it meanwhile, and what he saw is not in the command.
        surprises: commands whose outcome the books do not explain.
    """

    goods: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    promised: Counter[tuple[str, str]] = field(default_factory=Counter)
    money: Counter[tuple[str, str]] = field(default_factory=Counter)
    orders: dict[str, Order] = field(default_factory=dict)
    shipments: dict[str, Shipment] = field(default_factory=dict)
    customers: dict[str, str] = field(default_factory=dict)
    products: dict[str, str] = field(default_factory=dict)
    listed: dict[str, set[str]] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    codes: set[str] = field(default_factory=set)
    people: dict[str, tuple[str, str]] = field(default_factory=dict)
    surprises: list[str] = field(default_factory=list)
    sales: dict[str, counter.Sale] = field(default_factory=dict)
    till: counter.Till = field(default_factory=counter.Till)

    def book(self, body: Body, status: str, *, poisoned: bool, by_server: bool, clashed: frozenset[str]) -> None:
        """Take one command with its outcome into the books; fields that *clashed* stay as others have made them."""
        fields: Fields = msgspec.json.decode(bytes(body.payload))
        fields["clashed"] = clashed
        if not by_server and not self._role_fits(body):
            expected = NOT_ALLOWED
        else:
            expected = CHECKS.get(body.kind, _always)(self, body, fields)
        if status not in expected and not (poisoned and status == "parked"):
            self.surprises.append(f"{body.kind} {body.id} #{body.sequence} is {status}, not {sorted(expected)}")
        if status in DONE_OR_FLAGGED and body.kind in EFFECTS:
            EFFECTS[body.kind](self, body, fields)

    def _role_fits(self, body: Body) -> bool:
        role, of = self.people.get(body.person, ("", ""))
        return of == body.party and role in ROLES.get(body.kind, ALL)

    def move(self, party: str, place: str, product: str, quantity: int) -> None:
        """Goods come (or go, when negative)."""
        self.goods[party, place, product] += quantity

    def new_order(self, kind: str, seller: str, state: str, total: int) -> Order:
        """An order that nobody but the seller knows."""
        return Order(kind, seller, "", state, total)

    def below_zero(self, changes: list[tuple[str, str, int]]) -> frozenset[str]:
        """The outcome of changes (party, product, ±) of warehouses: flagged when one that loses ends below zero."""
        after: Counter[tuple[str, str]] = Counter()
        losing = set()
        for party, product, quantity in changes:
            after[party, product] += quantity
            if quantity < 0:
                losing.add((party, product))
        short = any(self.goods[party, "warehouse", one] + after[party, one] < 0 for party, one in losing)
        return FLAGGED if short else DONE


Check = Callable[[Books, Body, Fields], frozenset[str]]
Effect = Callable[[Books, Body, Fields], None]


def _always(_books: Books, _body: Body, _fields: Fields) -> frozenset[str]:
    return DONE


# -- stock -------------------------------------------------------------------------------------------------------------


def _sold(fields: Fields) -> list[tuple[str, str, int]]:
    return [
        (fields["seller_id"], line["product_id"], -line["quantity"])
        for line in fields["lines"]
        if line.get("stocked", True)
    ]


def _counted(fields: Fields) -> list[tuple[str, str, int]]:
    return [(fields["party_id"], line["product_id"], line["counted"] - line["book"]) for line in fields["lines"]]


def _adjusted(fields: Fields) -> list[tuple[str, str, int]]:
    return [(fields["party_id"], line["product_id"], line["quantity"]) for line in fields["lines"]]


def _book_changes(books: Books, changes: list[tuple[str, str, int]]) -> None:
    for party, product, quantity in changes:
        books.move(party, "warehouse", product, quantity)


def _check_sale(books: Books, _body: Body, fields: Fields) -> frozenset[str]:
    buyer = fields["customer_id"]
    if buyer and books.customers.get(buyer) != fields["seller_id"]:
        return FLAGGED
    if any(line["product_id"] not in books.products for line in fields["lines"]):
        return FLAGGED
    return books.below_zero(_sold(fields))


def _sell(books: Books, body: Body, fields: Fields) -> None:
    _book_changes(books, _sold(fields))
    books.orders[fields["order_id"]] = Order("retail", fields["seller_id"], "", "completed", fields["total"])
    for paid in fields.get("payments", ()):
        books.money[fields["seller_id"], paid["method"]] += paid["amount"]
    counter.enter_sale(books, body, fields)


def _take_in(books: Books, _body: Body, fields: Fields) -> None:
    _book_changes(books, [(fields["party_id"], line["product_id"], line["quantity"]) for line in fields["lines"]])


# -- replenishment -----------------------------------------------------------------------------------------------------


def _check_submit(books: Books, body: Body, fields: Fields) -> frozenset[str]:
    if fields["buyer_id"] != body.party or books.parents.get(body.party) != fields["seller_id"]:
        return NOT_ALLOWED
    statuses = [books.listed.get(line["product_id"], {"unknown"}) for line in fields["lines"]]
    if all(each == {"listed"} for each in statuses):
        return DONE
    return DONE | REFUSED if all("listed" in each for each in statuses) else REFUSED


def _submit(books: Books, body: Body, fields: Fields) -> None:
    order = Order("replenishment", fields["seller_id"], fields["buyer_id"], "submitted", fields["total"])
    for index, line in enumerate(fields["lines"], 1):
        order.lines[derive_id(body.id, "line", index)] = Line(line["product_id"], line["quantity"])
    books.orders[fields["order_id"]] = order


def _step(states: frozenset[str], side: str) -> Check:
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
        free = books.goods[order.seller, "warehouse", line.product] - books.promised[order.seller, line.product]
        line.allocated = max(0, min(line.quantity, free))
        books.promised[order.seller, line.product] += line.allocated
    if all(line.allocated == line.quantity for line in order.lines.values()):
        order.state = "allocated"


def _set_state(state: str) -> Effect:
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
    return books.below_zero([(fields["seller_id"], line["product_id"], -line["quantity"]) for line in fields["lines"]])


def _ship(books: Books, _body: Body, fields: Fields) -> None:
    order = books.orders[fields["order_id"]]
    sent = Shipment(fields["order_id"], fields["buyer_id"])
    for shipped in fields["lines"]:
        product, quantity = shipped["product_id"], shipped["quantity"]
        books.move(fields["seller_id"], "warehouse", product, -quantity)
        books.move(fields["seller_id"], "transit", product, quantity)
        sent.lines.append([product, quantity])
        line = order.lines[shipped["order_line_id"]]
        line.shipped += quantity
        freed = min(line.allocated, quantity)
        line.allocated -= freed
        books.promised[fields["seller_id"], product] -= freed
    books.shipments[fields["shipment_id"]] = sent
    if order.state in SHIPPABLE:
        order.state = "shipped"


def _check_receive(books: Books, body: Body, fields: Fields) -> frozenset[str]:
    sent = books.shipments.get(fields["shipment_id"])
    if sent is None or sent.buyer != body.party:
        return NOT_ALLOWED
    return FLAGGED if sent.state == "received" else DONE


def _receive(books: Books, _body: Body, fields: Fields) -> None:
    sent = books.shipments[fields["shipment_id"]]
    for came in fields["lines"]:
        books.move(fields["seller_id"], "transit", came["product_id"], -came["received"])
        books.move(fields["buyer_id"], "warehouse", came["product_id"], came["received"])
    if not fields["final"]:
        return
    sent.state = "received"
    order = books.orders[fields["order_id"]]
    mine = [one for one in books.shipments.values() if one.order == fields["order_id"]]
    everything = all(line.shipped >= line.quantity for line in order.lines.values())
    if order.state == "shipped" and everything and all(one.state == "received" for one in mine):
        order.state = "received"


# -- the rest ----------------------------------------------------------------------------------------------------------


def _add_customer(books: Books, body: Body, fields: Fields) -> None:
    for one in fields.get("customers", (fields,)):
        books.customers[one["customer_id"]] = body.party


def _check_edit_customer(books: Books, body: Body, fields: Fields) -> frozenset[str]:
    return DONE_OR_FLAGGED if books.customers.get(fields["customer_id"]) == body.party else NOT_ALLOWED


def _check_add_products(books: Books, _body: Body, fields: Fields) -> frozenset[str]:
    taken = set(books.products.values())
    return REFUSED if any(one["code"] in taken for one in fields["products"]) else DONE


def _add_products(books: Books, _body: Body, fields: Fields) -> None:
    for one in fields["products"]:
        books.products[one["product_id"]], books.listed[one["product_id"]] = one["code"], {"listed"}


def _set_listing(books: Books, body: Body, fields: Fields) -> None:
    if "status" not in fields["clashed"]:
        before = books.listed[fields["product_id"]]
        unchanged = before if body.base and body.base[0][2] else set()
        books.listed[fields["product_id"]] = {fields["status"], *unchanged}


def _check_product(books: Books, _body: Body, fields: Fields) -> frozenset[str]:
    return DONE_OR_FLAGGED if fields["product_id"] in books.products else REFUSED


def _add_dealer(books: Books, _body: Body, fields: Fields) -> None:
    books.parents[fields["party_id"]] = fields["parent_id"]


def _check_edit_person(books: Books, body: Body, fields: Fields) -> frozenset[str]:
    role, of = books.people[body.person]
    known = books.people.get(fields["person_id"])
    if known is None or fields["person_id"] == body.person:
        return NOT_ALLOWED
    if role == "hq_admin" and of == HQ_PARTY_ID:
        office = {known[0], fields["role"]} & OFFICE
        dealers = {known[0], fields["role"]} & {"owner", "clerk"}
        fits = not dealers if known[1] == HQ_PARTY_ID else not office
    else:
        fits = known[1] == of and {known[0], fields["role"]} <= {"clerk", "warehouse"}
    return DONE_OR_FLAGGED if fits else NOT_ALLOWED


def _check_server_edits_person(books: Books, body: Body, fields: Fields) -> frozenset[str]:
    return DONE_OR_FLAGGED if body.person not in books.people else _check_edit_person(books, body, fields)


def _add_person(books: Books, _body: Body, fields: Fields) -> None:
    books.people[fields["person_id"]] = (fields["role"], fields["party_id"])


def _edit_person(books: Books, _body: Body, fields: Fields) -> None:
    if "role" not in fields["clashed"]:
        books.people[fields["person_id"]] = (fields["role"], books.people[fields["person_id"]][1])


def _flexible(_books: Books, _body: Body, _fields: Fields) -> frozenset[str]:
    return DONE_OR_FLAGGED


CHECKS: dict[str, Check] = defaultdict(
    lambda: _always,
    {
        "orders.complete_sale": _check_sale,
        "stock.count": lambda books, _body, fields: books.below_zero(_counted(fields)),
        "stock.adjust": lambda books, _body, fields: books.below_zero(_adjusted(fields)),
        "orders.submit_replenishment": _check_submit,
        "orders.approve": _step(frozenset({"submitted"}), "seller"),
        "orders.refuse": _step(frozenset({"submitted"}), "seller"),
        "orders.cancel": _step(frozenset({"submitted", "approved", "allocated"}), "buyer"),
        "orders.close": _step(frozenset({"received"}), "seller"),
        "orders.ship": _check_ship,
        "orders.receive_shipment": _check_receive,
        "customers.edit": _check_edit_customer,
        "catalogue.add_products": _check_add_products,
        "catalogue.set_listing": _check_product,
        "catalogue.edit_product": _check_product,
        "parties.edit_dealer": _flexible,
        "parties.edit_person": _check_server_edits_person,
        **counter.CHECKS,
    },
)
EFFECTS: dict[str, Effect] = {
    "orders.complete_sale": _sell,
    "stock.take_in": _take_in,
    "stock.count": lambda books, _body, fields: _book_changes(books, _counted(fields)),
    "stock.adjust": lambda books, _body, fields: _book_changes(books, _adjusted(fields)),
    "orders.submit_replenishment": _submit,
    "orders.approve": _approve,
    "orders.refuse": _set_state("refused"),
    "orders.cancel": _cancel,
    "orders.close": _set_state("closed"),
    "orders.ship": _ship,
    "orders.receive_shipment": _receive,
    "customers.add": _add_customer,
    "customers.add_many": _add_customer,
    "catalogue.add_products": _add_products,
    "catalogue.set_listing": _set_listing,
    "parties.add_dealer": _add_dealer,
    "parties.add_person": _add_person,
    "parties.edit_person": _edit_person,
    **counter.EFFECTS,
}
