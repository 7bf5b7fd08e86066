"""Where a serial has been: scanned or typed, oldest move first."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

import i18n
from desktop.features.stock import operations
from desktop.platform.theme import theme
from desktop.platform.workbench import Workbench
from desktop.widgets.dialog import Dialog
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.figures import moment_text
from desktop.widgets.form import Form
from desktop.widgets.grid import Cell, Column, Grid, ListSource
from desktop.widgets.key_button import Weight
from desktop.widgets.verb import Verb
from domain.kernel.channels import Row

FIND = "find"
AROUND, LEAST = 200, 80
"""Pixels at 100 %: around the list, and of it in a low window."""


class SerialDialog(Dialog):
    """A field and what it found; stays open for the next serial."""

    def __init__(self, parent: QWidget, workbench: Workbench) -> None:
        verbs = [Verb(FIND, "stock.serial.find", "Return", weight=Weight.PRIMARY)]
        super().__init__(parent, "stock.serial.title", verbs=verbs, keeps_open=True)
        self._workbench, self._host = workbench, parent
        self.serial = QLineEdit()
        self.form = Form()
        self.form.add("serial", "stock.serial.serial", self.serial)
        self.source = ListSource(key=lambda row: row["id"])
        empty = EmptyState("stock.serial.nothing", icon="search")
        self.grid = Grid(_columns(), self.source, name_key="stock.serial.moves", two_lines=True, empty=empty)
        self.body.put(self.form, self.grid)
        self.chosen.connect(lambda _: self._find())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.restyle()

    def begin(self) -> None:
        """Open with the focus in the field."""
        self.open()
        self.grid.reload()
        self.serial.setFocus(Qt.FocusReason.TabFocusReason)

    def restyle(self) -> None:
        """Room for a handful of moves."""
        super().restyle()
        if hasattr(self, "grid"):
            self.setMinimumWidth(theme().px(600))
            room = self._host.window().height() - theme().px(AROUND)
            self.grid.setMinimumHeight(min(theme().px(240), max(theme().px(LEAST), room)))
            self.serial.setMinimumHeight(theme().control_height())

    def _find(self) -> None:
        serial = self.serial.text()
        task = self._workbench.ask(lambda store: operations.serial_history(store, serial), self)
        task.on_done(self._show)

    def _show(self, rows: list[Row]) -> None:
        self.source.replace(rows)
        self.grid.reload()
        self.serial.selectAll()


def _columns() -> tuple[Column, ...]:
    return (
        Column("at", "stock.column.time", lambda row: moment_text(row["at"]), 106, needed=True),
        Column("what", "stock.serial.what", _what, 120),
        Column("product", "stock.column.product", lambda row: Cell(row["name"] or "", row["code"] or ""), stretch=True),
        Column("number", "stock.column.number", lambda row: row["number"] or "—", 136),
    )


def _what(row: Row) -> Cell:
    return Cell(i18n.tr(f"stock.serial.reason.{row['reason']}"), row["lot"])
