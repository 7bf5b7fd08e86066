"""Where a grid's rows come from: a protocol that never needs all of them, and a source for short lists."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Query:
    """What the person at the grid asked for.

    Attributes:
        sort: id of the column to sort by, empty for the source's own order.
        descending: last first.
        text: the filter as typed.
    """

    sort: str = ""
    descending: bool = False
    text: str = ""

    def sorted_by(self, column_id: str, *, descending: bool) -> Query:
        """The same rows in another order."""
        return replace(self, sort=column_id, descending=descending)

    def filtered(self, text: str) -> Query:
        """Other rows in the same order."""
        return replace(self, text=text)


class PageSource(Protocol):
    """Gives a grid the rows that it shows.

    A grid that was given a lane calls these on the lane's threads, so they share no state with widgets. Rows may be of
    any type; only the columns look into them.
    """

    def count(self, query: Query) -> int:
        """How many rows there are."""
        ...

    def rows(self, query: Query, first: int, n: int) -> Sequence[Any]:
        """Rows ``first`` to ``first + n - 1``, fewer at the end."""
        ...

    def key(self, row: Any) -> Hashable:
        """What tells a row from others, for good: its id."""
        ...

    def find(self, query: Query, key: Hashable) -> int | None:
        """The number of the row with that key; None when there is none, or when finding it would cost too much."""
        ...

    def totals(self, query: Query) -> Mapping[str, str]:
        """Column id → sum over *all* rows of the query, formatted; empty for no totals row."""
        ...

    def warm(self, query: Query) -> bool:
        """Do a little work (10 ms at most) that makes later jumps fast; True when nothing is left to do."""
        ...


class ListSource:
    """A source for rows that are all in memory: the lines of an order, the held orders.

    Filtering and sorting use the functions given; without them the order is that of the list.
    """

    def __init__(
        self,
        rows: Sequence[Any] = (),
        *,
        key: Callable[[Any], Hashable] = id,
        sort_value: Callable[[Any, str], Any] | None = None,
        matches: Callable[[Any, str], bool] | None = None,
        totals: Callable[[Sequence[Any]], Mapping[str, str]] | None = None,
    ) -> None:
        self._rows = list(rows)
        self._key = key
        self._sort_value = sort_value
        self._matches = matches
        self._totals = totals

    def replace(self, rows: Sequence[Any]) -> None:
        """Hold other rows; the grid reads them at its next ``reload``."""
        self._rows = list(rows)

    def count(self, query: Query) -> int:
        """How many rows match."""
        return len(self._asked(query))

    def rows(self, query: Query, first: int, n: int) -> Sequence[Any]:
        """A slice of what matches."""
        return self._asked(query)[first : first + n]

    def key(self, row: Any) -> Hashable:
        """By the function given."""
        return self._key(row)

    def find(self, query: Query, key: Hashable) -> int | None:
        """By looking at each."""
        return next((number for number, row in enumerate(self._asked(query)) if self._key(row) == key), None)

    def totals(self, query: Query) -> Mapping[str, str]:
        """By the function given."""
        return self._totals(self._asked(query)) if self._totals else {}

    def warm(self, query: Query) -> bool:
        """Nothing to prepare."""
        return True

    def _asked(self, query: Query) -> list[Any]:
        rows = self._rows
        if query.text and self._matches:
            matches = self._matches
            rows = [row for row in rows if matches(row, query.text)]
        if query.sort and self._sort_value:
            value = self._sort_value
            rows = sorted(rows, key=lambda row: value(row, query.sort), reverse=query.descending)
        return rows
