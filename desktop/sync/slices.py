"""Whether the contents of this PC's rows are the server's: slice by slice, once a week, mended row by row and reported.

The sums with each pull compare versions. A row that was damaged with its version kept is found here: the digest of a
slice is made on both sides when it is asked for, so that writing pays nothing. A round compares a few slices only.
Source: SYNC point 20.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Table

from desktop.store import cache as caching, rebase, slices
from desktop.store.slices import Pass
from desktop.store.store import ChangeSet, Store
from desktop.sync.equality import WEEK_MS, note_repairs
from desktop.sync.snapshot import SINCE
from desktop.sync.transport import Offline, Transport
from domain.kernel import wire
from domain.kernel.slices import Image, digest
from domain.kernel.tables import metadata, synced_tables

log = logging.getLogger(__name__)

SLICES_A_ROUND = 4
"""So many slices, of some 5,000 rows each, a round compares."""


@dataclass(slots=True)
class SliceCheck:
    """Compares slices with the server's and mends what differs.

    Attributes:
        run: runs a piece of work on the thread that owns the databases.
        on_change: told what was mended.
    """

    store: Store
    transport: Transport
    run: Callable[[Callable[[], Any]], Any]
    on_change: Callable[[ChangeSet], None]

    def go_on(self, *, thorough: bool = False) -> None:
        """Compare a few slices when it is time to; with *thorough* all of them."""
        at = self._due(thorough)
        left = SLICES_A_ROUND
        while at is not None and (left or thorough):
            following = self._compare(at)
            if following is None:
                return
            at, left = (following if following.table else None), left - 1

    def _due(self, thorough: bool) -> Pass | None:
        """Where to go on; None while everything was compared lately, or came whole."""
        now = self.store.clock.now_ms()
        with self.store.read() as connection:
            known = slices.place(connection)
        if known is None:
            known = Pass(now)
            self._keep(known)
        if known.table and not thorough:
            return known
        if thorough or known.begun or abs(now - known.finished_at) >= WEEK_MS:
            return Pass(known.finished_at, str(synced_tables()[0].name))
        return None

    def _compare(self, at: Pass) -> Pass | None:
        """Compare the slice at hand and mend it; the next one, None when it cannot be compared now."""
        table = metadata.tables[at.table]
        told = self._ask(table, at)
        mine = self._own(table, at.after, told)
        if mine is None:
            return None
        if digest(mine, told.columns) != told.digest:
            staged = self._wrong(table, at.after, told, mine)
            if staged is None:
                return None
            self._mend(table, at, staged)
        following = self._following(at, told.next)
        self._keep(following)
        return following

    def _ask(self, table: Table, at: Pass) -> wire.SliceSum:
        with self.store.read() as connection:
            since = caching.get_meta(connection, SINCE) or ""
        name, columns = str(table.name), len(table.columns)
        return self.transport.slice_sum(
            wire.SliceAsked(name, self.store.cursor or "", columns, at.after, since, at.mended)
        )

    def _own(self, table: Table, after: str, told: wire.SliceSum) -> Sequence[Image] | None:
        """The rows here; None when they cannot be compared: the server has news, or a pending command changes rows."""
        if not told.standing:
            return None
        with self.store.read() as connection:
            if slices.has_layers(connection):
                return None
            return slices.rows_between(connection, table, after, told.next, told.since)

    def _wrong(self, table: Table, after: str, told: wire.SliceSum, mine: Sequence[Image]) -> rebase.Staged | None:
        """What is to be put in the place of rows that differ; None when the server's are others meanwhile."""
        chunk = self.transport.snapshot_chunk(str(table.name), after)
        packed = bytes(chunk.rows)
        if hashlib.sha256(packed).hexdigest() != chunk.sha256:
            raise Offline("snapshot_damaged")
        theirs = wire.ROW_LIST.decode(packed)
        return _differing(table, mine, theirs, told.columns) if digest(theirs, told.columns) == told.digest else None

    def _mend(self, table: Table, at: Pass, staged: rebase.Staged) -> None:
        """Write it, note it here, tell the server, and look whether it is mended now."""
        name = str(table.name)
        log.error("contents of rows are not the server's", extra={"table": name, "rows": len(staged.touched)})
        ids = {row_id for _, row_id in staged.touched}
        self.run(lambda: self.store.merge(staged))
        self.run(lambda: note_repairs(self.store, [{"table": name, "rows": len(ids)}]))
        unsaid = msgspec.structs.replace(at, mended=at.mended + 1)
        self._keep(unsaid)
        self.on_change({name: ids})
        told = self._ask(table, unsaid)
        mine = self._own(table, at.after, told)
        if mine is not None and digest(mine, told.columns) != told.digest:
            log.error("rows are still not the server's", extra={"table": name})

    def _following(self, at: Pass, after: str) -> Pass:
        if after:
            return Pass(at.finished_at, at.table, after)
        names = [str(table.name) for table in synced_tables()]
        place = names.index(at.table) + 1
        return Pass(at.finished_at, names[place]) if place < len(names) else Pass(self.store.clock.now_ms())

    def _keep(self, at: Pass) -> None:
        self.run(lambda: self._keep_here(at))

    def _keep_here(self, at: Pass) -> None:
        with self.store.cache.write() as connection:
            slices.keep_place(connection, at)


def _differing(table: Table, mine: Sequence[Image], theirs: Sequence[Image], columns: int) -> rebase.Staged:
    """Rows that the server has otherwise, and ids that it does not show, which go."""
    here = {str(row[0]): tuple(row[:columns]) for row in mine}
    wanted = [row for row in theirs if here.get(str(row[0])) != tuple(row[:columns])]
    foreign = here.keys() - {str(row[0]) for row in theirs}
    staged = rebase.Staged()
    # A damaged version may be higher than the true one: what stands here goes first.
    staged.clear(str(table.name), [*(str(row[0]) for row in wanted), *sorted(foreign)])
    staged.take_rows(str(table.name), wanted)
    return staged
