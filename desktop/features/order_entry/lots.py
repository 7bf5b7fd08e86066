"""From which lots the lines in hand will come, as far as this PC knows: what is shown before it is decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from desktop.features.order_entry.draft import DraftLine
from desktop.store.store import Store
from domain.kernel.channels import Row
from domain.stock import queries_lots as lots
from domain.stock.picking import is_expired, less, pick
from domain.stock.rules import place_id


@dataclass(frozen=True, slots=True)
class ShownLot:
    """So many thousandths of a lot; empty for goods of no known lot."""

    lot: str
    quantity: int
    expires_on: str | None
    expired: bool


def preview(
    store: Store, connection: Connection, lines: Sequence[DraftLine], known: Mapping[str, Row]
) -> dict[str, tuple[ShownLot, ...]]:
    """Key of a line → its lots; as the sale will decide it, what was chosen by hand before everything else."""
    asking = {code: row for code, row in known.items() if row["by_lot"] and not row["by_serial"]}
    if not asking:
        return {}
    party_id, place = _place(store)
    ids = [row["id"] for row in asking.values()]
    here = lots.lots_here(connection, party_id, place, ids)
    until = lots.expiries(connection, party_id, ids)
    day = store.clock.today()
    found: dict[str, tuple[ShownLot, ...]] = {}
    for line in sorted(lines, key=lambda line: not line.lot):
        if line.code not in asking:
            continue
        product_id = asking[line.code]["id"]
        parts = [(line.lot, line.quantity)] if line.lot else pick(line.quantity, here[product_id], day)
        here[product_id] = less(here[product_id], parts)
        found[line.key] = tuple(_shown(lot, quantity, until.get((product_id, lot)), day) for lot, quantity in parts)
    return found


def _shown(lot: str, quantity: int, expires_on: str | None, day: str) -> ShownLot:
    return ShownLot(lot, quantity, expires_on, is_expired(expires_on, day))


def _place(store: Store) -> tuple[str, str]:
    return store.known.party_id, place_id(store.known.party_id, "warehouse")
