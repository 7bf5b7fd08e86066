"""SQL of devices as synchronisation knows them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, or_, select, text

from domain.kernel.channels import Row
from domain.parties.model import device_health
from server_stub.accounts.models import device

HEALTH_LOCK = 0x0DEA1EA1
"""Key of the advisory lock that lets one process write reports at a time."""


def lock_health(connection: Connection) -> None:
    """Wait for other processes that write reports; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": HEALTH_LOCK})


def enrolled(connection: Connection, reporting: Sequence[str]) -> dict[str, Row]:
    """Devices by id: those that reported, and those whose status is not yet known to the network."""
    statement = (
        select(device.c.id, device.c.party_id, device.c.number, device.c.name, device.c.status)
        .join(device_health, device_health.c.id == device.c.id, isouter=True)
        .where(or_(device.c.id.in_(list(reporting)), device_health.c.status != device.c.status))
    )
    return {row["id"]: dict(row) for row in connection.execute(statement).mappings()}


def health(connection: Connection) -> dict[str, Row]:
    """How every device was when it was last written down, by id."""
    return {row["id"]: dict(row) for row in connection.execute(select(device_health)).mappings()}
