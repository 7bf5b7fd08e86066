"""The product list: pages by code, or what a search found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import i18n
from desktop.features.products import operations
from desktop.features.products.operations import Shown
from desktop.store.store import Store
from desktop.widgets.figures import price_text
from desktop.widgets.grid import Align, Cell, Column, Query, SearchedSource

MOST_FOUND = 200


def product_source(store: Store) -> SearchedSource:
    """Rows are :class:`operations.Shown`. Read on the reader lane."""

    def fetch(query: Query, after: Any, skip: int, n: int) -> Sequence[Any]:
        return operations.page(store, after, skip, n, descending=query.descending)

    return SearchedSource(
        lambda: operations.count(store),
        fetch,
        lambda text: operations.search(store, text, MOST_FOUND),
        lambda row: (row.code, row.id),
        lambda row: row.id,
    )


def price_words(price: int | None) -> str:
    """A unit price as people write it; a dash for none."""
    return "—" if price is None else price_text(price)


def _status(row: Shown) -> Cell:
    tone = "success" if row.listed else "neutral"
    return Cell(i18n.tr(f"products.status.{'listed' if row.listed else 'delisted'}"), chip=tone)


COLUMNS = (
    Column("name", "products.column.name", lambda row: Cell(row.name, row.spec), 150, stretch=True, needed=True),
    Column("code", "products.column.code", lambda row: Cell(row.code, row.barcode), 132, sortable=True),
    Column("unit", "products.column.unit", lambda row: row.unit, 68, spare=2),
    Column("price", "products.column.price", lambda row: price_words(row.price), 100, Align.RIGHT),
    Column("status", "products.column.status", _status, 90, spare=1),
)
