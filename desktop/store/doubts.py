"""What this PC's records say against a piece that somebody scans; it tells, and stands in nobody's way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sqlalchemy import Connection

from desktop.store.store import Store
from domain.catalogue import queries as catalogue
from domain.stock import queries_lots as lots
from domain.stock.tracks import Standing, track_of

LEAVING: Mapping[Standing, str] = MappingProxyType(
    {
        Standing.SOLD: "piece_sold",
        Standing.SHIPPED: "piece_shipped",
        Standing.SCRAPPED: "piece_gone",
        Standing.GONE: "piece_gone",
    }
)
COMING: Mapping[Standing, str] = MappingProxyType({Standing.HERE: "piece_here", Standing.SCRAPPED: "piece_scrapped"})
"""What is said of a piece that is to leave, or to come, by where it is: a code of the texts."""
Doubt = tuple[str, str]
"""(code, serial)."""


def doubts(
    connection: Connection, party_id: str, product_id: str, serials: Sequence[str], way: Mapping[Standing, str]
) -> tuple[Doubt, ...]:
    """What is to be said of these pieces, :data:`LEAVING` or :data:`COMING`; a small indexed read."""
    if not serials:
        return ()
    known = lots.steps_of(connection, product_id, serials)
    found = ((way.get(track_of(known.get(one, ()), party_id).standing, ""), one) for one in serials)
    return tuple(doubt for doubt in found if doubt[0])


def doubts_of_code(store: Store, code: str, serials: Sequence[str]) -> tuple[Doubt, ...]:
    """What is to be said of pieces of the product with this code that are to leave."""
    with store.read() as connection:
        row = catalogue.products_by_codes(connection, [code]).get(code)
        return doubts(connection, store.known.party_id, row["id"], serials, LEAVING) if row else ()
