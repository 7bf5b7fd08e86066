"""The model of a grid: knows how many rows there are and holds the few that are looked at."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

import i18n
from desktop.platform.threads import Lane
from desktop.widgets.grid.column import Align, Cell, Column
from desktop.widgets.grid.pages import Page, PageCache
from desktop.widgets.grid.reader import Opening, PageReader
from desktop.widgets.grid.source import PageSource, Query

Index = QModelIndex | QPersistentModelIndex
PAGE_SIZE = 64
PAGES_HELD = 40
NOWHERE = QModelIndex()
WAITING = Cell("…", tone="hint")

_ALIGNMENT = {
    Align.LEFT: Qt.AlignmentFlag.AlignLeft,
    Align.RIGHT: Qt.AlignmentFlag.AlignRight,
    Align.CENTRE: Qt.AlignmentFlag.AlignHCenter,
}


class GridModel(QAbstractTableModel):
    """Rows by number, read page by page when somebody looks.

    Attributes:
        columns: all columns, hidden ones too.
        query: order and filter in force.
        totals: column id → sum over all rows.

    Signals:
        refreshed: a (new) query was answered: count and first page are there.
        totals_changed: the sums are there.
    """

    refreshed = Signal()
    totals_changed = Signal()

    def __init__(
        self, columns: Sequence[Column], source: PageSource, lane: Lane | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.query = Query()
        self.totals: Mapping[str, str] = {}
        self._source = source
        self._count = 0
        self._pages = PageCache(PAGES_HELD)
        self._reader = PageReader(source, PAGE_SIZE, lane, self)
        self._reader.opened.connect(self._take_opening)
        self._reader.arrived.connect(self._take_page)
        self._reader.summed.connect(self._take_totals)

    def open(self, query: Query, near_row: int = 0) -> None:
        """Ask another query, or the same again after a change; what is on screen stays until the answer is there."""
        self.query = query
        self._reader.open(query, near_row // PAGE_SIZE)

    def stop(self) -> None:
        """Ask the source nothing more: the grid goes."""
        self._reader.stop()

    def row(self, number: int) -> Any | None:
        """One row of the source, or None while it is being read."""
        page = self._page(number // PAGE_SIZE)
        offset = number % PAGE_SIZE
        return page.rows[offset] if page is not None and offset < len(page.rows) else None

    def cell(self, number: int, column: Column) -> Cell:
        """What to show in one cell."""
        page = self._page(number // PAGE_SIZE)
        offset = number % PAGE_SIZE
        return page.cell(offset, column) if page is not None and offset < len(page.rows) else WAITING

    def key(self, number: int) -> Hashable:
        """The key of one row, None while it is being read."""
        row = self.row(number)
        return None if row is None else self._source.key(row)

    def find(self, key: Hashable) -> int | None:
        """The number of the row with that key, when it is in a page held or the source finds it."""
        for number, page in self._pages.items():
            for offset, row in enumerate(page.rows):
                if self._source.key(row) == key:
                    return number * PAGE_SIZE + offset
        return self._source.find(self.query, key)

    def forget_cells(self) -> None:
        """Make all cells again from the rows held."""
        for _, page in self._pages.items():
            page.forget_cells()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """All rows, held or not."""
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """All columns, hidden ones too."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text for screen readers and copies; the delegate takes :meth:`cell` instead."""
        if not index.isValid():
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            cell = self.cell(index.row(), self.columns[index.column()])
            return " ".join(part for part in (cell.text, cell.tail, cell.secondary) if part)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Headings, aligned as their columns."""
        if orientation == Qt.Orientation.Vertical or section >= len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            arrow = "" if self.query.sort != column.id else " ↓" if self.query.descending else " ↑"
            return i18n.tr(column.title_key) + arrow
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(_ALIGNMENT[column.align] | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _page(self, number: int) -> Page | None:
        page = self._pages.get(number)
        if page is None and number * PAGE_SIZE < self._count:
            rows = self._reader.read(number)
            if rows is not None:
                page = Page(rows)
                self._pages.put(number, page)
        return page

    def _take_opening(self, opening: Opening) -> None:
        self._pages.clear()
        if opening.rows:
            self._pages.put(opening.page, Page(opening.rows))
        self._resize(opening.count)
        self._tell_changed(0, self._count - 1)
        self.refreshed.emit()

    def _take_page(self, number: int, rows: Sequence[Any]) -> None:
        self._pages.put(number, Page(rows))
        self._tell_changed(number * PAGE_SIZE, number * PAGE_SIZE + len(rows) - 1)

    def _take_totals(self, totals: Mapping[str, str]) -> None:
        self.totals = totals
        self.totals_changed.emit()

    def _resize(self, count: int) -> None:
        """Rows come and go at the end: the selection keeps its row number."""
        if count > self._count:
            self.beginInsertRows(QModelIndex(), self._count, count - 1)
            self._count = count
            self.endInsertRows()
        elif count < self._count:
            self.beginRemoveRows(QModelIndex(), count, self._count - 1)
            self._count = count
            self.endRemoveRows()

    def _tell_changed(self, first: int, last: int) -> None:
        if last >= first and self._count:
            self.dataChanged.emit(self.index(first, 0), self.index(min(last, self._count - 1), len(self.columns) - 1))
