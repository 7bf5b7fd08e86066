"""SQL of what is remembered of edits: who wrote which version of a record that several people edit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, delete, insert, select

from domain.kernel.channels import Row
from domain.kernel.merging import Step
from server_stub.sync.models import row_edit


def keep(connection: Connection, edits: Sequence[tuple[Table, Row]], author: tuple[str, str], now_ms: int) -> None:
    """Keep images (table, row before) that a command of *author*, (device, name of the person), replaces."""
    if edits:
        rows = [
            {
                "table_name": table.name,
                "row_id": before["id"],
                "version": before["version"],
                "image": msgspec.json.encode(before).decode(),
                "device_id": author[0],
                "person_name": author[1],
                "at": now_ms,
            }
            for table, before in edits
        ]
        connection.execute(insert(row_edit), rows)


def steps(connection: Connection, table: Table, current: Row, since: int) -> list[Step]:
    """The writes of a row from version *since* to its *current* image; none when that is no longer known."""
    statement = (
        select(row_edit.c.version, row_edit.c.image, row_edit.c.device_id, row_edit.c.person_name, row_edit.c.at)
        .where(row_edit.c.table_name == table.name, row_edit.c.row_id == current["id"], row_edit.c.version >= since)
        .order_by(row_edit.c.version)
    )
    found = connection.execute(statement).all()
    if not found or found[0][0] != since:
        return []
    images: list[Any] = [*(msgspec.json.decode(row.image) for row in found), current]
    return [
        Step(images[at], images[at + 1], row.device_id, row.person_name, int(row.at)) for at, row in enumerate(found)
    ]


def forget(connection: Connection, before_ms: int) -> int:
    """Forget what was replaced before an instant; returns how many images."""
    return int(connection.execute(delete(row_edit).where(row_edit.c.at < before_ms)).rowcount)
