"""Orders: what a person does to them, and the lists that show them with their state of upload."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from desktop.features.orders.units import with_own_unit
from desktop.store.store import Performed, Store
from domain.catalogue.queries_kept import products_by_ids
from domain.customers import queries as customers
from domain.kernel.channels import Row
from domain.kernel.errors import NotFound
from domain.kernel.ids import HQ_PARTY_ID, is_id
from domain.orders import queries, queries_pages
from domain.orders.queries_pages import OrderFilter
from domain.orders.replenishment_handlers import decide_approve, decide_cancel, decide_close, decide_refuse
from domain.orders.shipping_handlers import decide_ship
from domain.orders.states import ACTIONS, BOOKED, OF_SALES, may
from domain.parties import queries as parties
from domain.stock import queries as stock
from domain.stock.handlers import Line
from domain.stock.rules import place_id

CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class OrderDetail:
    """One order with everything that hangs on it; ``sync`` as in lists."""

    order: Row
    lines: list[Row]
    transitions: list[Row]
    payments: list[Row]
    shipments: list[Row]
    sync: str


def order_id_of(connection: Connection, text: str) -> str:
    """The id of an order that a person named by id or number.

    Raises:
        NotFound: ``unknown_order``.
    """
    if is_id(text):
        return text
    row = queries.order_by_number(connection, text)
    if row is None:
        raise NotFound("unknown_order", id=text)
    return str(row["id"])


def approve(store: Store, order_id: str) -> Performed:
    """Agree to a replenishment order."""
    return store.perform(lambda ctx: decide_approve(ctx, order_id_of(ctx.connection, order_id)))


def refuse(store: Store, order_id: str, reason: str) -> Performed:
    """Decline it with a reason."""
    return store.perform(lambda ctx: decide_refuse(ctx, order_id_of(ctx.connection, order_id), reason=reason))


def cancel(store: Store, order_id: str, reason: str) -> Performed:
    """Withdraw an own order."""
    return store.perform(lambda ctx: decide_cancel(ctx, order_id_of(ctx.connection, order_id), reason=reason))


def close(store: Store, order_id: str) -> Performed:
    """Close a received order."""
    return store.perform(lambda ctx: decide_close(ctx, order_id_of(ctx.connection, order_id)))


def ship(
    store: Store, order_id: str, lines: Sequence[Line] | None = None, *, carrier: str = "", tracking: str = ""
) -> Performed:
    """Ship an approved order, whole or part."""
    return store.perform(
        lambda ctx: decide_ship(ctx, order_id_of(ctx.connection, order_id), lines, carrier=carrier, tracking=tracking)
    )


def scope_of(store: Store) -> str | None:
    """Whose documents are listed: one's own dealer's; headquarters sees the network."""
    return None if store.known.party_id == HQ_PARTY_ID else store.known.party_id


def list_documents(store: Store, *, limit: int = 100, **filters: Any) -> list[Row]:
    """Documents newest first, each with ``sync``: saved, sent, confirmed, exception, refused, parked, quarantined.

    *filters* as in :func:`domain.orders.queries.list_orders`.
    """
    with store.read() as connection:
        rows = queries.list_orders(connection, scope_of(store), limit=limit, **filters)
    return with_sync(store, rows)


def count_documents(store: Store, **filters: Any) -> int:
    """How many there are in all."""
    with store.read() as connection:
        return queries.count_orders(connection, scope_of(store), **filters)


def with_sync(store: Store, rows: list[Row]) -> list[Row]:
    """Add ``sync`` to rows; what this PC did not seal came from the server and is confirmed."""
    states = store.ledger.status_of([row["id"] for row in rows])
    return [{**row, "sync": states[row["id"]]["status"] if row["id"] in states else CONFIRMED} for row in rows]


def detail(store: Store, order_id: str) -> OrderDetail:
    """An order with lines, transitions, payments and shipments.

    Raises:
        NotFound: ``unknown_order``.
    """
    with store.read() as connection:
        found = order_id_of(connection, order_id)
        row = queries.order_by_id(connection, found)
        if row is None:
            raise NotFound("unknown_order", id=order_id)
        lines = with_own_unit(connection, queries.lines_of(connection, found))
        transitions = queries.transitions_of(connection, found)
        payments = queries.payments_of(connection, found)
        shipments = queries.shipments_of(connection, found)
    sync = str(with_sync(store, [row])[0]["sync"])
    return OrderDetail(row, lines, transitions, payments, shipments, sync)


# -- what the screens ask ----------------------------------------------------------------------------------------------

SUMMED_AT_MOST = 100_000
"""Documents that are added up; for more the sum would keep the reader from the page that somebody waits for."""


def filter_for(store: Store, **fields: Any) -> OrderFilter:
    """The filter of this PC's party."""
    return OrderFilter(party_id=scope_of(store), **fields)


