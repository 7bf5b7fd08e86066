"""Filling in the form that is open, by key presses; Chinese comes as an input method commits it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.widgets.entry_dialog import EntryDialog


def dialog_of(qtbot: QtBot) -> EntryDialog:
    """The form that is open."""
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), EntryDialog))
    found = QApplication.activeModalWidget()
    assert isinstance(found, EntryDialog)
    return found


def type_text(qtbot: QtBot, field: QWidget, text: str) -> None:
    """Type into a widget."""
    if text.isascii():
        QTest.keyClicks(field, text)
        return
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(field, event)


def type_in(qtbot: QtBot, dialog: EntryDialog, **texts: str) -> None:
    """Type into the fields of a form by name."""
    for name, text in texts.items():
        field = dialog.form.field(name)
        field = field.focusProxy() or field
        field.setFocus()
        QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        type_text(qtbot, field, text)


def enter(qtbot: QtBot, dialog: EntryDialog) -> None:
    """Enter in the field that has the focus."""
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
