"""A PC whose session was ended: its people open it again, also without a network."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.features.sign_in.people_card import Door, PeopleCard
from desktop.platform import typeface
from desktop.platform.messages import Messages
from desktop.widgets.banner import Banner
from desktop.widgets.key_button import KeyButton, Weight
from desktop.widgets.layout import LARGE, MEDIUM, column, row
from desktop.widgets.live import Live
from desktop.widgets.text import Text


class DoorPage(Live, QWidget):
    """The people of this PC, and the way round for everybody else.

    Signals:
        entered(str): somebody proved himself by this kind of secret.
        online_asked: somebody wants to sign in at the server.
        training_asked: somebody wants to practise.
    """

    entered = Signal(str)
    online_asked = Signal()
    training_asked = Signal()

    def __init__(self, door: Door, messages: Messages, unsent: int) -> None:
        super().__init__()
        self.card = PeopleCard(door, messages, "people.door", "people.door_sentence")
        self.card.entered.connect(self.entered.emit)
        self.unsent = Text("", typeface.SMALL, "warning", wrap=True, optional=True)
        if unsent:
            self.unsent.say("people.still_unsent", n=unsent)
        other = KeyButton("people.other", weight=Weight.QUIET)
        other.clicked.connect(self.online_asked.emit)
        practise = KeyButton("training.action.enter", weight=Weight.QUIET)
        practise.clicked.connect(self.training_asked.emit)
        self.card.layout().addWidget(self.unsent)  # type: ignore[union-attr]  # it has one
        middle = row(1, column(self.card, row(practise, 1, other), gap=MEDIUM), 1)
        self.setLayout(column(1, middle, 2, margins=(LARGE, LARGE, LARGE, LARGE)))
        Banner(self).follow(messages)
        self.go_live()

    def first_focus(self) -> QWidget:
        """The secret."""
        return self.card.secret
