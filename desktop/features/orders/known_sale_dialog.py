"""A piece that is scanned without its receipt, and whose sale is known all the same: say so, and offer that way."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.widgets.dialog import Dialog
from desktop.widgets.key_button import Weight
from desktop.widgets.verb import Verb

SALE, FREE = "sale", "free"


class KnownSaleDialog(Dialog):
    """Enter takes it back against its sale; *chosen_way* is told ``sale`` or ``free``."""

    def __init__(self, parent: QWidget, chosen_way: Callable[[str], None]) -> None:
        verbs = [
            Verb(FREE, "orders.free.known.free", "F6"),
            Verb(SALE, "orders.free.known.sale", "Return", weight=Weight.PRIMARY),
        ]
        super().__init__(parent, "orders.free.known.title", verbs=verbs)
        self.chosen.connect(chosen_way)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
