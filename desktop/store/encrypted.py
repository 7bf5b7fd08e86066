"""Opening an encrypted SQLite file with a raw key, durable, with its settings read back. Source: SYNC point 6."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import URL, Connection, Engine, MetaData, QueuePool, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.schema import CreateColumn

from desktop.store.space import DiskFull
from domain.kernel.errors import Refused

CACHE_KIB = 64 * 1024
READER_CACHE_KIB = 16 * 1024
BEGIN = "begin"
"""Under this name a connection keeps how its transactions begin."""
SUSPECT = "suspect"
"""The file beside a database in which a damaged page was met."""


class WrongKey(Refused):
    """The file is there but this key does not open it."""


def _pragmas(*, synchronous: int, cache_kib: int, read_only: bool, journal: str = "wal") -> list[tuple[str, object]]:
    return [
        ("busy_timeout", 10_000),
        ("journal_mode", journal),
        ("synchronous", synchronous),
        ("foreign_keys", 0),
        ("cache_size", -cache_kib),
        ("temp_store", 2),
        ("query_only", int(read_only)),
    ]


def open_engine(
    path: Path, key: bytes, *, durable: bool = False, read_only: bool = False, building: bool = False, size: int = 1
) -> Engine:
    """An engine on an encrypted file; transactions begin IMMEDIATE unless it only reads.

    Args:
        key: 32 random bytes, used raw.
        durable: synchronous=FULL (the ledger); else NORMAL, which loses no consistency (the cache can catch up).
        building: each transaction mostly adds pages, which a rollback journal does not write twice; it survives the
            end of the program, and who goes on with the file after a power cut has to check it.
        size: connections kept.

    Raises:
        WrongKey: when the first connection finds that the key does not fit.
    """
    pragmas = _pragmas(
        journal="truncate" if building else "wal",
        synchronous=0 if building else 2 if durable else 1,
        cache_kib=READER_CACHE_KIB if read_only else CACHE_KIB,
        read_only=read_only,
    )

    def connect() -> Any:
        connection = sqlcipher.connect(str(path), check_same_thread=False, timeout=10)
        connection.isolation_level = None
        try:
            connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
            for name, wanted in pragmas:
                connection.execute(f"PRAGMA {name} = {wanted}").fetchall()
                found = connection.execute(f"PRAGMA {name}").fetchone()[0]
                if found != wanted:
                    raise RuntimeError(f"PRAGMA {name} is {found!r}, not {wanted!r}")
        except sqlcipher.DatabaseError as error:
            connection.close()
            if "not a database" in str(error):
                raise WrongKey("wrong_database_key", file=path.name) from None
            raise
        return connection

    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        module=sqlcipher,
        creator=connect,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        hide_parameters=True,
    )
    event.listen(engine, "handle_error", _judge, retval=True)
    begin_with(engine, "BEGIN" if read_only else "BEGIN IMMEDIATE")
    return engine


def _judge(context: ExceptionContext) -> DiskFull | None:
    told = str(context.original_exception)
    if "malformed" in told and context.engine is not None:
        Path(str(context.engine.url.database)).with_name(SUSPECT).touch()  # looked at thoroughly at the next start
    return DiskFull("disk_full") if "disk is full" in told else None


def begin_with(engine: Engine, statement: str) -> None:
    """Let transactions of *engine* begin with a statement.

    Told to the driver: an event of the engine would make every statement look for listeners.
    """

    @event.listens_for(engine, "connect")
    def remember(_connection: Any, entry: ConnectionPoolEntry) -> None:
        entry.info[BEGIN] = statement

    engine.dialect.do_begin = _begin  # type: ignore[assignment]  # the driver's way does nothing on SQLite


def _begin(connection: Any) -> None:
    connection.dbapi_connection.execute(connection.info[BEGIN])


def add_columns(connection: Connection, metadata: MetaData) -> None:
    """Add the columns that an older program did not have; such columns stand last and have a default."""
    for table in metadata.sorted_tables:
        known = {row[1] for row in connection.exec_driver_sql(f"PRAGMA table_info({table.name})")}
        for column in table.columns:
            if column.name not in known:
                declared = str(CreateColumn(column).compile(dialect=connection.dialect))
                connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {declared}")
