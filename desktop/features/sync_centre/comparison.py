"""One command twice: as it was sealed on this PC, and what the server has of it now, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Table

from desktop.features.sync_centre import queries
from desktop.store.ledger import OPEN
from desktop.store.store import Store
from domain.catalogue import queries as catalogue
from domain.catalogue.model import category, price_list, product
from domain.customers.model import customer
from domain.kernel.channels import Row
from domain.kernel.commands import Payload, command_named
from domain.kernel.envelope import Body, Sealed, open_body, unpack_personal
from domain.kernel.errors import DomainError
from domain.kernel.money import QUANTITY_SCALE
from domain.orders import queries as orders_queries
from domain.orders.model import orders, shipment
from domain.parties.model import party, person
from domain.stock import queries as stock
from domain.stock.model import stock_document
from domain.stock.rules import place_id

HEADS: Mapping[str, tuple[Table, str]] = {
    "orders.ship": (shipment, "shipment_id"),
    "orders.receive_shipment": (shipment, "shipment_id"),
    "orders": (orders, "order_id"),
    "stock": (stock_document, "document_id"),
    "customers": (customer, "customer_id"),
    "catalogue.add_category": (category, "category_id"),
    "catalogue.add_price_list": (price_list, "price_list_id"),
    "catalogue.set_prices": (price_list, "price_list_id"),
    "catalogue": (product, "product_id"),
    "parties.add_dealer": (party, "party_id"),
    "parties.edit_dealer": (party, "party_id"),
    "parties": (person, "person_id"),
}
"""Command, or its noun → the table of its document and the field of the payload that holds the id."""

LEADS_TO = {
    "orders.complete_sale": "completed",
    "orders.submit_replenishment": "submitted",
    "orders.approve": "approved",
    "orders.refuse": "refused",
    "orders.cancel": "cancelled",
    "orders.close": "closed",
    "orders.ship": "shipped",
    "orders.receive_shipment": "received",
    "orders.void_sale": "voided",
}
"""The state that a command meant to lead to."""

FIELDS: Mapping[str, str] = {
    "number": "text",
    "state": "state",
    "seller_id": "party",
    "buyer_id": "party",
    "customer_id": "customer",
    "code": "text",
    "name": "text",
    "phone": "phone",
    "role": "role",
    "grade": "text",
    "region": "text",
    "spec": "text",
    "unit": "text",
    "status": "status",
    "total": "amount",
    "tax_total": "amount",
    "carrier": "text",
    "tracking": "text",
    "supplier": "text",
    "reason": "text",
    "note": "text",
}
"""Fields worth comparing, in the order of the screen → how they are written."""

COLUMNS = {"supplier": "reason"}
"""Field of a payload → column, where they are called differently."""


@dataclass(frozen=True, slots=True)
class Goods:
    """A line: thousandths of the product's own unit, of which ``factor`` are in one unit shown, that unit's price in
    1/10000, amount in minor units; None for not said."""

    quantity: int
    unit: str = ""
    price: int | None = None
    amount: int | None = None
    factor: int = QUANTITY_SCALE


@dataclass(frozen=True, slots=True)
class Pair:
    """One field on both sides.

    Attributes:
        field: name of the field, empty for a line of goods.
        label: the product of a line.
        form: how the values are written.
        sealed, server: the values; None for "not there".
    """

    field: str
    label: str
    form: str
    sealed: Any
    server: Any

    @property
    def differs(self) -> bool:
        """Whether the two sides say something else."""
        return bool(self.sealed != self.server)


@dataclass(frozen=True, slots=True)
class Comparison:
    """All fields; ``currency`` of its amounts, ``known`` whether the server has the document at all."""

    pairs: Sequence[Pair]
    currency: str
    known: bool


@dataclass(frozen=True, slots=True)
class Original:
    """A command as it was sealed; ``answered`` once the server said what became of it."""

    body: Body
    payload: Payload
    personal: Payload | None
    answered: bool


def original(store: Store, command_id: str) -> Original | None:
    """What this PC sealed, None when it did not, or when this version cannot read it."""
    row = store.ledger.find(command_id)
    if row is None:
        return None
    try:
        body = open_body(Sealed(bytes(row["body"]), bytes(row["signature"]), None))
        kind = command_named(body.kind)
        part = unpack_personal(bytes(row["personal"])) if row["personal"] else None
        answered = row["status"] not in OPEN
        return Original(body, kind.decode(body.schema, bytes(body.payload)), kind.decode_personal(part), answered)
    except DomainError:
        return None


def compare(store: Store, command_id: str) -> Comparison:
    """Both sides of a command of this PC."""
    sealed = original(store, command_id)
    if sealed is None:
        return Comparison((), "CNY", known=False)
    head = HEADS.get(sealed.body.kind) or HEADS.get(sealed.body.kind.partition(".")[0])
    if head is None:
        return Comparison((), "CNY", known=False)
    table, id_field = head
    with store.read() as connection:
        row = queries.row_of(connection, table, getattr(sealed.payload, id_field, ""))
    if not sealed.answered:
        row = None  # what stands there is this PC's own doing
    pairs = [*_fields(sealed, row), *_lines(store, sealed, row)]
    currency = getattr(sealed.payload, "currency", None) or (row or {}).get("currency") or "CNY"
    return Comparison(_named(store, pairs), currency, known=row is not None)


def _fields(sealed: Original, row: Row | None) -> Iterator[Pair]:
    expected = {"state": LEADS_TO.get(sealed.body.kind)}
    for name, form in FIELDS.items():
        value = getattr(sealed.payload, name, getattr(sealed.personal, name, expected.get(name)))
        column = COLUMNS.get(name, name)
        if value is None and name != "customer_id":
            continue
        if name == "customer_id" and not hasattr(sealed.payload, name):
            continue
        if row is not None and column not in row:
            continue
        server = row[column] if row is not None else None
        if value or server:
            yield Pair(name, "", form, value or None, server or None)


def _lines(store: Store, sealed: Original, row: Row | None) -> Iterator[Pair]:
    mine = [(line, getattr(line, "product_id", "")) for line in getattr(sealed.payload, "lines", ())]
    if not mine:
        return
    theirs = _server_lines(store, sealed.body.kind, str(row["id"])) if row is not None else {}
    with store.read() as connection:
        known = catalogue.products_by_ids(connection, [product_id for _, product_id in mine])
    for line, product_id in mine:
        named = known.get(product_id, {})
        label = named.get("name") or getattr(line, "name", "") or getattr(line, "code", "") or product_id
        left = theirs.get(product_id, [])
        server = left.pop(0) if left else None
        goods = _goods(line, str(named.get("unit") or ""))
        yield Pair("", str(label), "goods", goods, replace(server, unit=goods.unit) if server is not None else None)


def _goods(line: Any, unit: str) -> Goods:
    quantity = next(getattr(line, name) for name in ("quantity", "counted", "received") if hasattr(line, name))
    factor = getattr(line, "factor", QUANTITY_SCALE)
    shown = unit if factor == QUANTITY_SCALE and unit else getattr(line, "unit", unit)
    return Goods(int(quantity), shown, getattr(line, "unit_price", None), getattr(line, "amount", None), factor)


def _server_lines(store: Store, kind: str, document_id: str) -> dict[str, list[Goods]]:
    found: dict[str, list[Goods]] = {}
    with store.read() as connection:
        if kind == "stock.count":
            rows = [(row, row["counted"]) for row in stock.count_lines_of(connection, document_id)]
        elif kind.startswith("stock."):
            moves = stock.moves_of(connection, document_id)
            rows = [(row, _signed(row, place_id(store.known.party_id, "warehouse"))) for row in moves]
        elif kind in ("orders.ship", "orders.receive_shipment"):
            column = "quantity" if kind == "orders.ship" else "received"
            rows = [(row, row[column]) for row in orders_queries.shipment_lines_of(connection, document_id)]
        else:
            rows = [(row, row["quantity"]) for row in orders_queries.lines_of(connection, document_id)]
    for row, quantity in rows:
        goods = Goods(int(quantity), "", row.get("unit_price"), row.get("amount"), row.get("factor", QUANTITY_SCALE))
        found.setdefault(row["product_id"], []).append(goods)
    return found


def _signed(move: Row, here: str) -> int:
    """What left the warehouse is less than nothing."""
    return -int(move["quantity"]) if move["from_place"] == here else int(move["quantity"])


def _named(store: Store, pairs: Sequence[Pair]) -> list[Pair]:
    """Names in the place of ids."""
    with store.read() as connection:

        def name(table: Table, row_id: str | None) -> str | None:
            row = queries.row_of(connection, table, row_id) if row_id else None
            return str(row["name"] or row["code"]) if row else row_id

        tables = {"party": party, "customer": customer}
        return [
            replace(pair, sealed=name(tables[pair.form], pair.sealed), server=name(tables[pair.form], pair.server))
            if pair.form in tables
            else pair
            for pair in pairs
        ]
