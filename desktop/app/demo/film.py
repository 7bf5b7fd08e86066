"""Waiting for a window that nobody looks at, and taking its picture."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QWidget

from domain.kernel.errors import Refused

STEP_MS = 20
QUIET_MS, SETTLE_MS = 300, 60


def let_run(milliseconds: int) -> None:
    """Let the window work for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait_until(what: str, happened: Callable[[], bool], seconds: float = 20.0) -> None:
    """Let the window work until something happened.

    Raises:
        Refused: ``demo_waited_in_vain`` for *what*.
    """
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            raise Refused("demo_waited_in_vain", what=what)
        let_run(STEP_MS)


def take(window: QWidget, folder: Path, name: str) -> Path:
    """A picture of the window as it is once nothing moves any more."""
    folder.mkdir(parents=True, exist_ok=True)
    let_run(QUIET_MS)
    # What was read last may just have asked for another layout.
    let_run(SETTLE_MS)
    path = folder / f"{name}.png"
    window.grab().save(str(path))
    return path
