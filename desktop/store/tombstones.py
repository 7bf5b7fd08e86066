"""Rows that are gone, and with which version: an older image that comes late must not bring one back.

Two commits can be numbered in the other order than their row locks, so an image may follow the tombstone of its row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from domain.kernel.tables import metadata
from domain.kernel.wire import Gone

KEPT_MS = 400 * 86_400_000
"""How long a tombstone is kept at least; source: SYNC point 21."""
_AT_ONCE = 500

Images = list[Sequence[str | int | None]]


def keep(connection: Connection, gone: Mapping[str, Sequence[Gone]], now_ms: int) -> None:
    """Keep tombstones; of two for one row the higher version."""
    entries = [(table, row_id, version, now_ms) for table, each in gone.items() for row_id, version in each]
    if entries:
        connection.exec_driver_sql(
            "INSERT INTO tombstone VALUES (?, ?, ?, ?) ON CONFLICT (table_name, row_id)"
            " DO UPDATE SET version = max(version, excluded.version), at = excluded.at",
            entries,
        )


def living(connection: Connection, images: Mapping[str, Images]) -> dict[str, Images]:
    """Images without those that are older than their row's tombstone, by table; only tables that lost some."""
    if connection.exec_driver_sql("SELECT 1 FROM tombstone LIMIT 1").first() is None:
        return {}
    left: dict[str, Images] = {}
    for table_name, rows in images.items():
        dead = _versions(connection, table_name, [str(row[0]) for row in rows])
        if dead:
            left[table_name] = [row for row in rows if int(row[1] or 0) >= dead.get(str(row[0]), 0)]
    return left


def _versions(connection: Connection, table_name: str, row_ids: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(row_ids), _AT_ONCE):
        part = row_ids[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(part))
        statement = f"SELECT row_id, version FROM tombstone WHERE table_name = ? AND row_id IN ({marks})"  # noqa: S608 - marks only  # nosec B608
        found.update((row[0], row[1]) for row in connection.exec_driver_sql(statement, (table_name, *part)))
    return found


def remove_dead(connection: Connection, gone: Mapping[str, Sequence[Gone]]) -> None:
    """Remove the rows of these tombstones, but not one that is there in the same or a newer version."""
    for table_name, each in gone.items():
        if each:
            statement = f"DELETE FROM {metadata.tables[table_name].name} WHERE id = ? AND version < ?"  # noqa: S608 - the domain's name  # nosec B608
            connection.exec_driver_sql(statement, list(each))


def forget_old(connection: Connection, now_ms: int) -> int:
    """Forget tombstones that are older than they must be kept; returns how many."""
    return connection.exec_driver_sql("DELETE FROM tombstone WHERE at < ?", (now_ms - KEPT_MS,)).rowcount
