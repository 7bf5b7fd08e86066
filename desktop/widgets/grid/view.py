"""A grid as screens use it: heading, rows, totals, and a sentence when there is nothing."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

import i18n
from desktop.platform.changes import ChangeSet, touches
from desktop.platform.theme import theme
from desktop.platform.threads import Lane
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.grid.column import Column
from desktop.widgets.grid.header import GridHeader
from desktop.widgets.grid.model import GridModel
from desktop.widgets.grid.source import PageSource
from desktop.widgets.grid.table import GridTable
from desktop.widgets.grid.totals import TotalsRow
from desktop.widgets.live import Live
from desktop.widgets.painting import draw_box


class Grid(Live, QFrame):
    """Shows the rows of a :class:`PageSource`, a million as easily as ten.

    Without a lane the source is asked on the UI thread: for lists in memory and reads of a few milliseconds. With one
    (``threads.reader``) nothing on the UI thread ever waits for it.

    Attributes:
        model: rows and cells.
        table: the table view, for the focus.
        header: the heading line.

    Signals:
        current_changed(object): another row is current; None for none, or while it is still being read.
        opened(object): Enter or a double click on a row.
        counted(int): how many rows the query has.
        arranged: columns, widths or order changed; :meth:`state` tells how.
    """

    current_changed = Signal(object)
    opened = Signal(object)
    counted = Signal(int)
    arranged = Signal()

    def __init__(
        self,
        columns: Sequence[Column],
        source: PageSource,
        *,
        name_key: str,
        lane: Lane | None = None,
        two_lines: bool = False,
        empty: EmptyState | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name_key = name_key
        self._wanted_key: Hashable = None
        self.model = GridModel(columns, source, lane, self)
        self.table = GridTable(self.model, two_lines=two_lines, parent=self)
        self.header = GridHeader(columns, self.table)
        self.table.setHorizontalHeader(self.header)
        self.header.prepare()
        self._totals = TotalsRow(self.header)
        self._empty = empty
        if empty is not None:
            empty.setParent(self.table)
            empty.hide()
        lines = QVBoxLayout(self)
        lines.setContentsMargins(2, 2, 2, 2)
        lines.setSpacing(0)
        lines.addWidget(self.table)
        lines.addWidget(self._totals)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusProxy(self.table)
        self._connect()
        self.go_live()
        self.reload()

    def reload(self) -> None:
        """Ask the source again, after a change; the current row stays current as far as it is still there."""
        self._wanted_key = self.current_key()
        self.model.open(self.model.query, max(0, self.table.rowAt(0)))

    def reload_if_touched(self, change_set: ChangeSet, *tables: str) -> None:
        """Ask again when one of ``tables`` changed."""
        if touches(change_set, *tables):
            self.reload()

    def set_filter(self, text: str) -> None:
        """Show the rows that match; from the first again."""
        if text != self.model.query.text:
            self._begin_anew()
            self.model.open(self.model.query.filtered(text))

    def sort_by(self, column_id: str, *, descending: bool = False) -> None:
        """Show the rows in another order; from the first again."""
        self._begin_anew()
        self.model.open(self.model.query.sorted_by(column_id, descending=descending))
        self.arranged.emit()

    def current(self) -> Any | None:
        """The current row of the source."""
        number = self.table.current_row()
        return self.model.row(number) if number >= 0 else None

    def current_key(self) -> Hashable:
        """The key of the current row."""
        number = self.table.current_row()
        return self.model.key(number) if number >= 0 else None

    def selected(self) -> list[Any]:
        """The selected rows of the source, as far as they are read."""
        rows = (self.model.row(number) for number in self.table.selected_rows())
        return [row for row in rows if row is not None]

    def select_key(self, key: Hashable) -> bool:
        """Make the row with that key current; False when it is not at hand."""
        number = self.model.find(key)
        if number is not None:
            self.table.go_to(number)
        return number is not None

    def step(self, by: int) -> None:
        """So many rows down, negative up; as far as there are rows."""
        rows = self.model.rowCount()
        self.table.go_to(max(0, min(rows - 1, self.table.current_row() + by)))

    def state(self) -> dict[str, Any]:
        """Columns, widths and order as a saved view."""
        query = self.model.query
        return {**self.header.arrangement(), "sort": query.sort, "descending": query.descending}

    def restore(self, state: dict[str, Any]) -> None:
        """Take a saved view back."""
        self.header.rearrange(state)
        if state.get("sort"):
            self.sort_by(state["sort"], descending=bool(state.get("descending")))

    def restyle(self) -> None:
        """Measures of the look in force."""
        self.table.restyle()
        self.header.restyle()
        self._totals.updateGeometry()

    def retranslate(self) -> None:
        """Headings, cells and totals in the language in force."""
        self.table.setAccessibleName(i18n.tr(self._name_key))
        self.model.forget_cells()
        self.header.fit()
        self._totals.show_totals(self.model.totals)
        self.table.redraw()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Surface and hairline; 2 px of accent when the rows have the focus."""
        painter = QPainter(self)
        focused = self.table.hasFocus()
        edge = theme().colour("focus" if focused else "border")
        draw_box(painter, QRectF(self.rect()), theme().colour("surface"), edge, width=2 if focused else 1)
        painter.end()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the sentence over the rows, and the ring with the focus."""
        if event.type() == QEvent.Type.Resize and self._empty is not None:
            self._empty.setGeometry(self.table.viewport().geometry())
        elif event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return False

    def _connect(self) -> None:
        self.table.installEventFilter(self)
        self.table.viewport().installEventFilter(self)
        self.table.entered_row.connect(lambda number: self.opened.emit(self.model.row(number)))
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self.current_changed.emit(self.current()))
        self.table.horizontalScrollBar().valueChanged.connect(lambda _: self._totals.redraw())
        self.header.sort_asked.connect(self._sort_asked)
        self.header.arranged.connect(self.arranged)
        self.model.refreshed.connect(self._refreshed)
        self.model.totals_changed.connect(lambda: self._totals.show_totals(self.model.totals))

    def _begin_anew(self) -> None:
        """Other rows or another order: nothing is current, the first row is on top."""
        self._wanted_key = None
        self.table.clearSelection()
        self.table.setCurrentIndex(QModelIndex())
        self.table.verticalScrollBar().setValue(0)

    def _sort_asked(self, column_id: str) -> None:
        query = self.model.query
        self.sort_by(column_id, descending=query.sort == column_id and not query.descending)

    def _refreshed(self) -> None:
        count = self.model.rowCount()
        if self._empty is not None:
            self._empty.setGeometry(self.table.viewport().geometry())
            self._empty.setVisible(not count)
        if self._wanted_key is not None and self.current_key() != self._wanted_key:
            self.select_key(self._wanted_key)
        self.header.redraw()
        self.counted.emit(count)
        self.current_changed.emit(self.current())
