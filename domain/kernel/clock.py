"""Time is handed in. UTC instants are integer milliseconds; business dates are ISO strings."""

from __future__ import annotations

import datetime as dt
import time
from typing import Protocol


class Clock(Protocol):
    """What the domain may ask about time."""

    def now_ms(self) -> int:
        """The UTC instant in milliseconds since 1970."""

    def today(self) -> str:
        """The shop's business date, ``YYYY-MM-DD``."""


class SystemClock:
    """The machine's clock; the programs' bootstraps wire it, nothing else makes one."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def today(self) -> str:
        return dt.datetime.now().astimezone().date().isoformat()


class FixedClock:
    """A clock that stands where it is put: imports, replays, tests and simulations.

    Attributes:
        ms: the instant told by :meth:`now_ms`.
    """

    def __init__(self, ms: int, date: str | None = None) -> None:
        self.ms = ms
        self._date = date

    def now_ms(self) -> int:
        return self.ms

    def today(self) -> str:
        return self._date or date_of(self.ms)


def date_of(ms: int) -> str:
    """The UTC date of an instant, ``YYYY-MM-DD``."""
    return dt.datetime.fromtimestamp(ms / 1000, dt.UTC).date().isoformat()


def iso_of(ms: int) -> str:
    """An instant as ``YYYY-MM-DDTHH:MM:SSZ``, for JSON output."""
    return dt.datetime.fromtimestamp(ms / 1000, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
