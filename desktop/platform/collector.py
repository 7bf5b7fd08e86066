"""Garbage is collected on the UI thread, at its own pace, and never wherever an allocation happens to fall.

Python collects on the thread that allocates. A widget in a cycle would be destroyed on a reader's thread, which Qt does
not bear, and a collection in the middle of a start or of a key press costs what nobody gains from it.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

PERIOD_MS = 1_000
GENERATIONS = (2, 1, 0)


class Collector(QObject):
    """Made by the window program, on the UI thread; while it runs, Python does not collect by itself."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._frozen = False
        self._timer = QTimer(self)
        self._timer.setInterval(PERIOD_MS)
        self._timer.timeout.connect(self.collect)

    def start(self) -> None:
        """From now on garbage is collected here."""
        gc.disable()
        self._timer.start()

    def stop(self) -> None:
        """Back to Python's own way."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    def collect(self) -> None:
        """Collect what Python would have collected by now; what the start made stays and is not looked at again."""
        if not self._frozen:
            gc.freeze()
            self._frozen = True
        due = (each for each in GENERATIONS if gc.get_count()[each] > gc.get_threshold()[each])
        generation = next(due, None)
        if generation is not None:
            gc.collect(generation)
