"""Reads pages for a grid model: at once, or on a lane with the newest wish first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.platform.task import Task
from desktop.platform.threads import Lane
from desktop.widgets.grid.source import PageSource, Query

T = TypeVar("T")
WISHES = 4
"""Pages remembered while one is read: a screen shows two at most, and what was scrolled past nobody needs."""


@dataclass(frozen=True, slots=True)
class Opening:
    """The answer to a new query: how many rows, and the page on screen."""

    count: int
    page: int
    rows: Sequence[Any]


class PageReader(QObject):
    """Asks a source, one question at a time; answers to a query that is no longer asked are dropped.

    Signals:
        opened(Opening): count and first page of a new query.
        arrived(int, list): number and rows of one page.
        summed(dict): column id → total.
    """

    opened = Signal(object)
    arrived = Signal(int, object)
    summed = Signal(object)

    def __init__(self, source: PageSource, page_size: int, lane: Lane | None, parent: QObject) -> None:
        super().__init__(parent)
        self._source = source
        self._size = page_size
        self._lane = lane
        self._query = Query()
        self._wishes: list[int] = []
        self._task: Task[Any] | None = None
        self._warm = True
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self._warm_now)

    def open(self, query: Query, page: int) -> None:
        """Ask for a query's count and one page; everything asked before is dropped."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._query = query
        self._wishes.clear()
        self._warm = False
        self._run(lambda: self._opening(query, page), self._tell_opening)

    def read(self, page: int) -> Sequence[Any] | None:
        """The rows of a page now, or None when they will :attr:`arrived` later."""
        if self._lane is None:
            return self._source.rows(self._query, page * self._size, self._size)
        if page in self._wishes:
            self._wishes.remove(page)
        self._wishes.append(page)
        del self._wishes[:-WISHES]
        self._next()
        return None

    def stop(self) -> None:
        """Ask nothing more."""
        self._idle.stop()
        self._warm = True
        if self._task is not None:
            self._task.cancel()

    def _opening(self, query: Query, page: int) -> Opening:
        count = self._source.count(query)
        page = max(0, min(page, (count - 1) // self._size)) if count else 0
        rows = self._source.rows(query, page * self._size, self._size) if count else ()
        return Opening(count, page, rows)

    def _tell_opening(self, opening: Opening) -> None:
        query = self._query
        self.opened.emit(opening)
        self._run(lambda: self._source.totals(query), self._tell_totals)

    def _tell_totals(self, totals: Mapping[str, str]) -> None:
        self.summed.emit(totals)
        self._next()

    def _run(self, question: Callable[[], T], tell: Callable[[T], None]) -> None:
        if self._lane is None:
            tell(question())
            return

        def answered(answer: T) -> None:
            self._task = None
            tell(answer)

        self._task = self._lane.task(question, self).on_done(answered)

    def _next(self) -> None:
        """Read the newest wish, or use the idle moment."""
        if self._task is not None:
            return
        if not self._wishes:
            if not self._warm:
                self._idle.start(0)
            return
        query, page = self._query, self._wishes.pop()

        def arrived(rows: Sequence[Any]) -> None:
            self.arrived.emit(page, rows)
            self._next()

        self._run(lambda: self._source.rows(query, page * self._size, self._size), arrived)

    def _warm_now(self) -> None:
        if self._task is None and not self._wishes and not self._warm:
            query = self._query
            self._run(lambda: self._source.warm(query), self._warmed)

    def _warmed(self, done: bool) -> None:
        self._warm = done
        self._next()
