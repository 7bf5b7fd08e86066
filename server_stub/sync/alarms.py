"""What an operator must know and nobody else would tell: kept in the database, logged, counted by ``audit``."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping

from sqlalchemy import Connection

from server_stub.sync import repository

log = logging.getLogger(__name__)

SERVER_RESTORED = "server_restored"
"""This database is older than what a device has seen of it."""
DEVICE_FORKED = "device_forked"
"""A device's state was restored or copied: it goes on under an epoch of its own."""
REMAINDER_HANDED_IN = "revoked_device_handed_in"
"""A device that is shut out handed in what it had sealed before it knew: kept without effect, a person decides."""
DEVICE_RETURNED = "device_returned"
"""A device that this database had forgotten came back by its passport; had it been revoked since the backup, and nobody
who saw that has told it yet, somebody must do so again."""
REVOCATION_RETURNED = "revocation_returned"
"""A device was shut out after the backup; a PC that had seen it told, and the device is shut out again."""
ARCHIVE_GONE = "archive_gone"
"""A device no longer has commands that this database lost: the chain goes on behind the hole."""


def raise_alarm(
    connection: Connection, kind: str, device_id: str, detail: Mapping[str, str | int], now_ms: int
) -> None:
    """Keep an alarm in the transaction of what it is about, and log it."""
    log.error("alarm %s", kind, extra={"device": device_id, **detail})
    row = {"kind": kind, "device_id": device_id, "at": now_ms, "detail": json.dumps(detail)}
    repository.add_alarm(connection, row)
