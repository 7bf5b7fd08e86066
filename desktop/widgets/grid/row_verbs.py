"""Verbs inside the current row of a grid: what can be done about this line, where the eye already is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.platform.theme import theme
from desktop.widgets.grid.delegate import PADDING
from desktop.widgets.grid.view import Grid
from desktop.widgets.layout import SMALL, row

Verbs = Callable[[Any], Sequence[QWidget]]


class RowVerbs(QObject):
    """Puts widgets into one column of the current row and takes them away with it.

    ``verbs`` is asked with the row; an empty answer leaves the cell as it is. Keys do the same as these buttons: they
    are for the mouse and for gloves, so they take no focus by a click.
    """

    def __init__(self, grid: Grid, column_id: str, verbs: Verbs) -> None:
        super().__init__(grid)
        self._grid = grid
        self._section = grid.header.section(column_id)
        self._verbs = verbs
        self._place = QPersistentModelIndex()
        grid.current_changed.connect(self.refresh)

    def refresh(self) -> None:
        """Ask again what can be done about the current row."""
        table = self._grid.table
        if self._place.isValid():
            old, nothing = table.indexWidget(self._index()), cast(QWidget, None)
            table.setIndexWidget(self._index(), nothing)
            if old is not None:
                old.hide()
        current = self._grid.current()
        widgets = () if current is None else self._verbs(current)
        self._place = QPersistentModelIndex()
        if widgets:
            self._place = QPersistentModelIndex(self._grid.model.index(table.current_row(), self._section))
            table.setIndexWidget(self._index(), _Cell(widgets))

    def _index(self) -> QModelIndex:
        return self._grid.model.index(self._place.row(), self._place.column())


class _Cell(QWidget):
    """Covers the cell below with the ground of a selected row."""

    def __init__(self, widgets: Sequence[QWidget]) -> None:
        super().__init__()
        self.setLayout(row(*widgets, 1, gap=SMALL, margins=(PADDING, 0, 0, 1)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground, and the line below."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().colour("selection"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme().colour("border"))
        painter.end()
