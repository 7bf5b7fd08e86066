"""Recognises a scanner that types like a keyboard, whatever has the focus and whatever the input method."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QLineEdit

from desktop.widgets.burst import GAP_SECONDS, Burst, is_taken
from desktop.widgets.event_clock import Clock, EventClock
from desktop.widgets.held_keys import Before, HeldKeys

_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
_SILENT = (Qt.Key.Key_Shift, Qt.Key.Key_CapsLock, Qt.Key.Key_AltGr, Qt.Key.Key_NumLock)
_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
PAUSE_MILLISECONDS = round(GAP_SECONDS * 1_000) + 10
"""After so long without a key nothing more belongs to a scan."""


class Scanner(QObject):
    """An event filter on the whole application.

    Characters for an input are let through and taken back once they prove to be a scan; for everything else they are
    kept back for 50 ms, so that a scan presses no button and starts no action. The scan's Enter goes to nobody,
    control characters and key combinations inside a scan are dropped.

    Signals:
        scanned(str): a code, cleaned. The main window hands it to the screen that is open.
    """

    scanned = Signal(str)

    def __init__(
        self, clock: Clock | None = None, parent: QObject | None = None, *, pause_ms: int = PAUSE_MILLISECONDS
    ) -> None:
        super().__init__(parent)
        self._clock = clock or EventClock()
        self._burst = Burst()
        self._held = HeldKeys()
        self._before: Before | None = None
        self._composing = ""
        self._swallowed: set[int] = set()
        self._replaying = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(pause_ms)
        self._pause.timeout.connect(self.settle)

    def install(self, application: QApplication) -> None:
        """Watch every key from now on."""
        application.installEventFilter(self)

    def settle(self) -> None:
        """The keys have paused: a scan without Enter is complete, anything else was a person."""
        if self._burst.recognised:
            self._finish()
        else:
            self._give_up()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt's hook; True keeps an event from its receiver."""
        kind = event.type()
        if self._replaying:
            return False
        if kind == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            return self._keep_from_shortcuts(event)
        if isinstance(watched, QWindow) and isinstance(event, QKeyEvent):
            if kind == QEvent.Type.KeyPress:
                return self._press(watched, event)
            if kind == QEvent.Type.KeyRelease:
                return self._release(watched, event)
        if kind == QEvent.Type.InputMethod and isinstance(event, QInputMethodEvent):
            return self._compose(event)
        return False

    def _keep_from_shortcuts(self, event: QKeyEvent) -> bool:
        """Keys inside a scan belong to nobody's shortcut."""
        if not self._burst.in_rhythm(self._clock(event)):
            return False
        if len(self._burst) < 2 and event.modifiers() & _COMMANDS:
            return False
        event.accept()
        return True

    def _press(self, window: QWindow, event: QKeyEvent) -> bool:
        now = self._clock(event)
        if event.key() in _SILENT:
            return False
        if event.isAutoRepeat():
            self._give_up()
            return False
        if len(self._burst) and not self._burst.in_rhythm(now):
            self.settle()
        if event.key() in _ENDS:
            return self._end(event, now)
        if event.modifiers() & _COMMANDS or not is_taken(event.text()):
            return self._drop_inside_scan(event, now)
        return self._character(window, event, now)

    def _end(self, event: QKeyEvent, now: float) -> bool:
        if self._burst.is_late_enter(now):
            self._swallowed.add(event.key())
            return True
        if not self._burst.is_closed_by_enter(now):
            self._give_up()
            return False
        self._swallowed.add(event.key())
        self._take_back()
        self._finish()
        return True

    def _drop_inside_scan(self, event: QKeyEvent, now: float) -> bool:
        """A control character, a combination or a key without text: part of a scan only when one is under way."""
        if len(self._burst) < 2:
            self._give_up()
            return False
        self._burst.beat(now, event.text())
        self._swallowed.add(event.key())
        self._pause.start()
        return True

    def _character(self, window: QWindow, event: QKeyEvent, now: float) -> bool:
        field = QApplication.focusWidget()
        popup = QApplication.activePopupWidget() is not None
        into_field = isinstance(field, QLineEdit) and not field.isReadOnly() and not popup
        if not len(self._burst) and isinstance(field, QLineEdit):
            self._before = Before.of(field)
        was_scan = self._burst.recognised
        if self._burst.feed(event.text(), now):
            self._take_back()
        self._pause.start()
        if was_scan or self._burst.recognised:
            self._swallowed.add(event.key())
            return True
        if into_field and self._held.is_empty():
            return False
        self._held.hold(window, event)
        return True

    def _release(self, window: QWindow, event: QKeyEvent) -> bool:
        if self._held.has_pressed(event.key()):
            self._held.hold(window, event)
            return True
        if event.key() in self._swallowed:
            self._swallowed.discard(event.key())
            return True
        return False

    def _compose(self, event: QInputMethodEvent) -> bool:
        """With an input method on, a scan's characters arrive as compositions that grow one by one."""
        composed = event.preeditString().replace("'", "").replace(" ", "")
        committed = event.commitString()
        # What was being composed elsewhere may have gone without a word: one letter alone begins anew.
        begun = composed if len(composed) == 1 else ""
        grown = composed[len(self._composing) :] if composed.startswith(self._composing) else begun
        typed = committed if len(committed) == 1 else grown
        self._composing = composed
        now = self._clock(event)
        if len(self._burst) and not self._burst.in_rhythm(now):
            self.settle()
        if len(typed) != 1 or ord(typed) in range(0x2E80, 0xFF00):
            return False
        field = QApplication.focusWidget()
        if not len(self._burst) and isinstance(field, QLineEdit):
            self._before = Before.of(field)
        if self._burst.feed(typed, now):
            self._take_back()
        self._pause.start()
        if self._burst.recognised:
            self._composing = ""
            QGuiApplication.inputMethod().reset()
            return True
        return False

    def _take_back(self) -> None:
        """It is a scan: undo what its first characters did."""
        self._held.drop()
        before, self._before = self._before, None
        if before is not None:
            before.restore()

    def _finish(self) -> None:
        self._pause.stop()
        self._before = None
        code = self._burst.take()
        if code:
            self.scanned.emit(code)

    def _give_up(self) -> None:
        self._pause.stop()
        self._burst.forget()
        self._before = None
        self._replaying = True
        try:
            self._held.release()
        finally:
            self._replaying = False
