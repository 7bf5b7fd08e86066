"""The program's own window in use, in a process of its own on ``DEALERDESK_HOME``; it writes one JSON document.

``python -m tests.bench.used_window scan CODE …`` types the codes as a scanner does, one after the other, and tells the
milliseconds from each burst's last key to the painted line. ``… stall`` lets the window pull what the server has and
tells by how much its ticks came late meanwhile.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from desktop.app.bootstrap import Client, application
from desktop.app.main_window import MainWindow
from desktop.app.scheduler import Scheduler
from desktop.platform.collector import Collector
from desktop.platform.paths import home_paths
from desktop.sync.round import RoundResult
from domain import registry

PATIENCE_S = 300.0
TICK_MS = 2


class Painted(QObject):
    """Notices that a widget is painted while something is so."""

    def __init__(self, widget: QObject, so: Callable[[], bool]) -> None:
        super().__init__(widget)
        self.seen = False
        self._so = so
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802  # Qt's name
        """Look at each paint."""
        self.seen = self.seen or (event.type() == QEvent.Type.Paint and self._so())
        return False


class Ticks(QObject):
    """The longest time between two ticks of the window's thread, and all that are too long."""

    def __init__(self) -> None:
        super().__init__()
        self.gaps: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK_MS)

    def _tick(self) -> None:
        now = time.perf_counter()
        self.gaps.append((now - self._last) * 1000 - TICK_MS)
        self._last = now


def until(reached: Callable[[], bool]) -> None:
    """Let the window work until something is so.

    Raises:
        TimeoutError: it never was.
    """
    end = time.perf_counter() + PATIENCE_S
    while not reached():
        if time.perf_counter() > end:
            raise TimeoutError
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 1)


def opened(client: Client) -> MainWindow:
    """The window with order entry, its draft read."""
    client.start()
    window = client.window
    assert window is not None
    until(lambda: getattr(window.page, "kept", None) is not None)
    return window


def stamp() -> int:
    """Now, in milliseconds on the clock by which keys are stamped."""
    return time.monotonic_ns() // 1_000_000


def press(key: int, text: str, at: int) -> None:
    """A key goes down and up where the focus is, stamped as the system stamps it when the device sent it."""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        focus = QApplication.focusWidget()
        if focus is None:
            raise RuntimeError("nothing has the focus")
        event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
        event.setTimestamp(at)
        QApplication.sendEvent(focus, event)


def type_in(code: str) -> None:
    """A burst of digits as a scanner sends it, the last of them now."""
    first = stamp() - len(code)
    for index, sign in enumerate(code):
        press(int(Qt.Key.Key_0) + int(sign), sign, first + index)


def _differs(page: Any, rows: list[Any]) -> bool:
    return bool(page.rows != rows)


def scanned(page: Any, codes: Sequence[str]) -> list[float]:
    """Milliseconds from the end of each burst to its painted line."""
    found = []
    for code in codes:
        before = list(page.rows)
        painted = Painted(page.grid.table.viewport(), partial(_differs, page, before))
        type_in(code)
        began = time.perf_counter()
        press(Qt.Key.Key_Return, "\r", stamp())
        until(partial(getattr, painted, "seen"))
        found.append((time.perf_counter() - began) * 1000)
        painted.deleteLater()
        until(lambda: page.kept == page.edit.draft)
    return found


def pulled(scheduler: Scheduler) -> dict[str, Any]:
    """What the first round of this start pulled, and by how much the worst ticks came late until it had ended."""
    ends: list[RoundResult] = []
    scheduler.ended.connect(ends.append)
    ticks = Ticks()
    until(lambda: bool(ends))
    return {"pulled": ends[0].pulled, "problem": ends[0].problem, "late": sorted(ticks.gaps)[-20:]}


def use(window: MainWindow, mode: str, codes: Sequence[str]) -> dict[str, Any]:
    """What was measured."""
    if mode == "stall":
        return pulled(window.scheduler)
    page: Any = window.page
    return {"ms": scanned(page, codes), "lines": len(page.rows)}


def main(mode: str, codes: Sequence[str]) -> int:
    """Run one of the two."""
    registry.commands()
    app = application()
    client = Client(home_paths(), environment=os.environ, synchronise=mode == "stall")
    client.messages.install()
    collector = Collector()
    collector.start()
    try:
        window = opened(client)
        told = use(window, mode, codes)
    finally:
        client.close()
        collector.stop()
        app.quit()
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
