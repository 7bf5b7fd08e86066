"""Stock and intake: what warehouse staff do, and what they look at."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.store.store import Performed, Store
from domain.kernel.channels import Row
from domain.orders import queries as orders
from domain.orders.shipping_handlers import decide_receive
from domain.stock import queries
from domain.stock.handlers import Line, decide_adjust, decide_count, decide_take_in


def receive(store: Store, shipment_id: str, lines: Sequence[Line] | None = None, *, final: bool = True) -> Performed:
    """Take in a shipment, by id or number; None for "everything as shipped"."""
    with store.read() as connection:
        row = orders.shipment_by_id(connection, shipment_id)
    found = str(row["id"]) if row else shipment_id
    return store.perform(lambda ctx: decide_receive(ctx, found, lines, final=final))


def take_in(store: Store, lines: Sequence[Line], *, supplier: str = "", note: str = "") -> Performed:
    """Take in goods from a local supplier."""
    return store.perform(lambda ctx: decide_take_in(ctx, lines, supplier=supplier, note=note))


def count(store: Store, lines: Sequence[Line], *, note: str = "") -> Performed:
    """Record what was counted now."""
    return store.perform(lambda ctx: decide_count(ctx, lines, note=note))


def adjust(store: Store, lines: Sequence[Line], *, reason: str, note: str = "") -> Performed:
    """Put the book right, with a reason."""
    return store.perform(lambda ctx: decide_adjust(ctx, lines, reason=reason, note=note))


def incoming(store: Store) -> list[Row]:
    """Shipments on their way here."""
    with store.read() as connection:
        return orders.incoming_shipments(connection, store.known.party_id)


def shipment_lines(store: Store, shipment_id: str) -> list[Row]:
    """What a shipment holds."""
    with store.read() as connection:
        return orders.shipment_lines_of(connection, shipment_id)


def list_stock(store: Store, search: str = "") -> list[Row]:
    """Own stock by product and place, own unsent moves included."""
    with store.read() as connection:
        return queries.list_stock(connection, store.known.party_id, search=search)


def list_documents(store: Store, limit: int = 200) -> list[Row]:
    """Intakes, counts and adjustments with their state of upload, newest first."""
    with store.read() as connection:
        rows = queries.list_stock_documents(connection, store.known.party_id, limit)
    states = store.ledger.status_of([row["id"] for row in rows])
    return [{**row, "sync": states[row["id"]]["status"] if row["id"] in states else "confirmed"} for row in rows]
