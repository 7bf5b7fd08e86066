"""SQL of what is kept for a time: tombstones, and the feed above the slowest living cursor."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete

from domain.kernel.channels import Row
from server_stub.sync.models import tombstone
from server_stub.sync.repository import upsert


def add_tombstones(connection: Connection, rows: Sequence[Row]) -> None:
    """Keep the tombstones of deleted rows."""
    statement = upsert(connection, tombstone)
    changes = {"version": statement.excluded.version, "deleted_at": statement.excluded.deleted_at}
    keys = [tombstone.c.table_name, tombstone.c.row_id]
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changes), list(rows))


def forget_tombstones(connection: Connection, before_ms: int) -> int:
    """Forget the tombstones of rows that were deleted before an instant; returns how many."""
    return int(connection.execute(delete(tombstone).where(tombstone.c.deleted_at < before_ms)).rowcount)
