"""Whose sale it is: find another customer, or the walk-in."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.platform.theme import theme
from desktop.platform.workbench import Workbench
from desktop.widgets.customer_box import CustomerBox
from desktop.widgets.dialog import Dialog
from desktop.widgets.verb import Verb

WALK_IN = "walk_in"


class ReassignDialog(Dialog):
    """One box to find; *chosen* is told the customer's id, None for the walk-in."""

    def __init__(self, parent: QWidget, workbench: Workbench, chosen: Callable[[str | None], None]) -> None:
        verbs = (Verb(WALK_IN, "widgets.customer.walk_in", "F6"),)
        super().__init__(parent, "sync_centre.ask.reassign.title", "sync_centre.ask.reassign.sentence", verbs=verbs)
        self._tell = chosen
        self.box = CustomerBox(workbench)
        self.body.put(self.box)
        self.body.addStretch(1)
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

    def _pick(self, customer_id: object) -> None:
        self.accept()
        self._tell(str(customer_id))
