"""Where the server is. Another address is taken with the password, and only when the same network answers there."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit

import i18n
from desktop.platform.settings import SERVER_URL
from desktop.platform.theme import theme
from desktop.platform.workbench import Workbench
from desktop.store.identity import Identity
from desktop.widgets.card import Card
from desktop.widgets.form import Form
from desktop.widgets.key_button import KeyButton
from desktop.widgets.layout import row
from desktop.widgets.live import Live
from domain.kernel.errors import DomainError

FIELDS = {
    "bad_server_url": "server",
    "server_unreachable": "server",
    "other_server": "server",
    "other_dealer": "server",
    "bad_credentials": "password",
    "sign_in_locked": "password",
}


class ServerCard(Live, Card):
    """The address, and the password that another one asks for.

    Attributes:
        server, password: the fields.
        form: the rows they stand in.
        change: goes to the address.
    """

    def __init__(self, workbench: Workbench) -> None:
        self._workbench = workbench
        self.server, self.password = QLineEdit(), QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.form = Form()
        self.form.add("server", "settings.server_address", self.server, "settings.server_hint")
        self.form.add("password", "settings.server_password", self.password)
        self.change = KeyButton("settings.server_change")
        super().__init__("settings.server_title", self.form, row(self.change, 1))
        self.change.clicked.connect(self._begin)
        self.password.returnPressed.connect(self._begin)
        self.go_live()
        self.show_known()

    def show_known(self) -> None:
        """The address in force; what was typed is dropped."""
        self.server.setText(self._workbench.store.known.server)
        self.password.clear()
        self.form.clear_errors()

    def restyle(self) -> None:
        """As high as the other controls."""
        for field in (self.server, self.password):
            field.setMinimumHeight(theme().control_height())

    def retranslate(self) -> None:
        """Whose password is asked for."""
        self.password.setPlaceholderText(i18n.tr("settings.server_whose", name=self._workbench.store.known.person_name))

    def _begin(self) -> None:
        if not self.change.isEnabled():
            return
        self.form.clear_errors()
        for name, field in (("server", self.server), ("password", self.password)):
            if not field.text().strip():
                self.form.show_error(name, "nothing_entered")
                return
        self.change.setEnabled(False)
        task = self._workbench.sign_in_at(self.server.text().strip(), self.password.text())
        task.on_done(self._done).on_error(self._failed)

    def _done(self, identity: Identity) -> None:
        self.change.setEnabled(True)
        self._workbench.settings.set(SERVER_URL, identity.server)
        self.show_known()
        self._workbench.messages.success("settings.server_changed", url=identity.server)
        self._workbench.sync_requested.emit()

    def _failed(self, error: BaseException) -> None:
        """Nothing was changed: the address in force stays, and what was typed too."""
        self.change.setEnabled(True)
        name = FIELDS.get(error.code) if isinstance(error, DomainError) else None
        if name is not None and isinstance(error, DomainError):
            self.form.show_error(name, error.code, error.params)
        else:
            self._workbench.messages.report(error, where="settings")
