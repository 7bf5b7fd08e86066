"""Pressing the key that an action is to have."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

import i18n
from desktop.platform import typeface
from desktop.platform.action import Action, key_label
from desktop.platform.shortcuts import TAKEN, Shortcuts, ShortcutTaken
from desktop.platform.theme import theme
from desktop.widgets.dialog import Dialog
from desktop.widgets.live import Live
from desktop.widgets.text import Text

_ALONE = (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr)
_LEAVE = (Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab)


class KeyField(Live, QLineEdit):
    """Takes the next key, whatever it is; Esc and Tab leave as everywhere.

    Signals:
        pressed(str): the key, as Qt writes it portably.
    """

    pressed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.go_live()

    def event(self, event: QEvent) -> bool:
        """No shortcut answers instead of us."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() not in _LEAVE:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A key with what is held beside it."""
        if event.key() in _LEAVE:
            event.ignore()
        elif event.key() not in _ALONE:
            sequence = QKeySequence(event.keyCombination())
            self.pressed.emit(sequence.toString(QKeySequence.SequenceFormat.PortableText))

    def restyle(self) -> None:
        """As high as the other controls."""
        self.setMinimumHeight(theme().control_height())

    def retranslate(self) -> None:
        """Its name in the language in force."""
        self.setAccessibleName(i18n.tr("settings.keys.press"))
        self.setPlaceholderText(i18n.tr("settings.keys.press"))


class KeyCapture(Dialog):
    """Asks for one key; says why one cannot be, and goes on asking. *taken* is told that it is in force."""

    def __init__(self, parent: QWidget, shortcuts: Shortcuts, action: Action, taken: Callable[[], None]) -> None:
        super().__init__(parent, "settings.keys.change")
        self._shortcuts, self._action, self._taken = shortcuts, action, taken
        self.field = KeyField()
        self.problem = Text("", typeface.SMALL, "danger", wrap=True, optional=True)
        self.sentence.say("settings.keys.ask", action=i18n.tr(action.text_key))
        self.body.put(self.field, self.problem)
        self.field.pressed.connect(self._take)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.restyle()

    def begin(self) -> None:
        """Open, listening."""
        self.open()
        self.field.setFocus(Qt.FocusReason.TabFocusReason)

    def _take(self, key: str) -> None:
        self.field.setText(key_label(key))
        try:
            self._shortcuts.assign(self._action, key, self._shortcuts.beside(self._action))
        except ShortcutTaken as error:
            self.problem.show_value(refusal(error))
            return
        self.accept()
        self._taken()


def refusal(error: ShortcutTaken) -> str:
    """Why a key cannot be given, in words."""
    words = {"cap": key_label(error.key)}
    if error.why == TAKEN and error.holder is not None:
        words["action"] = i18n.tr(error.holder.text_key)
    return i18n.tr(f"settings.keys.refused.{error.why}", **words)
