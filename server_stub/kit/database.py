"""The server's database: PostgreSQL in production, an SQLite file for one small network; the same code for both.

SQLite has one writer at a time. Writers of this process queue at a lock instead of spinning in SQLite's busy handler;
other processes (a command line beside the API) are waited for by ``busy_timeout``. Readers see a snapshot and never
wait. Source: SYNC points 6, 15; measured figures there.
"""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg.types.string import TextLoader
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    DBAPIError,
    DisconnectionError,
    OperationalError,
    SQLAlchemyError,
    TimeoutError as PoolTimeoutError,
)
from sqlalchemy.pool import ConnectionPoolEntry

from domain.kernel.errors import DomainError
from server_stub.kit.errors import Unavailable

T = TypeVar("T")

BUSY_TIMEOUT_MS = 10_000
WRITER_CACHE_KIB = 64 * 1024
READER_CACHE_KIB = 16 * 1024
"""Of each reading connection; the pages lie in the system's cache anyway."""
SQLITE_READERS = 16
BEGIN = "begin"
"""Under this name a connection of SQLite keeps how its transactions begin."""
ATTEMPTS = {"sqlite": 3, "postgresql": 10}
"""SQLite has waited for ``busy_timeout`` before each."""
FIRST_PAUSE, LONGEST_PAUSE = 0.005, 0.5
"""Seconds; the pause before a rerun is a random part of the doubled one before."""
IDLE_SECONDS = 20.0
"""A PostgreSQL connection that was idle for longer is asked whether it lives before it is used."""
SERIALIZATION_FAILURE, DEADLOCK = "40001", "40P01"
FAILING_SQLITE = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_CORRUPT,
    }
)
FAILING_CLASSES = frozenset({"08", "53", "57", "58"})
"""SQLSTATE: connection lost, out of disk or memory, told to stop, trouble of the system."""


class WrongPragma(RuntimeError):
    """SQLite did not take a setting on which durability depends."""


def is_conflict(error: BaseException) -> bool:
    """Whether a transaction failed only because of others at the same time, so that it may run again."""
    if not isinstance(error, DBAPIError):
        return False
    original = error.orig
    if isinstance(original, sqlite3.OperationalError):
        return (original.sqlite_errorcode & 0xFF) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    return getattr(original, "sqlstate", None) in (SERIALIZATION_FAILURE, DEADLOCK)


def refusal_of(error: SQLAlchemyError) -> Unavailable | None:
    """What to tell the client when the database itself is the trouble; None when the statement is (our bug)."""
    if isinstance(error, PoolTimeoutError) or is_conflict(error):
        return Unavailable("database_busy")
    lost = isinstance(error, DBAPIError) and (error.connection_invalidated or _is_failing(error.orig))
    refused = isinstance(error, OperationalError) and error.statement is None
    return Unavailable("database_unreachable") if lost or refused else None


def _is_failing(original: BaseException | None) -> bool:
    """Whether the database or its disk fails: full, unreadable, shutting down, out of memory."""
    if isinstance(original, sqlite3.Error):
        return (getattr(original, "sqlite_errorcode", 0) & 0xFF) in FAILING_SQLITE
    return str(getattr(original, "sqlstate", None) or "")[:2] in FAILING_CLASSES


def _set_pragmas(connection: Any, cache_kib: int, *, read_only: bool) -> None:
    """Set and read back; ``journal_mode`` is a property of the file, the others of the connection."""
    wanted: list[tuple[str, object]] = [
        ("busy_timeout", BUSY_TIMEOUT_MS),
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 0),
        ("cache_size", -cache_kib),
        ("temp_store", 2),
        ("query_only", int(read_only)),
    ]
    cursor = connection.cursor()
    try:
        for name, value in wanted:
            cursor.execute(f"PRAGMA {name} = {value}").fetchall()
            found = cursor.execute(f"PRAGMA {name}").fetchone()[0]
            if found != value:
                raise WrongPragma(f"PRAGMA {name} is {found!r}, not {value!r}")
    finally:
        cursor.close()


def _sqlite_engine(url: URL, *, read_only: bool) -> Engine:
    cache_kib, size = (READER_CACHE_KIB, SQLITE_READERS) if read_only else (WRITER_CACHE_KIB, 1)
    engine = create_engine(
        url,
        pool_size=size,
        max_overflow=0,
        pool_timeout=BUSY_TIMEOUT_MS / 1000,
        hide_parameters=True,
        connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000},
    )
    begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, entry: ConnectionPoolEntry) -> None:
        # The driver begins nothing on its own; see below.
        connection.isolation_level = None
        _set_pragmas(connection, cache_kib, read_only=read_only)
        entry.info[BEGIN] = begin

    engine.dialect.do_begin = _begin  # type: ignore[assignment]  # the driver's way does nothing on SQLite
    return engine


