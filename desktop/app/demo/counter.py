"""A PC of the demo network, driven without a window: its profile, and a clock that can stand in the past."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from desktop.app.profile import Profile
from desktop.platform.paths import Paths
from desktop.store.store import Decide, Performed
from desktop.sync.round import RoundResult, SyncRound
from domain.kernel.clock import SystemClock, date_of
from domain.kernel.errors import Refused

DAY_MS = 86_400_000
STEP_MS = 61_000


class DemoClock:
    """This machine's clock, unless it was put elsewhere.

    Attributes:
        ms: the instant it stands at, 0 for now.
    """

    def __init__(self) -> None:
        self._now = SystemClock()
        self.ms = 0

    def now_ms(self) -> int:
        """The instant."""
        return self.ms or self._now.now_ms()

    def today(self) -> str:
        """The business date."""
        return date_of(self.ms + _offset_ms(self.ms)) if self.ms else self._now.today()


class DemoCounter:
    """One enrolled PC."""

    def __init__(self, home: Path, environment: Mapping[str, str]) -> None:
        self.clock = DemoClock()
        self.profile = Profile(Paths(home.resolve()), self.clock, environment)

    def enrol(self, server: str, user: str, password: str) -> None:
        """Make it a device and load what it may see."""
        self.profile.enrol(server, user, password)
        self.sync()

    def at(self, days_ago: int, hour: int = 9, minute: int = 0) -> None:
        """Put the clock on a day in the past; 0 days ago and hour −1 is now."""
        if hour < 0:
            self.clock.ms = 0
            return
        day = dt.datetime.now().astimezone().replace(hour=hour, minute=minute, second=0, microsecond=0)
        self.clock.ms = int((day - dt.timedelta(days=days_ago)).timestamp() * 1000)

    def perform(self, decide: Decide) -> Performed:
        """Make a command happen; a clock in the past moves on by a minute."""
        performed = self.profile.store.perform(decide)
        if self.clock.ms:
            self.clock.ms += STEP_MS
        return performed

    def sync(self) -> RoundResult:
        """One round, with the clock at now: tokens and proofs are of today.

        Raises:
            Refused: ``demo_sync_failed``.
        """
        past, self.clock.ms = self.clock.ms, 0
        result = SyncRound(self.profile.store, self.profile.transport).once()
        self.clock.ms = past
        if result.problem or not result.online:
            raise Refused("demo_sync_failed", detail=result.problem)
        return result

    def close(self) -> None:
        """Close its files."""
        self.profile.close()


def _offset_ms(ms: int) -> int:
    """This machine's distance from UTC at that instant."""
    offset = dt.datetime.fromtimestamp(ms / 1000, dt.UTC).astimezone().utcoffset()
    return int(offset.total_seconds() * 1000) if offset else 0
