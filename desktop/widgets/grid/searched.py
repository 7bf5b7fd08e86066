"""A big table by key, or the few rows that a search ranked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from desktop.widgets.grid.keyset import Fetch, KeysetSource
from desktop.widgets.grid.source import Query


class SearchedSource:
    """Without a filter all rows page by page; with one what a search found, best first, in memory.

    Several threads may ask at once.

    Args:
        count: how many rows there are.
        fetch: reads a page.
        search: what fits a text, ranked.
        position: a row → the key it is sorted by, unique: (sorted value, id).
        identity: a row → its id.
    """

    def __init__(
        self,
        count: Callable[[], int],
        fetch: Fetch,
        search: Callable[[str], Sequence[Any]],
        position: Callable[[Any], Any],
        identity: Callable[[Any], Hashable],
    ) -> None:
        self._ask = search
        self._identity = identity
        self._lock = threading.Lock()
        self._found: tuple[str, Sequence[Any]] = ("", ())
        self._all = KeysetSource(lambda _query: count(), fetch, lambda _query, row: position(row), identity)

    def forget(self) -> None:
        """Rows changed: read again."""
        with self._lock:
            self._found = ("", ())
        self._all.forget()

    def count(self, query: Query) -> int:
        """All, or what the search found."""
        return len(self._search(query)) if query.text else self._all.count(query)

    def rows(self, query: Query, first: int, n: int) -> Sequence[Any]:
        """A page."""
        return self._search(query)[first : first + n] if query.text else self._all.rows(query, first, n)

    def key(self, row: Any) -> Hashable:
        """The row's id."""
        return self._identity(row)

    def find(self, query: Query, key: Hashable) -> int | None:
        """Among what was found; numbers in the whole table are not worth a scan."""
        rows = self._search(query) if query.text else ()
        return next((number for number, row in enumerate(rows) if self._identity(row) == key), None)

    def totals(self, query: Query) -> Mapping[str, str]:
        """Pieces and kilograms are not added up."""
        return {}

    def warm(self, query: Query) -> bool:
        """Anchors for jumps."""
        return True if query.text else self._all.warm(query)

    def _search(self, query: Query) -> Sequence[Any]:
        with self._lock:
            text, rows = self._found
        if text != query.text:
            rows = self._ask(query.text)
            with self._lock:
                self._found = (query.text, rows)
        return rows
