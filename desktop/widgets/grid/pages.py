"""The pages that a grid holds: the last used ones, never all."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from desktop.widgets.grid.column import Cell, Column


class Page:
    """Some rows next to each other, with the cells made from them so far."""

    __slots__ = ("_cells", "rows")

    def __init__(self, rows: Sequence[Any]) -> None:
        self.rows = rows
        self._cells: dict[tuple[int, str], Cell] = {}

    def cell(self, offset: int, column: Column) -> Cell:
        """The cell of one row, made once."""
        place = (offset, column.id)
        cell = self._cells.get(place)
        if cell is None:
            cell = self._cells[place] = column.cell_of(self.rows[offset])
        return cell

    def forget_cells(self) -> None:
        """Make the cells again: the language changed."""
        self._cells.clear()


class PageCache:
    """Pages by number, the least recently used one dropped first."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._pages: OrderedDict[int, Page] = OrderedDict()

    def get(self, number: int) -> Page | None:
        """The page if it is held."""
        page = self._pages.get(number)
        if page is not None:
            self._pages.move_to_end(number)
        return page

    def put(self, number: int, page: Page) -> None:
        """Hold a page."""
        self._pages[number] = page
        self._pages.move_to_end(number)
        while len(self._pages) > self._limit:
            self._pages.popitem(last=False)

    def clear(self) -> None:
        """Hold nothing."""
        self._pages.clear()

    def items(self) -> list[tuple[int, Page]]:
        """Everything held, with its number."""
        return list(self._pages.items())

    def __contains__(self, number: int) -> bool:
        """Whether the page is held."""
        return number in self._pages

    def __len__(self) -> int:
        """How many pages are held."""
        return len(self._pages)
