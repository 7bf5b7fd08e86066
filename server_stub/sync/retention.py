"""What is kept for a time: the feed above the slowest living cursor, tombstones. Receipts never expire.

A device that was not seen for a declared time is not alive: the feed does not wait for it, and it takes a snapshot when
it comes back. Source: SYNC points 15, 21.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from domain.kernel import faults
from domain.kernel.clock import Clock
from server_stub.kit.database import Database
from server_stub.sync import repository_edits, repository_retention as repository

log = logging.getLogger(__name__)

DAY_MS = 86_400_000
TOMBSTONE_DAYS = 400
NOTED_ANEW_MS = 15 * 60_000
"""A device's place is noted at most so often: a place that is told too low only keeps more of the feed."""
SLICE = 500
"""Commits that one transaction forgets; pushes come in between."""
SLICES = 100
"""Transactions of one round."""

BETWEEN_SLICES = faults.declare("compaction-between-slices")


@dataclass(frozen=True, slots=True)
class Retention:
    """Notes how far each device has read, and forgets what nobody needs any more.

    Attributes:
        live_days: so long after it was last seen the feed waits for a device.
    """

    db: Database
    clock: Clock
    live_days: int = 30

    def acknowledge(self, device_id: str, sequence: int) -> None:
        """A device has everything up to *sequence*: it asked for what comes after it."""
        now = self.clock.now_ms()
        with self.db.read() as connection:
            known = repository.device_place(connection, device_id)
        if known is not None and known[0] <= sequence and 0 <= now - known[1] < NOTED_ANEW_MS:
            return
        self.db.run(lambda connection: repository.note_place(connection, device_id, sequence, now))

    def repaired(self, device_id: str, what: Sequence[str], times: int = 1) -> None:
        """A device takes channels, or slices of a table, anew: what it had was not what the server showed it."""
        log.warning("a device mends what it has", extra={"device": device_id, "what": list(what), "times": times})
        self.db.run(lambda connection: repository.note_repairs(connection, device_id, len(what) * times))

    def round(self) -> int:
        """Forget what may be forgotten, in slices; returns how many commits went."""
        gone = 0
        for _slice in range(SLICES):
            forgotten = self.compact()
            gone += forgotten
            if forgotten < SLICE:
                break
            faults.reach(BETWEEN_SLICES)
        before = self.clock.now_ms() - TOMBSTONE_DAYS * DAY_MS
        self.db.run(lambda connection: repository.forget_tombstones(connection, before))
        self.db.run(lambda connection: repository_edits.forget(connection, before))
        if gone:
            log.info("feed compacted", extra={"commits": gone})
        return gone

    def compact(self) -> int:
        """Forget the oldest commits that every living device has, whole ones, :data:`SLICE` at most; the newest commit
        stays. Returns how many.
        """
        seen_since = self.clock.now_ms() - self.live_days * DAY_MS
        return self.db.run(lambda connection: repository.forget_commits(connection, seen_since, SLICE))
