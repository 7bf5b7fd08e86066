"""When the next round is due: after a command, now and then, on demand; after a failure with growing, jittered pauses.

Source: SYNC point 13: every failed round schedules the next by itself (full jitter, 1 s to 5 min). No Qt, no timer: it
says how long to wait, and whoever runs the rounds waits.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

SOON_MS = 150
"""Commands that follow one another closely go up together."""
PERIOD_MS = 15_000
SPREAD_MS = 500
"""Counters that were poked together come within so long."""
FIRST_MS, LONGEST_MS = 1_000, 300_000


@dataclass(slots=True)
class Pacing:
    """One counter's pace.

    Attributes:
        jitter: a random number from 0 to 1.
        failures: rounds in a row that ended early.
        retry_after: seconds that a busy server asked for, 0 for none.
        known: the newest commit that this PC has heard of.
    """

    jitter: Callable[[], float] = random.random
    failures: int = 0
    retry_after: int = 0
    known: int = 0
    _again: bool = False

    def wish(self) -> None:
        """Somebody wants a round while one is under way: another one follows."""
        self._again = True

    def begin(self) -> None:
        """A round begins; wishes up to now are met by it."""
        self._again = False

    def after_command(self, busy: bool) -> int | None:
        """Milliseconds until the round that takes a command up; None when one comes anyway."""
        if busy:
            self.wish()
            return None
        return None if self.failures else SOON_MS

    def after_poke(self, sequence: int, busy: bool) -> int | None:
        """Milliseconds until the round that fetches commit *sequence*; None when it is known or one comes anyway.

        Everybody who listens is poked at once, so the moment is spread a little. A busy server's word stands.
        """
        if (self.failures and self.retry_after) or sequence <= self.known:
            return None
        if busy:
            self.wish()
            return None
        return int(self.jitter() * SPREAD_MS)

    def end(self, *, failed: bool, retry_after: int = 0, sequence: int = 0) -> int:
        """A round ended; milliseconds until the next, 0 for at once."""
        self.failures = self.failures + 1 if failed else 0
        self.retry_after = retry_after
        # A lower number than before is one of a restored server: pokes count from there again.
        self.known = sequence or self.known
        if not failed:
            return 0 if self._again else PERIOD_MS
        return self.pause_asked(retry_after) if retry_after else self.pause_after(self.failures)

    def pause_after(self, failures: int) -> int:
        """Milliseconds before the next attempt: a random part of a pause that doubles up to five minutes."""
        longest = min(LONGEST_MS, FIRST_MS * 2 ** min(failures, 10))
        return int(FIRST_MS + self.jitter() * max(0, longest - FIRST_MS))

    def pause_asked(self, seconds: int) -> int:
        """Milliseconds before a busy server is asked again: never sooner than it said, up to half as long again."""
        return int(min(seconds * 1000, LONGEST_MS) * (1 + self.jitter() / 2))
