"""Why a document is taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.platform.messages import Messages
from desktop.platform.task import Task
from desktop.platform.theme import theme
from desktop.widgets.entry_dialog import EntryDialog
from desktop.widgets.key_button import Weight

LONGEST = 200
GOES_ON = "change"
"""Of the ways the one after which the document is made anew; after the others nothing comes of it."""


class ReasonDialog(EntryDialog):
    """One line that must be filled in; *work* begins what it is the reason of.

    Args:
        way: ``void``, ``change``, ``strike_off`` or ``refuse``: which words are used.
    """

    def __init__(self, parent: QWidget, way: str, messages: Messages, work: Callable[[str], Task[Any]]) -> None:
        self.line = QLineEdit()
        self.line.setMaxLength(LONGEST)
        title, verb = f"sync_centre.ask.{way}.title", f"sync_centre.ask.{way}.verb"
        weight = Weight.PRIMARY if way == GOES_ON else Weight.DANGER
        super().__init__(parent, title, verb, messages, {"no_reason": "reason"}, weight=weight)
        self._work = work
        self.form.add("reason", "sync_centre.ask.reason", self.line)
        self.sentence.say(f"sync_centre.ask.{way}.sentence")
        self.restyle()

    def restyle(self) -> None:
        """As high as the other fields."""
        super().restyle()
        self.line.setMinimumHeight(theme().control_height())

    def save(self) -> Task[Any] | None:
        """Only with a reason."""
        reason = self.line.text().strip()
        if not reason:
            self.form.show_error("reason", "no_reason")
            return None
        return self._work(reason)
