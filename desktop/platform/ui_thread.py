"""The way back to the UI thread: any thread hands in a function, the event loop runs it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QThread, Signal


class UiThread(QObject):
    """Runs functions on the thread that made this object.

    Signals:
        _posted: carries one function across; queued, so that it never runs inside the caller's frame.
    """

    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open = True
        self._posted.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def post(self, function: Callable[[], object]) -> None:
        """Run ``function`` at the next turn of the event loop; dropped once the program closes."""
        if self._open:
            self._posted.emit(function)

    def is_current(self) -> bool:
        """Whether the caller is on the UI thread."""
        return bool(QThread.currentThread() == self.thread())

    def close(self) -> None:
        """Drop whatever is still handed in."""
        self._open = False

    def _run(self, function: Callable[[], None]) -> None:
        if self._open:
            function()
