"""A source over a big table: pages by key, jumps by anchors."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from desktop.widgets.grid.anchors import AnchorBook
from desktop.widgets.grid.source import Query

STEP = 1_000
"""Rows between two anchors: skipping so many index entries costs well under a millisecond."""

WARM_SECONDS = 0.008


class Fetch(Protocol):
    """Reads one page; its SQL stands in ``queries.py`` of the noun."""

    def __call__(self, query: Query, after: Any, skip: int, n: int) -> Sequence[Any]:
        """``n`` rows in the query's order, beginning ``skip`` rows behind the key ``after`` (None is the very start).

        ``WHERE (sorted, id) > (:sorted, :id) ORDER BY sorted, id LIMIT :n OFFSET :skip`` on an index of both.
        """
        ...


@dataclass(slots=True)
class _Known:
    """What is known of one query's rows."""

    book: AnchorBook
    counted: int
    warmed: int = 0


class KeysetSource:
    """Pages by key.

    The number of a row costs an index scan from the nearest anchor; anchors are learnt from every page read and, in
    idle moments, set every :data:`STEP` rows (:meth:`warm`). Several threads may ask at once.

    Args:
        count: how many rows a query has.
        fetch: reads a page.
        position: a row → the key it is sorted by in that query, unique: (sorted value, id).
        identity: a row → its id.
        totals: sums over all rows, formatted.
    """

    def __init__(
        self,
        count: Callable[[Query], int],
        fetch: Fetch,
        position: Callable[[Query, Any], Any],
        identity: Callable[[Any], Hashable],
        totals: Callable[[Query], Mapping[str, str]] | None = None,
    ) -> None:
        self._count = count
        self._fetch = fetch
        self._position = position
        self._identity = identity
        self._totals = totals
        self._lock = threading.Lock()
        self._known: dict[Query, _Known] = {}

    def count(self, query: Query) -> int:
        """Counts again, and forgets the anchors when rows came or went."""
        counted = self._count(query)
        with self._lock:
            known = self._known.get(query)
            if known is None or known.counted != counted:
                self._known = {query: _Known(AnchorBook(), counted)}
        return counted

    def forget(self) -> None:
        """Rows moved without their number changing (a change set named the table): count and learn again."""
        with self._lock:
            self._known.clear()

    def rows(self, query: Query, first: int, n: int) -> Sequence[Any]:
        """Rows by number, read from the nearest anchor before them."""
        with self._lock:
            known = self._known.get(query)
            anchor = known.book.before(first) if known else None
        if anchor is None:
            rows = self._fetch(query, None, first, n)
        else:
            number, key = anchor
            rows = self._fetch(query, key, first - number - 1, n)
        if rows and known:
            with self._lock:
                known.book.learn(first + len(rows) - 1, self._position(query, rows[-1]))
        return rows

    def key(self, row: Any) -> Hashable:
        """The row's id."""
        return self._identity(row)

    def find(self, query: Query, key: Hashable) -> int | None:
        """Numbers of single rows are not worth a scan."""
        return None

    def totals(self, query: Query) -> Mapping[str, str]:
        """By the function given."""
        return self._totals(query) if self._totals else {}

    def warm(self, query: Query) -> bool:
        """Set anchors for some milliseconds; True once they reach the last row."""
        deadline = time.monotonic() + WARM_SECONDS
        with self._lock:
            known = self._known.get(query)
        if known is None:
            return True
        while known.warmed + STEP < known.counted:
            number = known.warmed + STEP - 1
            rows = self.rows(query, number, 1)
            if not rows:
                return True
            known.warmed += STEP
            if time.monotonic() >= deadline:
                return known.warmed + STEP >= known.counted
        return True
