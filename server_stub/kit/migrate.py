"""The schema's versions: bring a database up to date, say whether it is, and compare it with the tables in code."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData

from server_stub.kit.database import Database

SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"

UPGRADE_LOCK = 0x0DEA1E50
"""Key of the advisory lock that lets one process upgrade at a time."""


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    return config


@cache
def newest() -> str | None:
    """The version that this program expects; None before the first migration is written."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def version_of(connection: Connection) -> str | None:
    """The version that the database has; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(db: Database) -> None:
    """Bring the database to the newest version, in one transaction; nothing happens when it is there.

    Processes that try at the same time wait for each other.
    """
    with db.write() as connection:
        if db.dialect == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({UPGRADE_LOCK})")
        command.upgrade(_config(connection), "head")


def is_current(db: Database) -> bool:
    """Whether the database has the version that this program expects."""
    with db.read() as connection:
        return version_of(connection) == newest()


def differences(connection: Connection, metadata: MetaData) -> list[Any]:
    """What Alembic would change to make the database equal the tables in code; empty when they agree."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))
