"""Who works here now: choose a person, prove it by PIN or password. The same at the locked screen and at the door."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QListWidget, QListWidgetItem, QWidget

import i18n
from desktop.platform import typeface
from desktop.platform.messages import Messages
from desktop.platform.task import Task
from desktop.platform.theme import theme
from desktop.store.people import PersonHere
from desktop.widgets.card import Card
from desktop.widgets.key_button import Weight
from desktop.widgets.layout import MEDIUM, SMALL, column, row
from desktop.widgets.live import Live
from desktop.widgets.primary_button import PrimaryButton
from desktop.widgets.text import Text
from domain.kernel.errors import DomainError

AT_SERVER = frozenset({"no_secret_here", "password_was_changed"})
"""Refusals after which the server is asked: what was typed may be the password of somebody who is new here."""
MOST_SHOWN = 6
WIDTH = 420


@dataclass(frozen=True, slots=True)
class Door:
    """What lets people in.

    Attributes:
        people: everybody who may use this PC.
        enter: prove it by what this PC keeps; gives the kind of secret.
        at_server: prove it by the password at the server.
    """

    people: Callable[[], Sequence[PersonHere]]
    enter: Callable[[PersonHere, str], Task[str]]
    at_server: Callable[[PersonHere, str], Task[str]]


class PeopleCard(Live, QWidget):
    """The list, the field, and what was wrong.

    Signals:
        entered(str): somebody proved himself by this kind of secret.
    """

    entered = Signal(str)

    def __init__(self, door: Door, messages: Messages, title_key: str, sentence_key: str) -> None:
        super().__init__()
        self._door, self._messages = door, messages
        self._people: list[PersonHere] = []
        self._working, self._seconds = False, 0
        self.list = QListWidget()
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.secret = QLineEdit()
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        self.hint = Text("", typeface.SMALL, "secondary", wrap=True)
        self.problem = Text("", typeface.SMALL, "danger", wrap=True, optional=True)
        self.primary = PrimaryButton("people.enter", weight=Weight.PRIMARY)
        self._second = QTimer(self)
        self._second.setInterval(1000)
        said = Text(sentence_key, colour="secondary", wrap=True)
        card = Card("", Text(title_key, typeface.HEADING), said, self.list, self.secret, gap=MEDIUM)
        card.body.put(self.hint, self.problem, row(1, self.primary))
        self.setLayout(column(card, gap=SMALL))
        self._connect()
        self.go_live()
        self.refresh()

    def _connect(self) -> None:
        self.primary.clicked.connect(self.begin)
        self.secret.returnPressed.connect(self.begin)
        self.list.currentRowChanged.connect(lambda _: self._chosen_changed())
        self._second.timeout.connect(self._tick)

    def refresh(self) -> None:
        """Read again who there is; the first is chosen: who works here now."""
        self._people = list(self._door.people())
        self.list.clear()
        for person in self._people:
            self.list.addItem(QListWidgetItem(self._line(person)))
        self.list.setCurrentRow(0)
        self.secret.clear()
        self._say_problem("")
        self.restyle()

    @property
    def person(self) -> PersonHere | None:
        """Who is chosen."""
        at = self.list.currentRow()
        return self._people[at] if 0 <= at < len(self._people) else None

    def choose(self, person_id: str) -> None:
        """Choose somebody."""
        self.list.setCurrentRow([person.person_id for person in self._people].index(person_id))

    def begin(self) -> None:
        """Try what was typed: here, and at the server when nothing here can know it."""
        person, secret = self.person, self.secret.text()
        if person is None or self._working or self._seconds or not secret:
            return
        self._set_working(True)
        if person.is_new:
            self._ask_server(person, secret)
            return
        task = self._door.enter(person, secret)
        task.on_done(self._done).on_error(lambda error: self._failed(person, secret, error))

    def _ask_server(self, person: PersonHere, secret: str) -> None:
        self._door.at_server(person, secret).on_done(self._done).on_error(self._refused)

    def _failed(self, person: PersonHere, secret: str, error: BaseException) -> None:
        code = error.code if isinstance(error, DomainError) else ""
        may_be_password = not (person.has_password or secret.isdigit())
        if code in AT_SERVER or (code == "secret_wrong" and may_be_password):
            self._ask_server(person, secret)
        else:
            self._refused(error)

    def _refused(self, error: BaseException) -> None:
        self._set_working(False)
        self.secret.clear()
        self.secret.setFocus()
        if not isinstance(error, DomainError):
            self._messages.report(error, where="people")
            return
        self._say_problem(error.code, **error.params)

    def _done(self, kind: str) -> None:
        self._set_working(False)
        self.secret.clear()
        self._say_problem("")
        self.entered.emit(kind)

    def _set_working(self, working: bool) -> None:
        self._working = working
        self.primary.setEnabled(not working and not self._seconds)

    def _say_problem(self, code: str, **params: object) -> None:
        seconds = params.get("seconds", 0)
        self._seconds = seconds if isinstance(seconds, int) else 0
        self._told = (code, params)
        self._second.stop()
        if self._seconds:
            self._second.start()
        self.primary.setEnabled(not self._working and not self._seconds)
        self._tell_problem()

    def _tell_problem(self) -> None:
        code, params = self._told
        words = i18n.message(code, {**params, "seconds": self._seconds}) if code else ""
        self.problem.show_value(words)
        self.secret.setAccessibleDescription(words)

    def _tick(self) -> None:
        """One second less to wait; at the end the words go and the next attempt may begin."""
        self._seconds -= 1
        if self._seconds <= 0:
            self._say_problem("")
        else:
            self._tell_problem()

    def _chosen_changed(self) -> None:
        self._say_problem("")
        self.secret.clear()
        person = self.person
        self.hint.say("people.hint_new" if person and person.is_new else "people.hint")

    def _line(self, person: PersonHere) -> str:
        parts = [person.name, i18n.tr(f"network.role.{person.role}")]
        if person.current:
            parts.append(i18n.tr("people.current"))
        elif person.is_new:
            parts.append(i18n.tr("people.new"))
        return " · ".join(parts)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrows choose the person while the field has the focus."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if step and self._people:
            self.list.setCurrentRow(max(0, min(self.list.currentRow() + step, len(self._people) - 1)))
            return
        super().keyPressEvent(event)

    def restyle(self) -> None:
        """As many people as fit without scrolling, up to a few; finger-high lines."""
        px = theme().px
        self.setFixedWidth(px(WIDTH))
        height = px(36)
        for at in range(self.list.count()):
            self.list.item(at).setSizeHint(QSize(height, height))
        self.list.setFixedHeight(height * max(1, min(MOST_SHOWN, self.list.count())) + px(4))
        self.secret.setMinimumHeight(theme().control_height())

    def retranslate(self) -> None:
        """Names, roles and what was wrong, in the language in force."""
        self.list.setAccessibleName(i18n.tr("people.list"))
        self.secret.setAccessibleName(i18n.tr("people.secret"))
        self.secret.setPlaceholderText(i18n.tr("people.secret"))
        for at, person in enumerate(self._people):
            self.list.item(at).setText(self._line(person))
        if self._people:
            self._tell_problem()
