"""The table view inside a grid: rows as wholes, keys that people at a counter expect, copying."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from desktop.platform.theme import theme
from desktop.widgets.grid.delegate import CellDelegate
from desktop.widgets.grid.model import GridModel

COPY_LIMIT = 10_000
"""Rows copied at most: a person who wants more exports."""


class GridTable(QTableView):
    """Shows a :class:`GridModel`; the :class:`desktop.widgets.grid.Grid` around it is what screens use.

    Signals:
        entered_row(int): Enter or a double click on a row.
    """

    entered_row = Signal(int)

    def __init__(self, model: GridModel, *, two_lines: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._two_lines = two_lines
        self._delegate = CellDelegate(two_lines=two_lines)
        self.setItemDelegate(self._delegate)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setModel(model)
        self.doubleClicked.connect(lambda index: self.entered_row.emit(index.row()))
        self.restyle()

    def restyle(self) -> None:
        """Row height and fonts of the look in force."""
        self._delegate.restyle()
        height = theme().row_height(two_lines=self._two_lines)
        self.verticalHeader().setMinimumSectionSize(min(height, 20))
        self.verticalHeader().setDefaultSectionSize(height)
        self.verticalScrollBar().setSingleStep(height)
        self.redraw()

    def redraw(self) -> None:
        """Draw all visible cells again."""
        self.viewport().update(self.viewport().rect())

    def go_to(self, row: int) -> None:
        """Select one row and bring it into view."""
        if 0 <= row < self._model.rowCount():
            index = self._model.index(row, self._first_shown())
            both = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.selectionModel().setCurrentIndex(index, both)
            self.scrollTo(index)

    def current_row(self) -> int:
        """Number of the current row, −1 for none."""
        return self.currentIndex().row()

    def selected_rows(self) -> list[int]:
        """Numbers of the selected rows, in order."""
        selection = self.selectionModel().selection()
        rows: set[int] = set()
        for number in range(selection.count()):
            span = selection.at(number)
            rows.update(range(span.top(), span.bottom() + 1))
        return sorted(rows)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Ctrl+C copies, Home and End go to the ends; characters are left to the screen."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current_row() >= 0:
            self.entered_row.emit(self.current_row())
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End) and not event.modifiers():
            self.go_to(0 if event.key() == Qt.Key.Key_Home else self._model.rowCount() - 1)
        elif event.text() and event.text().isprintable():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def copy(self) -> None:
        """Put the selected rows on the clipboard: visible columns, tabs between them, a heading line first."""
        rows = self.selected_rows()[:COPY_LIMIT]
        if not rows:
            return
        header = self.horizontalHeader()
        shown = [header.logicalIndex(place) for place in range(header.count())]
        shown = [section for section in shown if not header.isSectionHidden(section)]
        horizontal = Qt.Orientation.Horizontal
        lines = [[str(self._model.headerData(section, horizontal)) for section in shown]]
        lines += [[str(self._model.index(row, section).data()) for section in shown] for row in rows]
        QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines))

    def _first_shown(self) -> int:
        header = self.horizontalHeader()
        return next((section for section in range(header.count()) if not header.isSectionHidden(section)), 0)
