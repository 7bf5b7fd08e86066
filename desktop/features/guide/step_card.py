"""One step: what it is for, what to do, and the way past it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.widgets.card import Card
from desktop.widgets.chip import Chip
from desktop.widgets.flow import Flow
from desktop.widgets.key_button import KeyButton, Weight
from desktop.widgets.layout import MEDIUM, SMALL, column, row
from desktop.widgets.text import Text

OPEN, DONE, SKIPPED = "open", "done", "skipped"
TONES = {OPEN: "neutral", DONE: "success", SKIPPED: "warning"}


class StepCard(Card):
    """Shown whole while it is its turn, and otherwise as one line that can be opened again.

    Attributes:
        state: open, done or skipped.

    Signals:
        skipped: go on without it.
        opened: show it whole.
    """

    skipped = Signal()
    opened = Signal()

    def __init__(self, step: str, content: Sequence[QWidget], verbs: Sequence[KeyButton]) -> None:
        self._chip, self._again = Chip(), KeyButton("guide.again", weight=Weight.QUIET)
        beside = QWidget()
        beside.setLayout(row(self._again, self._chip))
        super().__init__(f"guide.{step}.title", beside=beside, gap=SMALL)
        self.state = OPEN
        skip = KeyButton("guide.skip", weight=Weight.QUIET)
        skip.clicked.connect(self.skipped.emit)
        self._again.clicked.connect(self.opened.emit)
        self._inside = QWidget()
        line = QWidget()
        line.setLayout(Flow(*verbs, skip))
        sentence = Text(f"guide.{step}.sentence", colour="secondary", wrap=True)
        self._inside.setLayout(column(sentence, *content, line, gap=MEDIUM))
        self.body.put(self._inside)
        self.show_state(OPEN, whole=True)

    def show_state(self, state: str, *, whole: bool) -> None:
        """How far it is, and whether it is its turn."""
        self.state = state
        self._chip.say(f"guide.state.{state}", TONES[state])
        self._inside.setVisible(whole)
        self._again.setHidden(whole)
        self.emphasise(whole)
