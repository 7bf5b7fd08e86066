"""Taking a snapshot: of everything, built aside and swapped in, or of channels that this PC enters, merged.

The cache in use stays usable throughout. What the feed brought since the snapshot began is added before anybody sees
it, so nothing that was there disappears for a moment.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from desktop.store import cache as caching, rebase, sight
from desktop.store.aside import Aside, Damaged, Part
from desktop.store.store import ChangeSet, Store
from desktop.sync.transport import Offline, Transport
from domain.kernel import faults, wire
from domain.kernel.errors import DomainError

SNAPSHOT_BUILT = faults.declare("client-snapshot-built")
CHANNELS_MERGED = faults.declare("entering-merged")
STALE = "snapshot_stale"
SINCE = "history_since"
"""The month before which nothing closed is kept here, as the server last told."""


@dataclass(slots=True)
class SnapshotTaking:
    """Loads snapshots.

    Attributes:
        run: runs a piece of work on the thread that owns the databases.
        progress: told the rows so far.
        loaded: rows that came.
    """

    store: Store
    transport: Transport
    run: Callable[[Callable[[], Any]], Any]
    progress: Callable[[int], None] | None = None
    loaded: int = 0

    def take(self, cursor: str | None, again: Sequence[str] = ()) -> tuple[ChangeSet, dict[str, int]]:
        """Everything when there is no *cursor*, else what is entered since and the channels *again*.

        Returns what changed, and outcomes of this PC's commands by status.

        Raises:
            Offline: the line broke, or what came was damaged; the next round goes on from the last whole chunk.
            ServerRefused: ``snapshot_stale``: the channels changed meanwhile, the next round begins anew.
        """
        aside = self._opened(cursor, again)
        try:
            self._load(aside)
            aside.check()
            if aside.place.channels:
                return self._enter(aside)
            return self._adopt(aside)
        except Damaged as error:
            raise Offline(error.code) from None
        except DomainError as error:
            if error.code == STALE:
                aside.discard()
            raise
        finally:
            aside.close()

    def clear(self, change: wire.SetChange) -> ChangeSet:
        """Leave channels: what none of the remaining shows goes, what is still seen by a mask only gets its mask."""
        shown = sight.scope_of(change.shown)
        with self.store.read() as connection:
            cleared = sight.out_of_sight(connection, shown)
            veiled = sight.unmasked(connection, shown)
        for staged in sight.cut(cleared):
            self.run(partial(self.store.merge, staged))
        last = rebase.Staged()
        for table, rows in veiled.items():
            last.take_rows(table, rows)
        self.run(lambda: self.store.merge(last, cursor=change.cursor))
        return dict.fromkeys((*cleared, *veiled))

    def forget(self, since: str) -> ChangeSet:
        """Let go of what is closed and older than the month *since*, once for each month; empty keeps everything."""
        with self.store.read() as connection:
            if since <= (caching.get_meta(connection, SINCE) or ""):
                return {}
            past = sight.outdated(connection, since)
        for staged in sight.cut(past):
            self.run(partial(self.store.merge, staged))
        self.run(partial(self._note_since, since))
        return dict.fromkeys(past)

    def _note_since(self, since: str) -> None:
        with self.store.cache.write() as connection:
            caching.set_meta(connection, SINCE, since)

    def _opened(self, cursor: str | None, again: Sequence[str]) -> Aside:
        left = Aside.interrupted(self.store.cache)
        try:
            start = self.transport.snapshot_start(cursor, left.place.token if left else None, again)
        except BaseException as error:
            if left and isinstance(error, DomainError) and error.code == STALE:
                left.discard()  # of what the server no longer has: nothing will ever be added to it
            if left:
                left.close()
            raise
        if left and left.place.token == start.token:
            return left
        if left:
            left.close()
        return Aside.begin(self.store.cache, start)

    def _load(self, aside: Aside) -> None:
        while (wanted := aside.wanted) is not None:
            table, after = wanted
            chunk = self.transport.snapshot_chunk(table, after, aside.place.token)
            if chunk.table != table:
                raise Offline("snapshot_damaged")
            parts = [_whole(part) for part in chunk.parts]
            aside.take(parts, chunk.token, chunk.cursor)
            self.loaded += sum(len(part.rows) for part in parts)
            if self.progress is not None:
                self.progress(aside.loaded)

    def _adopt(self, aside: Aside) -> tuple[ChangeSet, dict[str, int]]:
        aside.index()
        for page in self._since(aside.cursor):
            aside.apply_page(page, self.store.clock.now_ms())
        aside.harden()
        faults.reach(SNAPSHOT_BUILT)
        outcomes: dict[str, int] = self.run(self.store.adopt_snapshot)
        return dict.fromkeys(aside.place.tables), outcomes

    def _enter(self, aside: Aside) -> tuple[ChangeSet, dict[str, int]]:
        """Merge in slices; what must go and what the feed brought since come last, in one step with the cursor."""
        counts: dict[str, int] = defaultdict(int)
        pages = list(self._since(aside.cursor))
        for staged in aside.slices():
            _add(counts, self.run(partial(self.store.merge, staged)))
        faults.reach(CHANNELS_MERGED)
        shown, again = sight.scope_of(aside.place.shown), sight.scope_of(aside.place.channels)
        with self.store.read() as connection:
            lost = sight.missing(connection, shown, again, aside.ids_until)
            for table, ids in sight.out_of_sight(connection, shown).items():
                lost[table] = sorted({*lost.get(table, ()), *ids})
        last = rebase.stage(*pages)
        for table, ids in lost.items():
            last.clear(table, ids)
        cursor = pages[-1].cursor if pages else aside.cursor
        _add(counts, self.run(lambda: self.store.merge(last, cursor=cursor)))
        aside.discard()
        return dict.fromkeys(aside.place.tables), dict(counts)

    def _since(self, cursor: str) -> Iterator[wire.FeedPage]:
        """Pages after a cursor; none when the feed no longer has them: then the next pull asks for everything."""
        while True:
            page = self.transport.feed(cursor)
            if page.reset:
                return
            yield page
            if not page.more:
                return
            if page.cursor == cursor:
                raise Offline("pull_without_progress")
            cursor = page.cursor


def _whole(part: wire.SnapshotPart) -> Part:
    packed = bytes(part.rows)
    if hashlib.sha256(packed).hexdigest() != part.sha256:
        raise Offline("snapshot_damaged")
    return Part(part.table, wire.ROW_LIST.decode(packed), part.next)


def _add(counts: dict[str, int], more: dict[str, int]) -> None:
    for status, number in more.items():
        counts[status] += number
