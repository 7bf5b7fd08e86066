"""``cache.db``: rows from the server plus the effect of unacknowledged commands, and what undoes them.

Its tables come from the domain's metadata with primary keys only: no foreign keys, no unique constraints, nothing NOT
NULL (SYNC point 8). It can be rebuilt at any time from the server and the ledger.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Engine, Integer, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex

from desktop.store import price_index, search_index
from desktop.store.encrypted import open_engine
from domain.kernel.tables import blank, synced_tables

LOCAL = (
    "CREATE TABLE IF NOT EXISTS local_meta (key TEXT PRIMARY KEY, value TEXT)",
    "CREATE TABLE IF NOT EXISTS undo (n INTEGER PRIMARY KEY, sequence INTEGER, op TEXT, table_name TEXT, row_id TEXT,"
    " before BLOB)",
    "CREATE INDEX IF NOT EXISTS ix_undo_row ON undo (table_name, row_id)",
    "CREATE INDEX IF NOT EXISTS ix_undo_sequence ON undo (sequence)",
    "CREATE TABLE IF NOT EXISTS tombstone (table_name TEXT, row_id TEXT, version INTEGER, at INTEGER,"
    " PRIMARY KEY (table_name, row_id)) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS ix_tombstone_at ON tombstone (at)",
    "CREATE TABLE IF NOT EXISTS local_sum (channel TEXT, table_name TEXT, month TEXT, total INTEGER,"
    " PRIMARY KEY (channel, table_name, month)) WITHOUT ROWID",
)
"""``tombstone``: rows that left this PC's sight, and the version with which they did.
``undo``: one entry per row that a pending command inserted (I), updated (U), deleted (D) or looked at (R)."""


def table_ddl(table: Table) -> str:
    """CREATE TABLE for the cache: names and affinities, the primary key, nothing else."""
    columns = [
        f"{column.name} {'INTEGER' if isinstance(column.type, Integer) else 'TEXT'}"
        + (" PRIMARY KEY" if column.name == "id" else "")
        for column in table.columns
    ]
    return f"CREATE TABLE IF NOT EXISTS {table.name} ({', '.join(columns)})"


def index_ddl(table: Table) -> list[str]:
    """The domain's indexes; none of them is unique, so a fact can always be written."""
    return [
        str(CreateIndex(index, if_not_exists=True).compile(dialect=sqlite.dialect())).strip()
        for index in sorted(table.indexes, key=lambda one: str(one.name))
    ]


@cache
def schema_digest() -> str:
    """A fingerprint of the cache's schema; another one means: rebuild from the server."""
    parts = [table_ddl(table) + "\n".join(index_ddl(table)) for table in synced_tables()]
    parts += [*LOCAL, search_index.FORMAT, price_index.FORMAT]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def create_tables(connection: Connection, *, indexes: bool = True) -> None:
    """Make what is missing."""
    for table in synced_tables():
        connection.exec_driver_sql(table_ddl(table))
    for statement in LOCAL:
        connection.exec_driver_sql(statement)
    if indexes:
        create_indexes(connection)
        search_index.ensure(connection)
        price_index.watch(connection)


def create_indexes(connection: Connection) -> None:
    """Make the missing indexes; after a bulk load this is cheaper than before it."""
    for table in synced_tables():
        for statement in index_ddl(table):
            connection.exec_driver_sql(statement)


# Names in the statements below come from the domain's own tables, never from outside.


@cache
def delete_sql(table: Table) -> str:
    """Remove a row by id."""
    return f"DELETE FROM {table.name} WHERE id = ?"  # noqa: S608 - see above  # nosec B608


@cache
def upsert_sql(table: Table) -> str:
    """Write a row unless a newer version is there. One of the same version may show more or less of the row: what
    comes last is what this PC may see.
    """
    names = list(blank(table))
    changes = ", ".join(f"{name} = excluded.{name}" for name in names if name != "id")
    newer = f"excluded.version >= {table.name}.version"
    insert = _insert_into("INSERT INTO", table)
    return f"{insert} ON CONFLICT (id) DO UPDATE SET {changes} WHERE {newer}"  # nosec B608


@cache
def insert_sql(table: Table) -> str:
    """Write a row of a snapshot; one that two channels hold is written once."""
    return _insert_into("INSERT OR IGNORE INTO", table)


def _insert_into(verb: str, table: Table) -> str:
    names = list(blank(table))
    return f"{verb} {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"


