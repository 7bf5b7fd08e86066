"""Proving oneself at the server again, so that what is sealed goes up: after a PIN alone, or a session that ended."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.platform.task import Task
from desktop.platform.workbench import Workbench
from desktop.widgets.entry_dialog import EntryDialog

FIELDS = {"bad_credentials": "password", "sign_in_locked": "password", "server_unreachable": "password"}  # nosec B105


class AgainDialog(EntryDialog):
    """The password of who works here now."""

    def __init__(self, parent: QWidget, workbench: Workbench) -> None:
        super().__init__(parent, "people.again.title", "people.again.verb", workbench.messages, FIELDS)
        self._workbench = workbench
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.sentence.say("people.again.sentence", name=workbench.people.known.person_name)
        self.sentence.show()
        self.form.add("password", "sign_in.password", self.password)

    def save(self) -> Task[Any] | None:
        """Ask the server."""
        if not self.password.text():
            self.form.show_error("password", "nothing_entered")
            return None
        return self._workbench.sign_in_at(self._workbench.people.known.server, self.password.text())

    def _saved(self, result: object) -> None:
        super()._saved(result)
        self._workbench.sync_requested.emit()
