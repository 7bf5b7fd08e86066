"""What a device reads: feed and snapshot, with the look at whether this database is an older one than it has seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec
from sqlalchemy import Connection

from domain.kernel import wire
from domain.kernel.clock import Clock
from domain.kernel.ids import IdSource
from server_stub.kit.database import Database
from server_stub.sync import feed, history
from server_stub.sync.network import Cursor, subscription_of
from server_stub.sync.retention import Retention


@dataclass(slots=True)
class Reading:
    """Answers what devices read; one for each process.

    Attributes:
        load_key: reads the secret behind witnesses, see :mod:`server_stub.sync.history`.
        ids: source of epochs' ids.
        retention: is told how far each device has read.
    """

    db: Database
    clock: Clock
    load_key: Callable[[Connection], bytes]
    ids: IdSource
    retention: Retention
    _key: bytes = field(default=b"")

    def feed(self, party_id: str, device_id: str, text: str) -> wire.FeedPage:
        """The page after a cursor as the device sends it, empty for none.

        Raises:
            Invalid: ``bad_cursor``.
        """
        with self.db.read(stable=True) as connection:
            bare, seen = history.detach(text, self.key(connection))
            cursor = Cursor.parse(bare) if bare else None
            mine = history.past(connection)
            if seen is None or history.is_ours(connection, mine, seen):
                subscription = subscription_of(connection, party_id, device_id)
                page = feed.page(connection, subscription, cursor, mine.epoch)
                page = msgspec.structs.replace(page, cursor=self._stamped(connection, mine, page.cursor))
                lost = None
            else:
                page, lost = wire.FeedPage("", False, True, []), seen
        if lost is None:
            if cursor is not None and not page.reset:
                self.retention.acknowledge(device_id, cursor.sequence)
            return page
        now = self.clock.now_ms()
        self.db.run(lambda connection: history.begin_epoch(connection, lost, device_id, self.ids, now))
        return self.feed(party_id, device_id, bare)

    def snapshot_start(self, party_id: str, device_id: str) -> wire.SnapshotStart:
        """Where a snapshot stands."""
        with self.db.read(stable=True) as connection:
            mine = history.past(connection)
            start = feed.snapshot_start(connection, subscription_of(connection, party_id, device_id), mine.epoch)
            stamped = msgspec.structs.replace(start, cursor=self._stamped(connection, mine, start.cursor))
        self.retention.acknowledge(device_id, Cursor.parse(start.cursor).sequence)
        return stamped

    def key(self, connection: Connection) -> bytes:
        """The secret behind witnesses, read once."""
        if not self._key:
            self._key = self.load_key(connection)
        return self._key

    def _stamped(self, connection: Connection, mine: history.Past, cursor: str) -> str:
        return history.attach(cursor, mine.witness, self.key(connection)) if cursor else ""
