"""A source of a million rows that counts what it is asked for."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Mapping, Sequence

from desktop.widgets.grid import Align, Cell, Column, Query

ROWS = 1_000_000
COLUMNS = (
    Column("name", "sample.one", lambda row: Cell(f"row {row}", f"code {row:07d}"), 200, stretch=True, needed=True),
    Column("size", "sample.two", str, 120, Align.RIGHT, sortable=True),
    Column("state", "sample.three", lambda row: Cell("ok", chip="success"), 90),
)


class Million:
    """Rows are their numbers; filtering by text keeps the numbers that begin with it.

    Attributes:
        fetched: rows handed out.
        questions: what was asked, in order.
        threads: names of the threads that asked.
        size: how many rows there are.
    """

    def __init__(self, size: int = ROWS) -> None:
        self.fetched = 0
        self.questions: list[tuple[str, int]] = []
        self.threads: set[str] = set()
        self.size = size
        self.gate = threading.Event()
        self.gate.set()

    def count(self, query: Query) -> int:
        self._ask("count", 0)
        return len(range(self.size)[:: _step(query)])

    def rows(self, query: Query, first: int, n: int) -> Sequence[int]:
        self._ask("rows", first)
        step = _step(query)
        numbers = range(self.size)[::step]
        chosen = numbers[::-1] if query.descending else numbers
        page = list(chosen[first : first + n])
        self.fetched += len(page)
        return page

    def key(self, row: int) -> Hashable:
        return row

    def find(self, query: Query, key: Hashable) -> int | None:
        return None

    def totals(self, query: Query) -> Mapping[str, str]:
        self._ask("totals", 0)
        return {"size": "all"}

    def warm(self, query: Query) -> bool:
        return True

    def _ask(self, what: str, where: int) -> None:
        self.questions.append((what, where))
        self.threads.add(threading.current_thread().name)
        self.gate.wait()


def _step(query: Query) -> int:
    return int(query.text) if query.text else 1
