"""Two values of one field side by side, and the choice between them."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.platform.changes import ChangeSet
from desktop.platform.theme import theme
from desktop.platform.workbench import Workbench
from desktop.store import clashing
from desktop.store.clashing import Clash
from desktop.widgets.clash_columns import CLASH_COLUMNS
from desktop.widgets.dialog import Dialog
from desktop.widgets.grid import Grid, ListSource
from desktop.widgets.verb import Verb
from domain.kernel.clash import OTHER, STAYS

WIDTH, HEIGHT = 620, 190


class ClashDialog(Dialog):
    """What is open about some records; it closes itself when nothing is left to choose.

    Attributes:
        grid: one line per field: what stands there, and the other value. The arrows choose the line.
    """

    def __init__(self, parent: QWidget, workbench: Workbench, record_ids: Collection[str]) -> None:
        verbs = (Verb(STAYS, "clashes.verb.stays", "F7"), Verb(OTHER, "clashes.verb.other", "F8"))
        super().__init__(parent, "clashes.title", "clashes.sentence", verbs, keeps_open=True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._workbench = workbench
        self._records = frozenset(record_ids)
        self._source = ListSource(key=lambda clash: clash.id)
        self.grid = Grid(CLASH_COLUMNS, self._source, name_key="clashes.title", two_lines=True)
        self.grid.current_changed.connect(lambda _: self._offer())
        self.body.put(self.grid)
        self.chosen.connect(self._choose)
        workbench.changes.changed.connect(self._changed)
        self.restyle()
        self._offer()

    def begin(self) -> None:
        """Read, and open with the first line chosen."""
        self._read()
        self.open()
        self.grid.table.setFocus()

    def restyle(self) -> None:
        """Wide enough for both values."""
        super().restyle()
        if hasattr(self, "grid"):
            self.grid.setMinimumSize(theme().px(WIDTH), theme().px(HEIGHT))

    def _read(self) -> None:
        self._workbench.ask(lambda store: clashing.open_clashes(store, self._records), self).on_done(self._show)

    def _show(self, clashes: list[Clash]) -> None:
        if not clashes:
            self.accept()
            return
        self._source.replace(clashes)
        self.grid.reload()
        if self.grid.table.current_row() < 0:
            self.grid.table.go_to(0)
        self._offer()

    def _changed(self, change_set: ChangeSet) -> None:
        """Somebody else may have chosen meanwhile."""
        if "field_clash" in change_set:
            self._read()

    def _offer(self) -> None:
        current: Clash | None = self.grid.current()
        for verb in (STAYS, OTHER):
            self.button(verb).setEnabled(current is not None and current.may)

    def _choose(self, keep: str) -> None:
        clash: Clash | None = self.grid.current()
        if clash is None:
            return
        task = self._workbench.do(lambda store: clashing.settle(store, clash.id, keep), self)
        task.on_error(self._workbench.messages.report).on_done(lambda _: self._read())
