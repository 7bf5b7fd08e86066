"""Time that never goes back: what a person sets back on this PC is not believed."""

from __future__ import annotations

import time
from collections.abc import Callable

from domain.kernel.clock import Clock

Monotonic = Callable[[], int]
"""Milliseconds since some instant; never goes back while the program runs."""


def monotonic_ms() -> int:
    """This machine's."""
    return time.monotonic_ns() // 1_000_000


class SteadyClock:
    """The latest of: this PC's clock, the latest instant seen before, and that instant plus the time run since.

    A clock that was set back stands still for nobody: waits go on by the time that the program runs.
    """

    def __init__(self, clock: Clock, seen_ms: int = 0, monotonic: Monotonic = monotonic_ms) -> None:
        """
        Args:
            seen_ms: the latest instant that was kept, UTC milliseconds.
        """
        self._clock, self._monotonic = clock, monotonic
        self._latest, self._at = max(seen_ms, clock.now_ms()), monotonic()

    def now_ms(self) -> int:
        """The instant, UTC milliseconds; never less than it was."""
        at = self._monotonic()
        self._latest = max(self._clock.now_ms(), self._latest + max(0, at - self._at))
        self._at = at
        return self._latest
