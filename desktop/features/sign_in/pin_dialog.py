"""Choosing the PIN by which one unlocks and switches on this PC."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.platform.task import Task
from desktop.platform.workbench import Workbench
from desktop.store.vault import LONGEST_PIN
from desktop.widgets.entry_dialog import EntryDialog

FIELDS = {"pin_not_digits": "pin", "pin_too_short": "pin", "pin_too_simple": "pin"}


def pin_line() -> QLineEdit:
    """A line for a PIN that shows dots."""
    line = QLineEdit()
    line.setEchoMode(QLineEdit.EchoMode.Password)
    line.setMaxLength(LONGEST_PIN)
    return line


class PinDialog(EntryDialog):
    """A PIN, twice. Esc leaves it for another time: the password goes on working."""

    def __init__(self, parent: QWidget, workbench: Workbench) -> None:
        super().__init__(parent, "people.pin.title", "people.pin.save", workbench.messages, FIELDS)
        self._workbench = workbench
        self.pin, self.again = pin_line(), pin_line()
        self.sentence.say("people.pin.sentence", name=workbench.people.current.name)
        self.sentence.show()
        self.form.add("pin", "people.pin.field", self.pin, "people.pin.hint")
        self.form.add("again", "people.pin.again", self.again)

    def save(self) -> Task[Any] | None:
        """Wrap on the writer: it takes a moment."""
        pin = self.pin.text()
        if pin != self.again.text():
            self.form.show_error("again", "pins_differ")
            return None
        people = self._workbench.people
        return self._workbench.write(lambda _store: people.set_pin(pin), self)

    def _saved(self, result: object) -> None:
        super()._saved(result)
        self._workbench.messages.success("people.pin_set")
