"""The product list: pages by code, or what a search found."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import i18n
from desktop.features.products import operations
from desktop.features.products.operations import Shown
from desktop.store.store import Store
from desktop.widgets.figures import price_text
from desktop.widgets.grid import Align, Cell, Column, KeysetSource, Query

MOST_FOUND = 200


class ProductSource:
    """Rows are :class:`operations.Shown`. Read on the reader lane."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._found: tuple[str, list[Shown]] = ("", [])
        self._all = KeysetSource(
            lambda _query: operations.count(store),
            self._fetch,
            lambda _query, row: (row.code, row.id),
            lambda row: row.id,
        )

    def forget(self) -> None:
        """Rows changed: read again."""
        with self._lock:
            self._found = ("", [])
        self._all.forget()

    def count(self, query: Query) -> int:
        """All, or what the search found."""
        return len(self._search(query)) if query.text else self._all.count(query)

    def rows(self, query: Query, first: int, n: int) -> Sequence[Any]:
        """A page."""
        return self._search(query)[first : first + n] if query.text else self._all.rows(query, first, n)

    def key(self, row: Any) -> Hashable:
        """The product's id."""
        return str(row.id)

    def find(self, query: Query, key: Hashable) -> int | None:
        """Among what was found."""
        if not query.text:
            return None
        return next((number for number, row in enumerate(self._search(query)) if row.id == key), None)

    def totals(self, query: Query) -> Mapping[str, str]:
        """Nothing to add up."""
        return {}

    def warm(self, query: Query) -> bool:
        """Anchors for jumps."""
        return True if query.text else self._all.warm(query)

    def _fetch(self, query: Query, after: Any, skip: int, n: int) -> Sequence[Any]:
        return operations.page(self._store, after, skip, n, descending=query.descending)

    def _search(self, query: Query) -> list[Shown]:
        with self._lock:
            text, rows = self._found
        if text != query.text:
            rows = operations.search(self._store, query.text, MOST_FOUND)
            with self._lock:
                self._found = (query.text, rows)
        return rows


def price_words(price: int | None) -> str:
    """A unit price as people write it; a dash for none."""
    return "—" if price is None else price_text(price)


def _status(row: Shown) -> Cell:
    tone = "success" if row.listed else "neutral"
    return Cell(i18n.tr(f"products.status.{'listed' if row.listed else 'delisted'}"), chip=tone)


COLUMNS = (
    Column("name", "products.column.name", lambda row: Cell(row.name, row.spec), 150, stretch=True, needed=True),
    Column("code", "products.column.code", lambda row: Cell(row.code, row.barcode), 132, sortable=True),
    Column("unit", "products.column.unit", lambda row: row.unit, 68),
    Column("price", "products.column.price", lambda row: price_words(row.price), 100, Align.RIGHT),
    Column("status", "products.column.status", _status, 90),
)