def _begin(connection: Any) -> None:
    """Begin a transaction as the connection was told; an event of the engine would make every statement look for
    listeners.
    """
    connection.dbapi_connection.execute(connection.info[BEGIN])


def _postgresql_engine(url: URL, threads: int) -> Engine:
    engine = create_engine(
        url,
        pool_size=threads,
        max_overflow=8,
        pool_timeout=30,
        pool_use_lifo=True,
        isolation_level="READ COMMITTED",
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _entry: ConnectionPoolEntry) -> None:
        # Ids are text in Python, also in raw SQL and aggregates that SQLAlchemy's types do not see.
        connection.adapters.register_loader("uuid", TextLoader)

    @event.listens_for(engine, "checkin")
    def remember(_connection: Any, entry: ConnectionPoolEntry) -> None:
        entry.info["used"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def look_after_a_while(connection: Any, entry: ConnectionPoolEntry, _proxy: object) -> None:
        if time.monotonic() - entry.info.get("used", time.monotonic()) > IDLE_SECONDS:
            try:
                engine.dialect.do_ping(connection)
            except psycopg.Error as error:
                # The pool throws the connection away and makes a new one.
                raise DisconnectionError from error

    return engine


class Database:
    """Transactions on one database; safe to share between threads.

    Attributes:
        dialect: ``sqlite`` or ``postgresql``.
        engine: the writing engine, for migrations.
    """

    def __init__(
        self,
        url: str,
        *,
        threads: int = 40,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """Open nothing yet; connections are made when wanted.

        Args:
            url: ``sqlite:///file`` or ``postgresql+psycopg://…``.
            threads: how many request threads may want a connection at once.
            sleep: waits that many seconds before a rerun.
            jitter: a number from 0 to 1, the part of the pause that is taken.

        Raises:
            ValueError: another kind of database, or SQLite in memory, which several connections cannot share.
        """
        parsed = make_url(url)
        self.dialect = parsed.get_backend_name()
        if self.dialect == "sqlite" and parsed.database and parsed.database != ":memory:":
            self.engine = _sqlite_engine(parsed, read_only=False)
            self._reader = _sqlite_engine(parsed, read_only=True)
        elif parsed.drivername == "postgresql+psycopg":
            self.engine = _postgresql_engine(parsed, threads)
            self._reader = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        else:
            raise ValueError(f"neither an SQLite file nor postgresql+psycopg: {parsed.render_as_string()}")
        self._stable = self._reader
        if self.dialect == "postgresql":
            self._stable = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._sleep = sleep
        self._jitter = jitter
        self._turn = threading.Lock()
        self._writing_thread: int | None = None

    @contextmanager
    def read(self, *, stable: bool = False) -> Iterator[Connection]:
        """A connection for reading.

        On SQLite it is a snapshot and cannot write. On PostgreSQL each statement stands alone, which saves two round
        trips, unless *stable*.

        Args:
            stable: all statements see the same state: on PostgreSQL a read-only REPEATABLE READ transaction.
        """
        engine = self._stable if stable else self._reader
        with engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A writing transaction: commits at the end, rolls back on any error.

        Raises:
            RuntimeError: this thread is inside a writing transaction of SQLite already and would wait for itself.
        """
        if self.dialect != "sqlite":
            with self.engine.begin() as connection:
                yield connection
            return
        me = threading.get_ident()
        if self._writing_thread == me:
            raise RuntimeError("this thread is writing already")
        with self._turn:
            self._writing_thread = me
            try:
                with self.engine.begin() as connection:
                    yield connection
            finally:
                self._writing_thread = None

    def run(self, work: Callable[[Connection], T]) -> T:
        """Run *work* as one writing transaction, again in a fresh one when it met a conflict with others.

        *work* may run several times and must have no effect but through its connection.

        Raises:
            Unavailable: ``database_busy`` after the last attempt.
        """
        pause = FIRST_PAUSE
        for _attempt in range(ATTEMPTS[self.dialect]):
            try:
                with self.write() as connection:
                    return work(connection)
            except DBAPIError as error:
                if not is_conflict(error):
                    raise
            self._sleep(pause * self._jitter())
            pause = min(pause * 2, LONGEST_PAUSE)
        raise Unavailable("database_busy")

    def reachable(self) -> bool:
        """Whether the database answers now."""
        try:
            with self.read() as connection:
                connection.exec_driver_sql("SELECT 1")
        except (DBAPIError, DomainError):
            return False
        return True

    def dispose(self) -> None:
        """Close all connections; the object may be used again and would open new ones."""
        self._reader.dispose()
        self.engine.dispose()
