"""Opening an encrypted SQLite file with a raw key, durable, with its settings read back. Source: SYNC point 6."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Engine, MetaData, QueuePool, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.schema import CreateColumn

from desktop.store.space import DiskFull
from domain.kernel.errors import Refused

CACHE_KIB = 64 * 1024
READER_CACHE_KIB = 16 * 1024
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
        "sqlite://",
        module=sqlcipher,
        creator=connect,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        hide_parameters=True,
    )
    begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"

    @event.listens_for(engine, "handle_error", retval=True)
    def judge(context: ExceptionContext) -> DiskFull | None:
        told = str(context.original_exception)
        if "malformed" in told:
            path.with_name(SUSPECT).touch()  # looked at thoroughly at the next start
        return DiskFull("disk_full") if "disk is full" in told else None

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine


def add_columns(connection: Connection, metadata: MetaData) -> None:
    """Add the columns that an older program did not have; such columns stand last and have a default."""
    for table in metadata.sorted_tables:
        known = {row[1] for row in connection.exec_driver_sql(f"PRAGMA table_info({table.name})")}
        for column in table.columns:
            if column.name not in known:
                declared = str(CreateColumn(column).compile(dialect=connection.dialect))
                connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {declared}")
