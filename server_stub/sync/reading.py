"""What a device reads: feed and snapshot, with the look at whether this database is an older one than it has seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgspec
from sqlalchemy import Connection

from domain.kernel import wire
from domain.kernel.clock import Clock, date_of
from domain.kernel.errors import Refused
from domain.kernel.history import USUAL_MONTHS, month_before
from domain.kernel.ids import IdSource
from server_stub.kit.database import Database
from server_stub.sync import feed, history, repository, slices, snapshot
from server_stub.sync.network import ChannelSet, Cursor, Subscription, difference, subscription_of
from server_stub.sync.retention import Retention


@dataclass(slots=True)
class Reading:
    """Answers what devices read; one for each process.

    Attributes:
        load_key: reads the secret behind witnesses, see :mod:`server_stub.sync.history`.
        ids: source of epochs' ids.
        retention: is told how far each device has read.
        history_months: so much of the past a device keeps, besides what is open; 0 for all.
    """

    db: Database
    clock: Clock
    load_key: Callable[[Connection], bytes]
    ids: IdSource
    retention: Retention
    history_months: int = USUAL_MONTHS
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
                told = feed.page(connection, subscription, cursor, mine.epoch, self.since)
                page = self._stamped_page(connection, mine, told)
                remaining = _remaining(connection, subscription, cursor) if page.change else None
                lost = None
            else:
                page, lost, remaining = wire.FeedPage("", False, True, []), seen, None
        if lost is None:
            if cursor is not None and not page.reset:
                self.retention.acknowledge(device_id, cursor.sequence)
            if remaining is not None:
                self._remember(remaining)
            return page
        now = self.clock.now_ms()
        self.db.run(lambda connection: history.begin_epoch(connection, lost, device_id, self.ids, now))
        return self.feed(party_id, device_id, bare)

    def snapshot_start(
        self, party_id: str, device_id: str, cursor: str = "", resume: str = "", again: Sequence[str] = ()
    ) -> wire.SnapshotStart:
        """Begin a snapshot or go on with one; see :func:`server_stub.sync.snapshot.start`.

        Raises:
            Refused: ``snapshot_stale``: the device has seen what this database no longer has. What the snapshot would
                give it as its place would hide that: it is told with the next page.
        """
        position = Cursor.parse(cursor) if cursor else None
        with self.db.read(stable=True) as connection:
            mine, key = history.past(connection), self.key(connection)
            _, seen = history.detach(cursor, key)
            bare, began = history.detach(resume, key)
            token = snapshot.Token.parse(bare) if bare else None
            lost = _lost(connection, mine, seen, began)
            subscription = subscription_of(connection, party_id, device_id)
            start = snapshot.start(connection, subscription, mine.epoch, position, token, again)
            goes_on = token is not None and start.token == bare
            name = resume if goes_on else self._stamped(connection, mine, start.token)
            place = self._stamped(connection, mine, start.cursor)
            stamped = msgspec.structs.replace(start, cursor=place, token=name)
        if lost is not None:
            raise self._restored(lost, device_id)
        self._remember(subscription.current)
        self.retention.acknowledge(device_id, Cursor.parse(start.cursor).sequence)
        if again and not resume:
            self.retention.repaired(device_id, again)
        return stamped

    def snapshot_chunk(  # nosec B107 - the token names a snapshot
        self, party_id: str, device_id: str, table: str, after: str, token: str = ""
    ) -> wire.SnapshotChunk:
        """Rows of one table after a key; see :func:`server_stub.sync.snapshot.chunk`.

        Raises:
            Refused: ``snapshot_stale``, also when the snapshot began in what this database no longer has: its parts
                would be of two pasts.
        """
        with self.db.read(stable=True) as connection:
            mine, (bare, began) = history.past(connection), history.detach(token, self.key(connection))
            of = snapshot.Token.parse(bare) if bare else None
            lost = _lost(connection, mine, began)
            if lost is None:
                subscription = subscription_of(connection, party_id, device_id)
                made = snapshot.chunk(connection, subscription, table, after, of, self.since)
                if of is None:
                    return made
                name, place = (self._stamped(connection, mine, text) for text in (bare, of.cursor.text()))
                return msgspec.structs.replace(made, token=name, cursor=place)
        raise self._restored(lost, device_id)

    def _restored(self, lost: history.Witness, device_id: str) -> Refused:
        """Begin a new epoch because of what a device had seen; what it takes just now has to begin anew."""
        now = self.clock.now_ms()
        self.db.run(lambda connection: history.begin_epoch(connection, lost, device_id, self.ids, now))
        return Refused("snapshot_stale")

    def slice_sum(self, party_id: str, device_id: str, asked: wire.SliceAsked) -> wire.SliceSum:
        """What stands in a slice of a table; see :func:`server_stub.sync.slices.slice_sum`."""
        if asked.mended:
            self.retention.repaired(device_id, [asked.table], asked.mended)
        with self.db.read(stable=True) as connection:
            bare, seen = history.detach(asked.cursor, self.key(connection))
            mine = history.past(connection)
            if seen is not None and not history.is_ours(connection, mine, seen):
                return wire.SliceSum(standing=False)
            subscription = subscription_of(connection, party_id, device_id)
            of = msgspec.structs.replace(asked, cursor=bare)
            return slices.slice_sum(connection, subscription, mine.epoch, of, self.since)

    @property
    def since(self) -> str:
        """The month from which on devices keep history, by this server's clock; empty for all of it."""
        return month_before(date_of(self.clock.now_ms()), self.history_months) if self.history_months else ""

    def _remember(self, channels: ChannelSet) -> None:
        """Cursors that name this set of channels are about to be given out."""
        with self.db.read() as connection:
            known = repository.find_set(connection, channels.digest)
        if known is None:
            self.db.run(lambda connection: repository.remember_sets(connection, {channels.digest: channels.text}))

    def key(self, connection: Connection) -> bytes:
        """The secret behind witnesses, read once."""
        if not self._key:
            self._key = self.load_key(connection)
        return self._key

    def _stamped(self, connection: Connection, mine: history.Past, cursor: str) -> str:
        return history.attach(cursor, mine.witness, self.key(connection)) if cursor else ""

    def _stamped_page(self, connection: Connection, mine: history.Past, page: wire.FeedPage) -> wire.FeedPage:
        change = page.change
        if change is not None:
            change = msgspec.structs.replace(change, cursor=self._stamped(connection, mine, change.cursor))
        return msgspec.structs.replace(page, cursor=self._stamped(connection, mine, page.cursor), change=change)


def _remaining(connection: Connection, subscription: Subscription, cursor: Cursor | None) -> ChannelSet | None:
    """The set with which a device stands when it has cleared what it left."""
    known = ChannelSet.find(connection, cursor.subscription) if cursor else None
    return difference(known, subscription).remaining if known else None


def _lost(connection: Connection, mine: history.Past, *seen: history.Witness | None) -> history.Witness | None:
    """The first of what a device has seen that this database no longer has, None for none."""
    return next((one for one in seen if one is not None and not history.is_ours(connection, mine, one)), None)
