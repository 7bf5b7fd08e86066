"""Beside a record: that two people wrote the same of it, and the way to choose."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.platform import typeface
from desktop.platform.task import Task
from desktop.platform.workbench import Workbench
from desktop.store import clashing
from desktop.store.clashing import Clash
from desktop.widgets.clash_dialog import ClashDialog
from desktop.widgets.key_button import KeyButton
from desktop.widgets.layout import MEDIUM, SMALL, column, row
from desktop.widgets.text import Text


def beside(line: ClashLine, detail: QWidget) -> QWidget:
    """The line above what it is about."""
    whole = QWidget()
    lines = column(line, detail, gap=SMALL)
    lines.setStretch(1, 1)
    whole.setLayout(lines)
    return whole


class ClashLine(QWidget):
    """Hidden while there is nothing to choose for the person at this PC.

    Attributes:
        button: opens the choice; by its key too.
        dialog: the newest choice.
    """

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._records: frozenset[str] = frozenset()
        self._reading: Task[list[Clash]] | None = None
        self.dialog: ClashDialog | None = None
        self.sentence = Text("", typeface.SMALL, "warning", wrap=True)
        self.button = KeyButton("clashes.choose", "Ctrl+J")
        self.button.clicked.connect(self._choose)
        line = row(self.sentence, self.button, gap=MEDIUM)
        line.setStretch(0, 1)
        self.setLayout(line)
        self.hide()
        workbench.changes.changed.connect(lambda changes: self._read() if "field_clash" in changes else None)

    def show_records(self, *record_ids: str | None) -> None:
        """These records are in front, or none."""
        records = frozenset(record_id for record_id in record_ids if record_id)
        if records != self._records:
            self.hide()
        self._records = records
        self._read()

    def _read(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
        records = self._records
        if records:
            self._reading = self._workbench.ask(lambda store: clashing.open_clashes(store, records), self)
            self._reading.on_done(self._show)

    def _show(self, clashes: list[Clash]) -> None:
        mine = [clash for clash in clashes if clash.may]
        self.sentence.say("clashes.here", n=len(mine))
        self.setVisible(bool(mine))

    def _choose(self) -> None:
        self.dialog = ClashDialog(self.window(), self._workbench, self._records)
        self.dialog.begin()
