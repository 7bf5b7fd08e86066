"""A question in front of the screen: what it is about, one sentence, and verbs to answer with."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QWidget

import i18n
from desktop.platform import typeface
from desktop.platform.theme import theme
from desktop.widgets.focus_return import FocusReturn
from desktop.widgets.key_button import KeyButton, Weight
from desktop.widgets.layout import LARGE, MEDIUM, WIDE, column, row
from desktop.widgets.live import Live
from desktop.widgets.text import Text
from desktop.widgets.verb import Verb

LEAST_WIDTH = 372
"""Pixels at 100 % for a sentence to be read."""


class Dialog(Live, QDialog):
    """Opened with :meth:`open`, which does not block. Esc goes back; the focus returns to where it was.

    Attributes:
        body: the layout between the sentence and the verbs.
        sentence: the sentence's label.

    Signals:
        chosen(str): id of the verb; the dialog closes itself, unless :attr:`keeps_open` is set.
        went_back: Esc, or the window's own close.
    """

    chosen = Signal(str)
    went_back = Signal()

    def __init__(
        self,
        parent: QWidget | None,
        title_key: str,
        sentence_key: str = "",
        verbs: Sequence[Verb] = (),
        *,
        back_key: str = "widgets.dialog.back",
        keeps_open: bool = False,
    ) -> None:
        super().__init__(parent)
        self._title_key = title_key
        self.keeps_open = keeps_open
        self._focus = FocusReturn()
        self.setModal(True)
        self.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, on=False)
        self.sentence = Text(sentence_key, typeface.BODY, wrap=True, optional=True)
        self.body = column(gap=MEDIUM)
        back = KeyButton(back_key, "Esc")
        back.clicked.connect(self.reject)
        self._buttons = {verb.id: self._button(verb) for verb in verbs}
        self._title = Text(title_key, typeface.HEADING)
        self._verbs = [back, *(self._buttons[verb.id] for verb in sorted(verbs, key=_stands_last))]
        last = row(1, *self._verbs)
        self.setLayout(
            column(self._title, self.sentence, self.body, last, gap=LARGE, margins=(WIDE, WIDE, WIDE, LARGE))
        )
        self.finished.connect(self._finished)
        self.go_live()

    def button(self, verb_id: str) -> KeyButton:
        """The button of a verb: to enable it once the entry makes sense."""
        return self._buttons[verb_id]

    def ask(self, sentence_key: str, **params: object) -> None:
        """Put the sentence with its parameters, and open."""
        self.sentence.say(sentence_key, **params)
        self.open()

    def showEvent(self, event: QShowEvent) -> None:
        """Remember who had the focus."""
        self._focus = FocusReturn()
        self._order_tabs()
        super().showEvent(event)

    def event(self, event: QEvent) -> bool:
        """Never lower than what is in it: Qt forgets that a text which wraps is higher than its least height."""
        done = super().event(event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            needed = self.needed_height(self.width())
            if needed > self.height():
                self.resize(self.width(), needed)
        return done

    def needed_height(self, width: int) -> int:
        """The least height, in pixels, at which everything in it can be read."""
        layout = self.layout()
        if layout is None:
            return 0
        # Less than nothing: no text in it wraps.
        return max(layout.totalMinimumHeightForWidth(width), layout.totalMinimumSize().height())

    def reject(self) -> None:
        """Back, with nothing done."""
        super().reject()
        self.went_back.emit()

    def restyle(self) -> None:
        """Wide enough for a sentence to be read."""
        self._title.setMinimumWidth(theme().px(LEAST_WIDTH))

    def retranslate(self) -> None:
        """The window's title in the language in force."""
        self.setWindowTitle(i18n.tr(self._title_key))

    def _order_tabs(self) -> None:
        """First what is to be filled in, then the verbs; the focus begins in the first field."""
        parts = [each for each in self.findChildren(QWidget) if each.window() is self and each not in self._verbs]
        fields = [each for each in parts if _takes_tab(each)]
        for before, after in pairwise([*fields, *self._verbs]):
            self.setTabOrder(before, after)
        if fields and self.focusWidget() in (None, *self._verbs):
            fields[0].setFocus(Qt.FocusReason.TabFocusReason)

    def _button(self, verb: Verb) -> KeyButton:
        button = KeyButton(verb.text_key, verb.key, weight=verb.weight)
        if verb.weight is Weight.PRIMARY or (verb.weight is Weight.DANGER and verb.enters and not verb.key):
            button.setDefault(True)
            if verb.enters and not verb.key:
                button.show_key("Return")
        button.clicked.connect(lambda: self._choose(verb.id))
        return button

    def _choose(self, verb_id: str) -> None:
        if not self.keeps_open:
            self.accept()
        self.chosen.emit(verb_id)

    def _finished(self) -> None:
        behind = self.parentWidget()
        if not self._focus.give_back() and behind is not None:
            behind.activateWindow()  # opened right after another dialog: whoever follows says where the focus goes


def _stands_last(verb: Verb) -> bool:
    """The way back stands first in every dialog, what one came for last."""
    return verb.weight in (Weight.PRIMARY, Weight.DANGER)


def _takes_tab(widget: QWidget) -> bool:
    tab = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    return bool(tab) and widget.isEnabled() and widget.focusProxy() is None
