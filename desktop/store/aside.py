"""A cache file built aside from a snapshot: each chunk is one transaction with the place from which to go on.

An interruption, also of the program, costs the chunk at hand. What was built for another state of things (another
server, other channels, another version of this program) is thrown away. Source: SYNC point 19, proof I.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import msgspec
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from desktop.store import cache as caching, price_index, rebase, search_index, undo
from desktop.store.cache import Cache
from domain.kernel import faults
from domain.kernel.errors import Refused
from domain.kernel.tables import metadata
from domain.kernel.wire import FeedPage, SnapshotStart

log = logging.getLogger(__name__)

CHUNK_KEPT = faults.declare("client-snapshot-chunk")
_STATE = "building"
SLICE = 2000
"""Rows that are handed on at once."""


class Damaged(Refused):
    """The file does not hold what was loaded into it."""


class Place(msgspec.Struct):
    """How far a snapshot has been loaded.

    Attributes:
        token, channels, shown: of which snapshot; see :class:`domain.kernel.wire.SnapshotStart`.
        schema: of the program that loads it.
        tables: what there is to load.
        at, after: the table at hand and the key to go on from.
        rows: how many rows each table got.
        indexed: everything is loaded and has its indexes.
    """

    token: str
    channels: list[str]
    shown: list[str]
    schema: str
    tables: list[str]
    at: int = 0
    after: str = ""
    rows: dict[str, int] = {}
    indexed: bool = False


class Part(NamedTuple):
    """Rows of one table, and the key from which the table goes on, empty at its end."""

    table: str
    rows: Sequence[Sequence[str | int | None]]
    following: str


class Aside:
    """The file beside the cache.

    Attributes:
        place: how far it is.
    """

    def __init__(self, cache: Cache, engine: Engine, place: Place, *, resumed: bool = False) -> None:
        self.place = place
        self._resumed = resumed
        self._cache = cache
        self._engine = engine

    @classmethod
    def begin(cls, cache: Cache, start: SnapshotStart) -> Aside:
        """An empty file; what stood there is thrown away."""
        known = [table for table, _columns in start.tables if table in metadata.tables]
        place = Place(start.token, start.channels, start.shown, caching.schema_digest(), known)
        engine = cache.open_next()
        with engine.begin() as connection:
            caching.create_tables(connection, indexes=False)
            caching.set_meta(connection, "cursor", start.cursor)
            _keep(connection, place)
        return cls(cache, engine, place)

    @classmethod
    def interrupted(cls, cache: Cache) -> Aside | None:
        """What an earlier round left to go on with, if this program can."""
        if not cache.next_path().exists():
            return None
        engine = cache.open_next(fresh=False)
        try:
            with engine.begin() as connection:
                kept = caching.get_meta(connection, _STATE)
            place = msgspec.json.decode(kept or "", type=Place)
        except (DBAPIError, sqlcipher.Error, Refused, msgspec.MsgspecError) as error:
            log.warning("an unfinished download cannot be gone on with: %s", type(error).__name__)
            place = None
        if place is None or place.schema != caching.schema_digest():
            engine.dispose()
            cache.discard_next()
            return None
        return cls(cache, engine, place, resumed=True)

    @contextmanager
    def _work(self) -> Iterator[Connection]:
        """A transaction in the file; a file that cannot be worked with is thrown away.

        Raises:
            Damaged: ``snapshot_damaged``.
        """
        try:
            with self._engine.begin() as connection:
                yield connection
        except (DBAPIError, sqlcipher.Error) as error:
            log.warning("an unfinished download is thrown away: %s", error)
            self.discard()
            raise Damaged("snapshot_damaged") from None

    def close(self) -> None:
        """Let go of the file; it stays to be gone on with."""
        self._engine.dispose()

    def discard(self) -> None:
        """Throw the file away."""
        self._engine.dispose()
        self._cache.discard_next()

    @property
    def wanted(self) -> tuple[str, str] | None:
        """(table, key) of the chunk to load next, None when all is there."""
        place = self.place
        return (place.tables[place.at], place.after) if place.at < len(place.tables) else None

    @property
    def loaded(self) -> int:
        """Rows so far."""
        return sum(self.place.rows.values())

    def take(  # nosec B107 - the token names a snapshot
        self, parts: Sequence[Part], token: str = "", cursor: str = ""
    ) -> None:
        """Keep the chunk that was :attr:`wanted`, with what follows in it, and with it where to go on, and as what:
        *token* and *cursor* of the snapshot as the server named them with this chunk. Tables that this program does not
        know are left out.
        """
        moved = msgspec.structs.replace(self.place, rows=dict(self.place.rows), token=token or self.place.token)
        with self._work() as connection:
            for part in parts:
                if part.table not in moved.tables:
                    continue
                if part.table != moved.tables[moved.at]:
                    break
                table = metadata.tables[part.table]
                written = undo.write_rows(connection, caching.insert_sql(table), table, part.rows)
                moved.rows[part.table] = moved.rows.get(part.table, 0) + written
                moved.at, moved.after = moved.at + (not part.following), part.following
                if moved.at == len(moved.tables):
                    break
            _keep(connection, moved)
            if cursor:
                caching.set_meta(connection, "cursor", cursor)
        self.place = moved
        faults.reach(CHUNK_KEPT)

    def check(self) -> None:
        """Read the whole file back: every page is what was written, every row is there. One that was gone on with is
        looked through page by page, because the disk may have lost some of it at a power cut.

        Raises:
            Damaged: ``snapshot_damaged``; the file is thrown away.
        """
        with self._work() as connection:
            sound = connection.exec_driver_sql("PRAGMA cipher_integrity_check").first() is None
            if sound and self._resumed:
                sound = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar() == "ok"
            whole = sound and all(
                connection.exec_driver_sql(f"SELECT count(*) FROM {metadata.tables[name].name}").scalar() == count  # noqa: S608 - the domain's name  # nosec B608
                for name, count in self.place.rows.items()
            )
        if not whole:
            self.discard()
            raise Damaged("snapshot_damaged")

    # -- everything: becomes the cache -------------------------------------------------------------------------------

    def index(self) -> None:
        """Make what a cache has beside its rows; cheaper after a bulk load than before it."""
        if self.place.indexed:
            return
        with self._work() as connection:
            caching.create_indexes(connection)
            search_index.ensure(connection)
            search_index.rebuild(connection)
            price_index.watch(connection)
            price_index.renew_all(connection, self._cache.party_id)
            caching.set_meta(connection, "schema", caching.schema_digest())
            done = msgspec.structs.replace(self.place, indexed=True)
            _keep(connection, done)
        self.place = done

    @property
    def cursor(self) -> str:
        """From where the feed goes on."""
        with self._work() as connection:
            return caching.get_meta(connection, "cursor") or ""

    def apply_page(self, page: FeedPage, now_ms: int) -> None:
        """Bring what changed meanwhile; there are no layers here."""
        staged = rebase.stage(page)
        with self._work() as connection:
            rebase.bury(connection, staged, now_ms)
            rebase.write_staged(connection, staged)
            rebase.refresh_search(connection, staged.changed)
            caching.set_meta(connection, "cursor", page.cursor)

    def harden(self) -> None:
        """Finish the file, so that it can be swapped in."""
        with self._work() as connection:
            connection.exec_driver_sql("DELETE FROM local_meta WHERE key = ?", (_STATE,))
        self._engine.dispose()
        self._cache.harden_next()

    # -- channels: handed to the cache row by row --------------------------------------------------------------------

    def slices(self) -> Iterator[rebase.Staged]:
        """All rows, some at a time, in the order of their tables."""
        for name in self.place.tables:
            after = ""
            while rows := self._rows(name, after):
                after = str(rows[-1][0])
                staged = rebase.Staged()
                staged.take_rows(name, rows)
                yield staged

    def ids_until(self, table: str, after: str, last: str) -> set[str]:
        """Ids of a table's rows behind *after* up to *last*."""
        name = metadata.tables[table].name
        statement = f"SELECT id FROM {name} WHERE id > ? AND id <= ?"  # noqa: S608 - the domain's name  # nosec B608
        with self._work() as connection:
            return set(connection.exec_driver_sql(statement, (after, last)).scalars())

    def _rows(self, table: str, after: str) -> list[list[str | int | None]]:
        name = metadata.tables[table].name
        statement = f"SELECT * FROM {name} WHERE id > ? ORDER BY id LIMIT {SLICE}"  # noqa: S608 - the domain's name  # nosec B608
        with self._work() as connection:
            return [list(row) for row in connection.exec_driver_sql(statement, (after,))]


def _keep(connection: Connection, place: Place) -> None:
    caching.set_meta(connection, _STATE, msgspec.json.encode(place).decode())
