"""What the examination of this PC's data saw."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.features.sync_centre.operations import Check
from desktop.widgets.chip import Chip
from desktop.widgets.dialog import Dialog
from desktop.widgets.layout import MEDIUM, row
from desktop.widgets.text import Text


class CheckDialog(Dialog):
    """One line per check, with its verdict."""

    def __init__(self, parent: QWidget, checks: list[Check]) -> None:
        fine = all(check.ok for check in checks)
        sentence = "sync_centre.check.fine" if fine else "sync_centre.check.not_fine"
        super().__init__(parent, "sync_centre.check.title", sentence)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for check in checks:
            verdict = Chip("sync_centre.check.ok" if check.ok else "sync_centre.check.wrong")
            verdict.say(
                "sync_centre.check.ok" if check.ok else "sync_centre.check.wrong", "success" if check.ok else "danger"
            )
            detail = Text("", colour="secondary")
            detail.show_value(check.detail)
            self.body.put(row(Text(f"sync_centre.check.{check.name}"), detail, 1, verdict, gap=MEDIUM))
