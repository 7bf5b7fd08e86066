"""When a key was pressed, not when we got round to it: a stall must not make people look as fast as scanners."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent

Clock = Callable[[QEvent], float]
JUMP_SECONDS = 60.0
"""A difference between two clocks that only a counter's overflow makes (Windows counts milliseconds in 32 bits)."""


class EventClock:
    """Seconds on the clock that stamps key events; events without a stamp (compositions) are put on the same clock.

    The stamp's distance from our own clock is learnt from the key events: the largest seen is the one with the least
    delay.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._distance: float | None = None

    def __call__(self, event: QEvent) -> float:
        """When ``event`` happened."""
        now = self._now()
        stamp = event.timestamp() / 1000 if isinstance(event, QKeyEvent) else 0.0
        if not stamp:
            return now + (self._distance or 0.0)
        distance = stamp - now
        if self._distance is None or abs(distance - self._distance) > JUMP_SECONDS:
            self._distance = distance
        self._distance = max(self._distance, distance)
        return stamp
