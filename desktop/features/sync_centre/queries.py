"""Reading the document of a command, whatever its table."""

from __future__ import annotations

from sqlalchemy import Connection, Table, func, select

from domain.kernel.channels import Row
from domain.kernel.tables import synced_tables
from domain.parties.model import device_health, party


def row_of(connection: Connection, table: Table, row_id: str) -> Row | None:
    """One row by its id."""
    found = connection.execute(select(table).where(table.c.id == row_id)).mappings().first()
    return dict(found) if found else None


def list_devices(connection: Connection) -> list[Row]:
    """How the devices are that this PC may know of, each with its party's name and code."""
    statement = select(device_health, party.c.name.label("party_name"), party.c.code.label("party_code")).join(
        party, party.c.id == device_health.c.party_id, isouter=True
    )
    return [dict(row) for row in connection.execute(statement).mappings()]


def counts(connection: Connection) -> dict[str, int]:
    """How many rows this PC holds of each table that comes from the server."""
    return {
        table.name: int(connection.execute(select(func.count()).select_from(table)).scalar_one())
        for table in synced_tables()
    }
