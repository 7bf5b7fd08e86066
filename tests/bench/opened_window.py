"""The two programs that the start is measured with, each in a process of its own: it writes ``ready`` and ends.

``python -m tests.bench.opened_window program`` is the product's own start on ``DEALERDESK_HOME``; ``bare`` is a window
with an input of nothing but Qt, with the libraries imported that any such client needs.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

LIBRARIES = ("sqlalchemy", "requests", "keyring")


class FirstPaint(QObject):
    """Ends the program once its window is painted, awake and has the focus where one types."""

    def __init__(self, application: QApplication, usable: Callable[[QWidget], bool]) -> None:
        super().__init__(application)
        self._application, self._usable = application, usable
        self._painted: set[int] = set()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._timer.start(2)
        application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  # Qt's name
        """Note what was painted."""
        if event.type() == QEvent.Type.Paint:
            self._painted.add(id(watched))
        return False

    def _look(self) -> None:
        for window in self._application.topLevelWidgets():
            field: QWidget | None = window.focusWidget()
            if field and id(field) in self._painted and self._usable(window):
                self._timer.stop()
                sys.stdout.write("ready\n")
                sys.stdout.flush()
                window.close()
                self._application.quit()
                return


def bare() -> int:
    """A window with one input."""
    for name in LIBRARIES:
        importlib.import_module(name)
    application = QApplication([])
    window, field = QWidget(), QLineEdit()
    QVBoxLayout(window).addWidget(field)
    window.resize(1366, 768)
    window.show()
    field.setFocus()
    _watch = FirstPaint(application, lambda _: True)
    return application.exec()


def program() -> int:
    """``dealerdesk app``, told to end when order entry has loaded its draft."""
    cli = importlib.import_module("desktop.app.cli")
    application = QApplication([])
    watch = FirstPaint(application, order_entry_is_usable)
    code: int = cli.main(["app"])
    if "--modules" in sys.argv:
        sys.stdout.write("\n".join(sorted(sys.modules)) + "\n")
    watch.deleteLater()
    return code


def order_entry_is_usable(window: QWidget) -> bool:
    """Whether the main window shows order entry, with the order in hand read."""
    page = getattr(window, "page", None)
    return page is not None and getattr(page, "kept", None) is not None


if __name__ == "__main__":
    sys.exit(program() if sys.argv[1] == "program" else bare())
