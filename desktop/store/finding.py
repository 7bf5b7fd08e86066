"""Finding goods by words, price range and category at once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from desktop.store import search_index
from desktop.store.store import Store
from domain.catalogue import queries, queries_wishes
from domain.catalogue.queries import Asked
from domain.catalogue.wishes import Wish, read_wish
from domain.kernel.channels import Row
from domain.kernel.money import QUANTITY_SCALE
from domain.parties import queries as parties

LOOKED_AT = 200
"""Products that are looked at when not all of them will fit what was asked."""


def find_products(store: Store, connection: Connection, text: str, limit: int, *, usages: Sequence[str]) -> list[Row]:
    """Listed products of the network and of this shop, the likeliest first; prices are those of *usages*."""
    wish = read_wish(text)
    own = store.known.party_id
    if wish.is_plain:
        ids = [hit.product_id for hit in search_index.find(connection, text, limit, party_id=own)]
        return _listed(connection, ids)
    if not wish.words:
        exact = queries.find_exact(connection, text.strip(), own)
        if exact:
            return [exact[0]]
    found = _listed(connection, _candidates(connection, wish, usages, own))
    if wish.category:
        categories = queries_wishes.categories_named(connection, wish.category)
        found = [row for row in found if row["category_id"] in categories]
    return _priced(store, connection, wish, found, usages)[:limit]


def _candidates(connection: Connection, wish: Wish, usages: Sequence[str], own: str) -> list[str]:
    if wish.words:
        return [hit.product_id for hit in search_index.find(connection, wish.words, LOOKED_AT, party_id=own)]
    if wish.category:
        categories = queries_wishes.categories_named(connection, wish.category)
        return queries_wishes.product_ids_of(connection, categories, LOOKED_AT)
    return queries_wishes.product_ids_priced(connection, wish.least, wish.most, usages, LOOKED_AT)


def _listed(connection: Connection, ids: Sequence[str]) -> list[Row]:
    rows = queries.products_by_ids(connection, ids)
    return [rows[one] for one in ids if one in rows and rows[one]["status"] == "listed"]


def _priced(store: Store, connection: Connection, wish: Wish, found: list[Row], usages: Sequence[str]) -> list[Row]:
    party = parties.party_by_id(connection, store.known.party_id)
    if not wish.by_price or party is None or not found:
        return found
    prices = queries.prices_for(
        connection,
        [Asked(row["id"], QUANTITY_SCALE) for row in found],
        party,
        usages=usages,
        day=store.clock.today(),
        currency=party["currency"],
    )
    return [row for row, price in zip(found, prices, strict=True) if wish.fits(int(price["price"]) if price else None)]
