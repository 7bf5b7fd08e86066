"""Revocations that a restored server has lost, told by PCs that had seen them.

A device's row of health carries the server's signed word once the device is shut out, and every PC of its party and of
headquarters has that row. When such a PC hears of a new epoch of the server it tells the words; only this server can
have said them, because the key that signs them is in every backup.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from domain.kernel.errors import Invalid
from domain.kernel.ids import is_id
from domain.kernel.remainder import check_revocation
from server_stub.accounts import repository as accounts
from server_stub.accounts.keys import lease_key
from server_stub.accounts.models import REVOKED
from server_stub.sync.alarms import REVOCATION_RETURNED, raise_alarm


def take(connection: Connection, told: Sequence[tuple[str, str]], now_ms: int) -> int:
    """Shut out again what had been shut out; (device, word). Words that this server never said change nothing.

    A device that is unknown here is remembered until it comes back. Returns how many devices that were.
    """
    public_key, taken = lease_key(connection).public_key().public_bytes_raw(), 0
    for device_id, word in told:
        row = accounts.device_by_id(connection, device_id) if is_id(device_id) else None
        if (
            not is_id(device_id)
            or (row is not None and row["status"] == REVOKED)
            or not _said(word, device_id, public_key)
        ):
            continue
        if row is None and not accounts.remember_revocation(connection, device_id, now_ms):
            continue
        accounts.mark_device_revoked(connection, device_id)
        raise_alarm(connection, REVOCATION_RETURNED, device_id, {"known": int(row is not None)}, now_ms)
        taken += 1
    return taken


def _said(word: str, device_id: str, public_key: bytes) -> bool:
    try:
        check_revocation(word, device_id, public_key)
    except Invalid:
        return False
    return True
