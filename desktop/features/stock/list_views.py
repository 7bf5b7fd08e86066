"""The parts of the stock screen that only show: levels, shipments on their way, documents."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QWidget

import i18n
from desktop.features.stock import operations
from desktop.features.stock.table_model import (
    document_columns,
    level_columns,
    level_source,
    moved_columns,
    shipment_columns,
)
from desktop.platform.theme import theme
from desktop.platform.workbench import Workbench
from desktop.widgets.attachment_pane import AttachmentPane
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.grid import Grid, ListSource
from desktop.widgets.layout import MEDIUM, column
from desktop.widgets.live import Live
from desktop.widgets.scan_box import with_key
from desktop.widgets.side_by_side import SideBySide
from domain.kernel.channels import Row

SEARCH_PAUSE = 150
MOVED = 340


class LevelView(Live, QWidget):
    """What is here: on hand, reserved, available, and how old the figure is."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self._source = level_source(workbench.store)
        self._shortcuts = workbench.shortcuts
        self._shortcuts.changed.connect(self.retranslate)
        empty = EmptyState("stock.empty.list", icon="box")
        columns = level_columns(workbench.store)
        reader = workbench.threads.reader
        self.grid = Grid(columns, self._source, name_key="stock.tab.list", lane=reader, two_lines=True, empty=empty)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(SEARCH_PAUSE)
        self._pause.timeout.connect(self._apply)
        self.search.textChanged.connect(lambda _: self._pause.start())
        self.search.returnPressed.connect(self.grid.table.setFocus)
        lines = column(self.search, self.grid, gap=MEDIUM)
        lines.setStretch(1, 1)
        self.setLayout(lines)
        self.go_live()

    def refresh(self) -> None:
        """Read again."""
        self._source.forget()
        self.grid.reload()

    def look_for(self, code: str) -> None:
        """A code was scanned: show that product."""
        self.search.setText(code)
        self._pause.stop()
        self._apply()

    def restyle(self) -> None:
        """As high as the other controls."""
        self.search.setMinimumHeight(theme().control_height())
        self.grid.setMinimumHeight(theme().px(180))

    def retranslate(self) -> None:
        """Name and hint in the language in force."""
        self.search.setAccessibleName(i18n.tr("stock.action.find"))
        cap = self._shortcuts.label("stock.find")
        self.search.setPlaceholderText(with_key("stock.sheet.search_hint", cap))

    def _apply(self) -> None:
        self.grid.set_filter(self.search.text().strip())


class IncomingView(QWidget):
    """Shipments on their way here.

    Signals:
        chosen(str): id of the shipment that is to be received.
    """

    chosen = Signal(str)

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._started: set[str] = set()
        self._source = ListSource(key=lambda row: row["id"])
        empty = EmptyState("stock.empty.incoming", icon="truck")
        columns = shipment_columns(self._started)
        self.grid = Grid(columns, self._source, name_key="stock.tab.receive", two_lines=True, empty=empty)
        self.grid.opened.connect(self._opened)
        self.setLayout(column(self.grid))
        self.refresh()

    def refresh(self) -> None:
        """Read again."""
        asked = self._workbench.ask(lambda store: (operations.incoming(store), operations.started_shipments(store)))
        asked.on_done(self._take)

    def _take(self, answer: tuple[list[Row], set[str]]) -> None:
        rows, started = answer
        self._started.clear()
        self._started.update(started)
        self._source.replace(rows)
        self.grid.reload()
        if rows and self.grid.table.current_row() < 0:
            self.grid.table.go_to(0)

    def _opened(self, row: Any) -> None:
        if row is not None:
            self.chosen.emit(str(row["id"]))


class HistoryView(QWidget):
    """Stock documents with their state of upload; what the current one moved, and the files that hang on it.

    Signals:
        shown: another document is on view, or none.
    """

    shown = Signal()

    def __init__(self, workbench: Workbench, attach: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._source = ListSource(key=lambda row: row["id"])
        self._moved = ListSource(key=lambda row: row["id"])
        empty = EmptyState("stock.empty.history", icon="document")
        self.grid = Grid(document_columns(), self._source, name_key="stock.tab.history", empty=empty)
        none = EmptyState("stock.empty.moved", icon="box")
        self.moved = Grid(moved_columns(), self._moved, name_key="stock.moved", two_lines=True, empty=none)
        self.grid.current_changed.connect(self._current_changed)
        self.files = AttachmentPane(workbench, "stock_document", attach)
        side = QWidget()
        side.setLayout(column(self.moved, self.files, gap=MEDIUM))
        self.setLayout(column(SideBySide(self.grid, side, MOVED)))
        self.refresh()

    def refresh(self) -> None:
        """Read again."""
        self._workbench.ask(operations.list_documents, self).on_done(self._take)

    def _take(self, rows: list[Row]) -> None:
        self._source.replace(rows)
        self.grid.reload()
        if rows and self.grid.table.current_row() < 0:
            self.grid.table.go_to(0)

    def _current_changed(self, current: Any) -> None:
        self.files.show_subject("" if current is None else current["id"], may_add=current is not None)
        self.shown.emit()
        if current is None:
            self._show_moved([])
            return
        asked = self._workbench.ask(lambda store: operations.document_lines(store, current), self)
        asked.on_done(self._show_moved)

    def _show_moved(self, rows: list[Row]) -> None:
        self._moved.replace(rows)
        self.moved.reload()
