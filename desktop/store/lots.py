"""Which lots of a product lie here, as a person chooses among them."""

from __future__ import annotations

from desktop.store.store import Store
from domain.catalogue import queries as catalogue
from domain.stock import queries_lots as lots
from domain.stock.picking import NEVER, LotStock
from domain.stock.rules import place_id


def lots_of(store: Store, code: str) -> list[LotStock] | None:
    """What is here of each lot of a product, the earliest first; None when it does not ask for lots."""
    party_id = store.known.party_id
    with store.read() as connection:
        row = catalogue.products_by_codes(connection, [code]).get(code)
        if row is None or not row["by_lot"]:
            return None
        here = lots.lots_here(connection, party_id, place_id(party_id, "warehouse"), [row["id"]])[row["id"]]
    return sorted(here, key=lambda one: (one.expires_on or NEVER, one.lot))
