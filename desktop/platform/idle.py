"""Notices that nobody has touched keyboard, mouse or screen for a while."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

TOUCHES = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseMove,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.InputMethod,
    }
)


class IdleWatch(QObject):
    """An event filter on the whole application.

    Signals:
        idle: nothing was touched for as long as :meth:`wait` says; told once, until something is touched again.
    """

    idle = Signal()

    def __init__(self, application: QApplication, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._application = application
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.idle)

    def install(self) -> None:
        """Notice every touch from now on."""
        self._application.installEventFilter(self)

    def wait(self, milliseconds: int) -> None:
        """How long is long; 0 is never."""
        self._timer.setInterval(milliseconds)
        if milliseconds:
            self._timer.start()
        else:
            self._timer.stop()

    @property
    def milliseconds(self) -> int:
        """How long is long."""
        return self._timer.interval()

    @property
    def left(self) -> int:
        """Milliseconds until it is told, if nothing is touched; -1 when it will not be."""
        return self._timer.remainingTime()

    def stop(self) -> None:
        """Notice nothing more."""
        self._timer.stop()
        self._application.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Begin anew with every touch; keeps nothing from anybody."""
        if event.type() in TOUCHES and self._timer.interval():
            self._timer.start()
        return False
