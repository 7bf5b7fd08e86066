"""What shops made themselves, as headquarters sees it: listed, adopted, merged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.store import searching
from desktop.store.searching import Hit
from desktop.store.store import Performed, Store
from domain.catalogue import queries
from domain.catalogue.provisional import decide_adopt_product, decide_merge_product
from domain.parties import queries as parties


@dataclass(frozen=True, slots=True)
class OwnGoods:
    """A product of one shop; *price* in 1/10000, *barcode* empty for none."""

    id: str
    code: str
    name: str
    unit: str
    price: int | None
    barcode: str
    shop: str


def own_goods(store: Store) -> list[OwnGoods]:
    """Everything that waits, the oldest first."""
    with store.read() as connection:
        rows = queries.provisional_products(connection)
        codes = queries.barcodes_of(connection, [row["id"] for row in rows])
        shops = {row["party_id"]: parties.party_by_id(connection, row["party_id"]) for row in rows}
    return [
        OwnGoods(
            row["id"],
            row["code"],
            row["name"],
            row["unit"],
            row["own_price"],
            next((one["code"] for one in codes.get(row["id"], [])), ""),
            str((shops[row["party_id"]] or {"name": ""})["name"]),
        )
        for row in rows
    ]


def find_targets(store: Store, text: str, limit: int = 20) -> Sequence[Hit]:
    """Products of the network that it may be."""
    with store.read() as connection:
        return searching.find(connection, text, limit, party_id=store.known.party_id)


def merge(store: Store, product_id: str, into_code: str) -> Performed:
    """It is that product."""
    return store.perform(lambda ctx: decide_merge_product(ctx, product_id=product_id, into_code=into_code))


def adopt(store: Store, product_id: str, *, name: str, price: int | None) -> Performed:
    """It is a new product of the network; *price* in 1/10000 is the base price."""
    return store.perform(lambda ctx: decide_adopt_product(ctx, product_id=product_id, name=name, price=price))
