"""Whose sale it is: find another customer, or the walk-in."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

import i18n
from desktop.platform.task import Task
from desktop.platform.theme import theme
from desktop.platform.workbench import Workbench
from desktop.store import customers
from desktop.widgets.dialog import Dialog
from desktop.widgets.figures import masked_phone
from desktop.widgets.result_list import Result
from desktop.widgets.scan_box import ScanBox
from desktop.widgets.verb import Verb
from domain.kernel.channels import Row

WALK_IN = "walk_in"


class ReassignDialog(Dialog):
    """One box to find; *chosen* is told the customer's id, None for the walk-in."""

    def __init__(self, parent: QWidget, workbench: Workbench, chosen: Callable[[str | None], None]) -> None:
        verbs = (Verb(WALK_IN, "widgets.customer.walk_in"),)
        super().__init__(parent, "sync_centre.ask.reassign.title", "sync_centre.ask.reassign.sentence", verbs=verbs)
        self._workbench, self._tell = workbench, chosen
        self._searching: Task[list[Row]] | None = None
        self.box = ScanBox("widgets.customer.find", "widgets.customer.hint", "F3")
        self.body.put(self.box)
        self.body.addStretch(1)
        self.box.searched.connect(self._search)
        self.box.picked.connect(self._pick)
        self.chosen.connect(lambda _: self._tell(None))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.restyle()

    def begin(self) -> None:
        """Open with the focus in the box."""
        self.open()
        self.box.setFocus(Qt.FocusReason.TabFocusReason)

    def restyle(self) -> None:
        """Room for the list of hits."""
        super().restyle()
        self.setMinimumSize(theme().px(460), theme().px(360))

    def _search(self, text: str) -> None:
        if self._searching is not None:
            self._searching.cancel()
        if text.strip():
            self._searching = self._workbench.ask(lambda store: customers.find_customers(store, text), self)
            self._searching.on_done(lambda rows: self.box.show_results([_result(row) for row in rows], text))

    def _pick(self, customer_id: object) -> None:
        self.accept()
        self._tell(str(customer_id))


def _result(row: Row) -> Result:
    name = row["name"] or row["code"] or i18n.tr("widgets.customer.unnamed")
    return Result(name, masked_phone(row["phone"]), "", row["grade"], data=row["id"])
