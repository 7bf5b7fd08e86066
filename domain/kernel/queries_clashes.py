"""Reading clashes of edits."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select

from domain.kernel.channels import Row
from domain.kernel.clash import OPEN, field_clash


def clash_by_id(connection: Connection, clash_id: str) -> Row | None:
    """A clash as this side knows it."""
    found = connection.execute(select(field_clash).where(field_clash.c.id == clash_id)).mappings().first()
    return dict(found) if found else None


def open_of(connection: Connection, record_id: str) -> list[Row]:
    """What is open about one record, in order of its fields."""
    statement = select(field_clash).where(field_clash.c.record_id == record_id, field_clash.c.state == OPEN)
    return [dict(row) for row in connection.execute(statement.order_by("field", "id")).mappings()]


def list_open(connection: Connection, limit: int = 500) -> list[Row]:
    """Everything that is open, oldest first."""
    statement = select(field_clash).where(field_clash.c.state == OPEN)
    return [dict(row) for row in connection.execute(statement.order_by("other_at", "id").limit(limit)).mappings()]


def of_commands(connection: Connection, command_ids: Collection[str]) -> list[Row]:
    """The clashes that these edits met."""
    statement = select(field_clash).where(field_clash.c.command_id.in_(sorted(command_ids))).order_by("id")
    return [dict(row) for row in connection.execute(statement).mappings()]
