"""Reading the document of a command, whatever its table."""

from __future__ import annotations

from sqlalchemy import Connection, Table, func, select

from domain.kernel.channels import Row
from domain.kernel.tables import synced_tables


def row_of(connection: Connection, table: Table, row_id: str) -> Row | None:
    """One row by its id."""
    found = connection.execute(select(table).where(table.c.id == row_id)).mappings().first()
    return dict(found) if found else None


def counts(connection: Connection) -> dict[str, int]:
    """How many rows this PC holds of each table that comes from the server."""
    return {
        table.name: int(connection.execute(select(func.count()).select_from(table)).scalar_one())
        for table in synced_tables()
    }
