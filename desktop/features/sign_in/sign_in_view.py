"""Signing in: server, name and password once; from then on the counter opens by itself, also without network."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

import i18n
from desktop.platform import typeface
from desktop.platform.messages import Messages
from desktop.platform.task import Task
from desktop.platform.theme import theme
from desktop.store.identity import Identity
from desktop.widgets.card import Card
from desktop.widgets.form import Form
from desktop.widgets.key_button import KeyButton, Weight
from desktop.widgets.layout import LARGE, MEDIUM, SMALL, column, row
from desktop.widgets.live import Live
from desktop.widgets.primary_button import PrimaryButton
from desktop.widgets.text import Text
from domain.kernel.errors import DomainError

Enrol = Callable[[str, str, str], Task[Identity]]
FIELDS = {
    "bad_server_url": "server",
    "server_unreachable": "server",
    "other_server": "server",
    "bad_credentials": "password",
    "sign_in_locked": "password",
    "other_dealer": "user",
}


class SignInPage(Live, QWidget):
    """The first screen of a new PC.

    Signals:
        signed_in(Identity): this PC is a device of the network and somebody is signed in.
        back_asked: back to the people whom this PC knows.
        training_asked: somebody wants to practise.
    """

    signed_in = Signal(object)
    back_asked = Signal()
    training_asked = Signal()

    def __init__(self, enrol: Enrol, messages: Messages, server: str, *, may_go_back: bool = False) -> None:
        super().__init__()
        self._enrol, self._messages = enrol, messages
        self.server, self.user, self.password = QLineEdit(server), QLineEdit(), QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.form = Form()
        self.form.add("server", "sign_in.server", self.server, "sign_in.server_hint")
        self.form.add("user", "sign_in.user", self.user)
        self.form.add("password", "sign_in.password", self.password)
        self._said = Text("sign_in.sentence", colour="secondary", wrap=True)
        self.primary = PrimaryButton("sign_in.begin")
        self.primary.weight = Weight.PRIMARY
        self.primary.clicked.connect(self.begin)
        for field in (self.server, self.user, self.password):
            field.returnPressed.connect(self.begin)
        back = KeyButton("widgets.dialog.back", weight=Weight.QUIET) if may_go_back else None
        if back is not None:
            back.clicked.connect(self.back_asked.emit)
        practise = KeyButton("training.action.enter", weight=Weight.QUIET)
        practise.clicked.connect(self.training_asked.emit)
        verbs = row(back, practise, 1, self.primary)
        self._card = Card("", Text("sign_in.title", typeface.HEADING), self._said, self.form, verbs, gap=MEDIUM)
        self.setLayout(column(1, row(1, self._card, 1), 2, gap=SMALL, margins=(LARGE, LARGE, LARGE, LARGE)))
        self.go_live()

    def first_focus(self) -> QWidget:
        """The first field that is still empty."""
        return next((one for one in (self.server, self.user) if not one.text()), self.password)

    def restyle(self) -> None:
        """Wide enough to read an address."""
        self._card.setFixedWidth(theme().px(460))
        for field in (self.server, self.user, self.password):
            field.setMinimumHeight(theme().control_height())

    def retranslate(self) -> None:
        """The example of an address."""
        self.server.setPlaceholderText(i18n.tr("sign_in.server_example"))

    def begin(self) -> None:
        """Sign in with what was entered; errors stand at their field and the entry stays."""
        if not self.primary.isEnabled():
            return
        self.form.clear_errors()
        for name, field in (("server", self.server), ("user", self.user), ("password", self.password)):
            if not field.text().strip():
                self.form.show_error(name, "nothing_entered")
                return
        self._working(True)
        task = self._enrol(self.server.text().strip(), self.user.text().strip(), self.password.text())
        task.on_done(self._done).on_error(self._failed)

    def _working(self, working: bool) -> None:
        self.primary.setEnabled(not working)
        self._said.say("sign_in.working" if working else "sign_in.sentence")

    def _done(self, identity: Identity) -> None:
        self.password.clear()
        self._working(False)
        self.signed_in.emit(identity)

    def _failed(self, error: BaseException) -> None:
        self._working(False)
        name = FIELDS.get(error.code) if isinstance(error, DomainError) else None
        if name is not None and isinstance(error, DomainError):
            self.form.show_error(name, error.code, error.params)
        else:
            self._messages.report(error, where="sign_in")