def get_meta(connection: Connection, key: str) -> str | None:
    """A fact kept in the cache."""
    found: str | None = connection.exec_driver_sql("SELECT value FROM local_meta WHERE key = ?", (key,)).scalar()
    return found


def set_meta(connection: Connection, key: str, value: str) -> None:
    """Keep a fact, in the transaction of what it is about."""
    connection.exec_driver_sql(
        "INSERT INTO local_meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, value)
    )


def bring_up_to_date(connection: Connection) -> None:
    """Make what is missing. A cache of another version gets its new columns and takes a snapshot at the next sync:
    until then the shop goes on selling with what it has. One of this version was whole when its version was written.
    """
    connection.exec_driver_sql(LOCAL[0])
    found = get_meta(connection, "schema")
    if found == schema_digest():
        return
    for table in synced_tables():
        known = {row[1] for row in connection.exec_driver_sql(f"PRAGMA table_info({table.name})")}
        for column in table.columns:
            if known and column.name not in known:
                connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {_added(column)}")
    create_tables(connection)
    if found is not None:
        connection.exec_driver_sql("DELETE FROM local_meta WHERE key = 'cursor'")
        search_index.rebuild(connection)
    set_meta(connection, "schema", schema_digest())


def _added(column: Column[Any]) -> str:
    """Rows that are there already get the column's blank value: screens and rules count on one."""
    kind, blank = "INTEGER" if isinstance(column.type, Integer) else "TEXT", column.info.get("blank")
    if blank is None:
        return f"{column.name} {kind}"
    return f"{column.name} {kind} DEFAULT {blank!r}"


class Cache:
    """The file and its engines: one writer, several readers; swapped for a newly built file in one step.

    Attributes:
        party_id: for whom goods are priced, None while nobody is enrolled.
        prices_left: whether prices to search by wait for :meth:`price_some`.
    """

    READERS = 4

    def __init__(self, path: Path, key: bytes) -> None:
        self.path = path
        self.party_id: str | None = None
        self.prices_left = False
        self._key = key
        self._gate = threading.Condition()
        self._reading = 0
        self._swapping = False
        self._open()

    def _open(self) -> None:
        self._writer: Engine = open_engine(self.path, self._key)
        with self._writer.begin() as connection:
            bring_up_to_date(connection)
        self._reader: Engine = open_engine(self.path, self._key, read_only=True, size=self.READERS)

    def close(self) -> None:
        """Close all connections."""
        self._reader.dispose()
        self._writer.dispose()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """The writing transaction; an error rolls it back. Some prices to search by are renewed at its end."""
        with self._writer.begin() as connection:
            yield connection
            self.prices_left = price_index.renew(connection, self.party_id)

    def price_some(self) -> None:
        """Go on with prices to search by, in a transaction of its own."""
        with self.write():
            pass

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A reading transaction, one state throughout; waits while the file is being swapped."""
        with self._gate:
            self._gate.wait_for(lambda: not self._swapping)
            self._reading += 1
        try:
            with self._reader.begin() as connection:
                yield connection
        finally:
            with self._gate:
                self._reading -= 1
                self._gate.notify_all()

    def integrity(self) -> str:
        """``ok``, or the first thing that is wrong with the file."""
        with self.write() as connection:
            return str(connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar())

    def next_path(self) -> Path:
        """Where a new file is built aside."""
        return self.path.with_name(self.path.name + ".next")

    def discard_next(self) -> None:
        """Throw away what was being built."""
        for suffix in ("", "-wal", "-shm", "-journal"):
            self.next_path().with_name(self.next_path().name + suffix).unlink(missing_ok=True)

    def open_next(self, *, fresh: bool = True) -> Engine:
        """An engine on a file beside this one; the one that is there unless *fresh*."""
        if fresh:
            self.discard_next()
        return open_engine(self.next_path(), self._key, building=True)

    def harden_next(self) -> None:
        """Wait until the file built aside is on the disk; only then may it be swapped in."""
        with self.next_path().open("rb+") as file:
            os.fsync(file.fileno())

    def swap_in_next(self) -> None:
        """Put the file built aside in place of this one; readers wait for the moment it takes."""
        with self._gate:
            self._swapping = True
            self._gate.wait_for(lambda: self._reading == 0)
        try:
            self.close()
            for suffix in ("-wal", "-shm"):
                self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
            self.next_path().replace(self.path)
            self._open()
        finally:
            with self._gate:
                self._swapping = False
                self._gate.notify_all()
