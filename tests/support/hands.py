"""Hands and a scanner at one window: real key events at a speed, on a clock that tests turn."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

FAST, SLOW = 0.005, 0.200
MINUTE = 60_000
"""A pause that no stall of the machine reaches: bursts end by their Enter alone."""

PLAIN = Qt.KeyboardModifier.NoModifier


class Hands:
    """Types on a window, and is the clock of :class:`desktop.widgets.scanner.Scanner`.

    Attributes:
        now: seconds.
        window: where the keys go.
    """

    def __init__(self) -> None:
        self.now = 100.0
        self.window = QWidget()

    def __call__(self, event: QEvent) -> float:
        """The time of an event."""
        return self.now

    def key(self, key: Qt.Key, gap: float = SLOW, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
        """Press and release a key, *gap* seconds after the one before."""
        self.now += gap
        QTest.keyClick(self.window.windowHandle(), key, modifiers)

    def type(self, text: str, gap: float = SLOW) -> None:
        """Characters one after the other."""
        for character in text:
            self.now += gap
            self.click(character)

    def click(self, character: str, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
        """One character now."""
        as_qt_takes_it: Any = character
        QTest.keyClick(self.window.windowHandle(), as_qt_takes_it, modifiers)

    def scan(self, text: str, end: Qt.Key | None = Qt.Key.Key_Return) -> None:
        """A scan after a pause."""
        self.now += 1
        self.type(text, FAST)
        if end is not None:
            self.key(end, FAST)
