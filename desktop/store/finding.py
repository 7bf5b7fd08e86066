"""Finding goods by words, price range and category at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from desktop.store import price_index, searching
from desktop.store.price_index import PriceRange
from desktop.store.store import Store
from desktop.store.within import confine
from domain.catalogue import queries, queries_wishes
from domain.catalogue.wishes import Wish, read_wish
from domain.kernel.channels import Row


def find_products(store: Store, connection: Connection, text: str, limit: int, *, usages: Sequence[str]) -> list[Row]:
    """Listed products of the network and of this shop, the likeliest first; prices are those of *usages*."""
    wish = read_wish(text)
    own = store.known.party_id
    if wish.is_plain:
        ids = [hit.product_id for hit in searching.find(connection, text, limit, party_id=own)]
        return _listed(connection, ids)
    if not wish.words:
        exact = queries.find_exact(connection, text.strip(), own)
        if exact:
            return [exact[0]]
    return _listed(connection, wished(connection, wish, limit, own, PricedAs(usages, store.clock.today())))


class PricedAs(NamedTuple):
    """Whose prices count: of lists with these usages, on this business date."""

    usages: Sequence[str]
    day: str


def wished(connection: Connection, wish: Wish, limit: int, party_id: str, priced_as: PricedAs) -> list[str]:
    """Ids of what fits, the likeliest by the words first, else as the index has a category, else the cheapest."""
    categories = queries_wishes.categories_named(connection, wish.category) if wish.category else None
    if categories is not None and not categories:
        return []
    priced = PriceRange(priced_as.usages, wish.least, wish.most, priced_as.day) if wish.by_price else None
    if priced and not wish.words and categories is None:
        return price_index.cheapest(connection, priced, limit)
    within = confine(connection, categories, priced)
    if wish.words:
        hits = searching.find(connection, wish.words, limit, party_id=party_id, within=within)
    else:
        hits = searching.of_categories(connection, limit, within, party_id=party_id)
    return [hit.product_id for hit in hits]


def _listed(connection: Connection, ids: Sequence[str]) -> list[Row]:
    rows = queries.products_by_ids(connection, ids)
    return [rows[one] for one in ids if one in rows and rows[one]["status"] == "listed"]
