"""Keeps what devices tell of themselves, for headquarters and their own party.

Devices tell it several times a minute; the feed must not. Reports are gathered in memory, at most one for each device,
and written together every half minute, and only those that say something new: another program, work that piles up or
has been handed over, or a quarter of an hour gone by.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from sqlalchemy import Connection

from domain.kernel.channels import Row
from domain.kernel.clock import Clock
from domain.kernel.health import Health
from domain.kernel.ids import IdSource
from domain.kernel.remainder import sign_revocation
from domain.kernel.rowwriter import RowWriter
from domain.parties.model import device_health
from server_stub.accounts.keys import lease_key
from server_stub.accounts.models import REVOKED
from server_stub.kit.database import Database
from server_stub.sync import repository_devices as devices, repository_numbers as numbers
from server_stub.sync.journal import FeedJournal
from server_stub.sync.network import NetworkTree

FLUSH_SECONDS = 30.0
SEEN_MS = 15 * 60_000
"""A device that only goes on being there is written this often."""
AT_ONCE = ("status", "name", "program", "alarms", "repairs")
"""What is told as soon as it changes."""
STUCK_MS = 10 * 60_000
"""Work that has waited for longer is told; what a counter hands over within minutes is nobody's concern."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a device told, and when by the server's clock."""

    at: int
    health: Health


@dataclass(slots=True)
class DeviceHealth:
    """The reports of this process's devices; safe to share between threads."""

    db: Database
    clock: Clock
    ids: IdSource
    _reports: dict[str, Report] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, device_id: str, health: Health) -> None:
        """A device that is signed in told this; only such devices are remembered, so the memory is bounded."""
        with self._lock:
            self._reports[device_id] = Report(self.clock.now_ms(), health)

    def flush(self) -> int:
        """Write what is new in one commit; returns how many devices that were."""
        with self._lock:
            taken, self._reports = self._reports, {}
        try:
            written = self.db.run(lambda connection: self._write(connection, taken))
        except Exception:
            with self._lock:
                self._reports = {**taken, **self._reports}
            raise
        if self.db.dialect == "postgresql" and written:
            self.db.run(numbers.number_queued)
        return written

    def _write(self, connection: Connection, taken: dict[str, Report]) -> int:
        devices.lock_health(connection)
        known = devices.enrolled(connection, sorted(taken))
        journal = FeedJournal(connection, NetworkTree(connection))
        rows = RowWriter(connection, journal, authority=True)
        before = rows.lock(device_health, known)
        for device_id in sorted(known):
            row = _row(known[device_id], taken.get(device_id), before.get(device_id))
            if row["status"] == REVOKED:
                row["revocation"] = sign_revocation(device_id, lease_key(connection))
            if device_id not in before:
                rows.insert(device_health, row)
            elif is_news(before[device_id], row):
                rows.update(device_health, row.pop("id"), **row)
        journal.flush(self.ids.new())
        return journal.written


def _row(device: Row, report: Report | None, before: Row | None) -> Row:
    """A device as it is known now; without a report only its status is new."""
    row = {name: device[name] for name in ("id", "party_id", "number", "name", "status", "alarms", "repairs")}
    if report is None:
        return row
    told = report.health
    row |= {"program": told.program, "last_seen_at": report.at, "unsent": told.unsent, "oldest_unsent_at": 0}
    if told.unsent:
        # The same command goes on waiting: its instant does not move with every rounding of its age.
        since = max(0, report.at - told.oldest_s * 1000)
        known = before["oldest_unsent_at"] if before else 0
        row["oldest_unsent_at"] = known if known and abs(known - since) < STUCK_MS // 10 else since
    return row


def is_news(before: Row, after: Row) -> bool:
    """Whether the difference is worth a line in the feed."""
    if any(after.get(name, before[name]) != before[name] for name in AT_ONCE):
        return True
    if "last_seen_at" not in after:
        return False
    return after["last_seen_at"] - before["last_seen_at"] >= SEEN_MS or _is_stuck(before) != _is_stuck(after)


def _is_stuck(row: Row) -> bool:
    return bool(row["oldest_unsent_at"]) and row["last_seen_at"] - row["oldest_unsent_at"] >= STUCK_MS
