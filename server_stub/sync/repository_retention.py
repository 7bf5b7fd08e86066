"""SQL of what is kept for a time: tombstones, places of devices in the feed, and the feed above the slowest of them."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, delete, func, select, text, update

from domain.kernel.channels import Row
from server_stub.accounts.models import ACTIVE, device
from server_stub.sync import repository_past as feed_past
from server_stub.sync.models import device_place as place, feed_body, feed_commit, feed_position, tombstone
from server_stub.sync.repository import get_meta, set_meta, upsert

FLOOR = "feed_floor"
_PLACE = select(place.c.sequence, place.c.noted_at).where(place.c.device_id == bindparam("device"))
_POSITION = delete(feed_position).where(
    feed_position.c.channel == bindparam("of"), feed_position.c.sequence == bindparam("at")
)
COMPACTION_LOCK = 0x0DEA1E9
"""Key of the advisory lock that makes one compaction of many processes."""


def add_tombstones(connection: Connection, rows: Sequence[Row]) -> None:
    """Keep the tombstones of deleted rows."""
    statement = upsert(connection, tombstone)
    changes = {"version": statement.excluded.version, "deleted_at": statement.excluded.deleted_at}
    keys = [tombstone.c.table_name, tombstone.c.row_id]
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changes), list(rows))


def forget_tombstones(connection: Connection, before_ms: int) -> int:
    """Forget the tombstones of rows that were deleted before an instant; returns how many."""
    return int(connection.execute(delete(tombstone).where(tombstone.c.deleted_at < before_ms)).rowcount)


def device_place(connection: Connection, device_id: str) -> tuple[int, int] | None:
    """(sequence up to which a device has the feed, when that was noted), None for a device that never asked."""
    found = connection.execute(_PLACE, {"device": device_id}).first()
    return (int(found[0]), int(found[1])) if found else None


def note_place(connection: Connection, device_id: str, sequence: int, now_ms: int) -> None:
    """Note how far a device has read."""
    statement = upsert(connection, place).values(device_id=device_id, sequence=sequence, noted_at=now_ms)
    changes = {"sequence": sequence, "noted_at": now_ms}
    connection.execute(statement.on_conflict_do_update(index_elements=[place.c.device_id], set_=changes))


def note_repairs(connection: Connection, device_id: str, number: int) -> None:
    """A device that has a place takes so many channels or slices anew."""
    statement = update(place).where(place.c.device_id == device_id)
    connection.execute(statement.values(repairs=place.c.repairs + number))


def feed_floor(connection: Connection) -> int:
    """The newest commit that was forgotten, 0 for none: who stands below it cannot read on."""
    return int(get_meta(connection, FLOOR) or 0)


def forget_commits(connection: Connection, seen_since: int, most: int) -> int:
    """Forget the oldest commits that every device seen since then has; never the newest commit. Returns how many."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": COMPACTION_LOCK})
    going = _to_forget(connection, seen_since, most)
    if not going:
        return 0
    floor = going[-1][0]
    set_meta(connection, FLOOR, str(floor))
    feed_past.remember(connection, [(sequence, commit_id) for sequence, commit_id, _ in going])
    # Found by the channels that each commit names: an index on the sequence would be paid for with every push.
    positions = [{"of": channel, "at": sequence} for sequence, _, entries in going for channel in json.loads(entries)]
    if positions:
        connection.execute(_POSITION, positions)
    bodies = [commit_id for _, commit_id, _ in going]
    connection.execute(delete(feed_commit).where(feed_commit.c.sequence <= floor))
    connection.execute(delete(feed_body).where(feed_body.c.commit_id.in_(bodies)))
    return len(going)


def _to_forget(connection: Connection, seen_since: int, most: int) -> list[tuple[int, str, str]]:
    newest = int(connection.execute(select(func.coalesce(func.max(feed_commit.c.sequence), 0))).scalar_one())
    living = (
        select(func.min(place.c.sequence))
        .join(device, device.c.id == place.c.device_id)
        .where(place.c.noted_at >= seen_since, device.c.status == ACTIVE)
    )
    slowest = connection.execute(living).scalar()
    up_to = newest - 1 if slowest is None else min(int(slowest), newest - 1)
    statement = (
        select(feed_commit.c.sequence, feed_commit.c.commit_id, feed_body.c.entries)
        .join(feed_body, feed_body.c.commit_id == feed_commit.c.commit_id)
        .where(feed_commit.c.sequence <= up_to)
        .order_by(feed_commit.c.sequence)
        .limit(most)
    )
    return [(int(sequence), commit_id, entries) for sequence, commit_id, entries in connection.execute(statement)]
