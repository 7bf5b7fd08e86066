"""SQL of devices as synchronisation knows them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, or_, select, text, update

from domain.kernel.channels import Row
from domain.parties.model import device_health
from server_stub.accounts.models import device
from server_stub.sync.models import alarm, device_place

HEALTH_LOCK = 0x0DEA1EA1
"""Key of the advisory lock that lets one process write reports at a time."""


def lock_health(connection: Connection) -> None:
    """Wait for other processes that write reports; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": HEALTH_LOCK})


_ALARMS = (
    select(func.count())
    .select_from(alarm)
    .where(alarm.c.device_id == device.c.id, alarm.c.seen_at == 0)
    .correlate(device)
    .scalar_subquery()
)


def enrolled(connection: Connection, reporting: Sequence[str]) -> dict[str, Row]:
    """Devices by id: those that reported, and those of which the network does not know the status or the alarms yet."""
    repairs = func.coalesce(device_place.c.repairs, 0).label("repairs")
    columns = (device.c.id, device.c.party_id, device.c.number, device.c.name, device.c.status)
    news = or_(device_health.c.status != device.c.status, func.coalesce(device_health.c.alarms, 0) != _ALARMS)
    statement = (
        select(*columns, _ALARMS.label("alarms"), repairs)
        .join(device_health, device_health.c.id == device.c.id, isouter=True)
        .join(device_place, device_place.c.device_id == device.c.id, isouter=True)
        .where(or_(device.c.id.in_(list(reporting)), news))
    )
    return {row["id"]: dict(row) for row in connection.execute(statement).mappings()}


def health(connection: Connection) -> dict[str, Row]:
    """How every device was when it was last written down, by id."""
    return {row["id"]: dict(row) for row in connection.execute(select(device_health)).mappings()}


def count_unseen_alarms(connection: Connection) -> int:
    """How many alarms nobody at headquarters has looked at."""
    return int(connection.execute(select(func.count()).select_from(alarm).where(alarm.c.seen_at == 0)).scalar_one())


def acknowledge_alarms(connection: Connection, device_id: str, by: str, at: int) -> None:
    """Somebody has looked at the alarms about a device."""
    unseen = update(alarm).where(alarm.c.device_id == device_id, alarm.c.seen_at == 0)
    connection.execute(unseen.values(seen_by=by, seen_at=at))