def page(
    store: Store, wanted: OrderFilter, after: Any, skip: int, n: int, sort: str = "time", *, descending: bool = True
) -> list[Row]:
    """A page of documents, each with ``sync``."""
    with store.read() as connection:
        rows = queries_pages.page_orders(
            connection, wanted, after=after, skip=skip, limit=n, sort=sort, descending=descending
        )
    return with_sync(store, rows)


def count(store: Store, wanted: OrderFilter) -> int:
    """How many documents fit."""
    with store.read() as connection:
        return queries_pages.count_page_orders(connection, wanted)


def totals(store: Store, wanted: OrderFilter) -> dict[str, int]:
    """Minor units by currency; empty when there are too many documents to add up."""
    with store.read() as connection:
        if queries_pages.count_page_orders(connection, wanted) > SUMMED_AT_MOST:
            return {}
        return queries_pages.sum_orders(connection, wanted)


@dataclass(frozen=True, slots=True)
class Shown:
    """An order as its pane shows it.

    Attributes:
        stock: product id → what is available here, when this side is to ship it.
        may: the steps that the person signed in may take now.
        names: ids of parties and of the customer → names.
        own: this party sells or buys it.
        by_serial: ids of the products whose pieces have serials.
    """

    detail: OrderDetail
    stock: dict[str, int]
    may: frozenset[str]
    names: dict[str, str]
    own: bool = False
    by_serial: frozenset[str] = frozenset()


def show(store: Store, order_id: str) -> Shown:
    """Everything the pane of one order shows.

    Raises:
        NotFound: ``unknown_order``.
    """
    found = detail(store, order_id)
    order = found.order
    with store.read() as connection:
        actor = store.actor(connection)
        names = {
            row["id"]: row["name"]
            for row in (parties.party_by_id(connection, order[side] or "") for side in ("seller_id", "buyer_id"))
            if row
        }
        who = customers.customer_by_id(connection, order["customer_id"] or "")
        levels: dict[str, Row] = {}
        goods = products_by_ids(connection, [line["product_id"] for line in found.lines])
        by_serial = frozenset(product_id for product_id, row in goods.items() if row["by_serial"])
        serves = order["buyer_id"] or order["state"] == BOOKED
        if serves and order["seller_id"] == actor.party_id:
            ids = [line["product_id"] for line in found.lines]
            levels = stock.on_hand(connection, place_id(actor.party_id, "warehouse"), ids)
    if who:
        names[who["id"]] = who["name"]
    allowed = frozenset(action for action in ACTIONS if may(actor, action, order))
    if order["kind"] != "retail":
        allowed -= OF_SALES
    if order["business_date"] != store.clock.today():
        allowed -= {"void"}
    if all(line["shipped"] >= line["quantity"] for line in found.lines):
        allowed -= {"ship"}
    here = {product_id: int(row["available"]) for product_id, row in levels.items()}
    own = actor.party_id in (order["seller_id"], order["buyer_id"])
    return Shown(found, here, allowed, names, own, by_serial)


WAITING = {"to_approve": ("submitted",), "to_ship": ("approved", "allocated"), "on_the_way": ("shipped",)}


def waiting(store: Store) -> dict[str, int]:
    """How many orders from below are in each group of states."""
    with store.read() as connection:
        return {
            group: queries_pages.count_page_orders(
                connection,
                OrderFilter(seller_id=store.known.party_id, kinds=("replenishment",), states=states),
            )
            for group, states in WAITING.items()
        }


def has_downline(store: Store) -> bool:
    """Whether somebody orders from this party: only then there is anything to approve."""
    with store.read() as connection:
        return bool(parties.children(connection, store.known.party_id))
