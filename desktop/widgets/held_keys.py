"""What a scan must not leave behind: keys kept back from a widget, and the text of an input as it was before."""

from __future__ import annotations

from dataclasses import dataclass

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtWidgets import QLineEdit


@dataclass(frozen=True, slots=True)
class Before:
    """An input's text, cursor and selection before the first character of a possible scan."""

    field: QLineEdit
    text: str
    cursor: int
    selection: tuple[int, int] | None

    @classmethod
    def of(cls, field: QLineEdit) -> Before:
        """As it is now."""
        selected = (field.selectionStart(), len(field.selectedText())) if field.hasSelectedText() else None
        return cls(field, field.text(), field.cursorPosition(), selected)

    def restore(self) -> None:
        """Put everything back, if the input is still there."""
        if not shiboken6.isValid(self.field):
            return
        if self.field.text() != self.text:
            self.field.setText(self.text)
        self.field.setCursorPosition(self.cursor)
        if self.selection is not None:
            self.field.setSelection(*self.selection)


class HeldKeys:
    """Key events kept back until it is clear whether a person typed them."""

    def __init__(self) -> None:
        self._events: list[tuple[QWindow, QKeyEvent]] = []
        self._pressed: set[int] = set()

    def hold(self, window: QWindow, event: QKeyEvent) -> None:
        """Keep a press or a release back."""
        self._events.append((window, _copy(event)))
        if event.type() == QEvent.Type.KeyPress:
            self._pressed.add(event.key())

    def has_pressed(self, key: int) -> bool:
        """Whether the press of that key is kept back, so that its release must be too."""
        return key in self._pressed

    def is_empty(self) -> bool:
        """Whether nothing is kept back."""
        return not self._events

    def drop(self) -> None:
        """It was a scan: nobody gets them."""
        self._events.clear()
        self._pressed.clear()

    def release(self) -> None:
        """A person typed: deliver them in order."""
        events, self._events = self._events, []
        self._pressed.clear()
        for window, event in events:
            if shiboken6.isValid(window):
                QCoreApplication.sendEvent(window, event)


def _copy(event: QKeyEvent) -> QKeyEvent:
    return QKeyEvent(
        event.type(),
        event.key(),
        event.modifiers(),
        event.nativeScanCode(),
        event.nativeVirtualKey(),
        event.nativeModifiers(),
        event.text(),
        event.isAutoRepeat(),
        event.count(),
    )
