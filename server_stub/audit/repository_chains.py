"""The audit trail is the chain of sealed commands itself: every void, refund and opened drawer is a link of it.

Each link is checked against its own hash, the signature of its device, and the hash that the link behind it names;
the newest against what the server noted when it took it in. So an edited, restamped, cut out or re-appended command is
found. Source: SECURITY, "audit trail".
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, select

from domain.kernel.channels import Row
from domain.kernel.envelope import Sealed, open_body, verify
from domain.kernel.errors import Invalid
from domain.kernel.outcome import Outcome
from server_stub.accounts.models import device, server_key
from server_stub.sync.device import SERVER_DEVICE_ID
from server_stub.sync.models import chain, envelope

PAGE = 500
_SET_ASIDE = frozenset({str(Outcome.QUARANTINED), str(Outcome.PARKED)})


def broken_links(connection: Connection) -> tuple[int, int]:
    """(links compared, how many do not hold); links that were found not to fit when they came in are alarms already."""
    keys = _keys(connection)
    compared = wrong = 0
    for link in connection.execute(select(chain)).mappings().all():
        seen, bad = _chain(connection, dict(link), keys.get(link["device_id"], b""))
        compared += seen
        wrong += max(0, bad - link["alarms"])
    return compared, wrong


def _keys(connection: Connection) -> dict[str, bytes]:
    keys = {row_id: bytes(key) for row_id, key in connection.execute(select(device.c.id, device.c.public_key))}
    own = connection.execute(select(server_key.c.secret).where(server_key.c.name == "device")).scalar()
    if own is not None:
        keys[SERVER_DEVICE_ID] = Ed25519PrivateKey.from_private_bytes(bytes(own)).public_key().public_bytes_raw()
    return keys


def _chain(connection: Connection, link: Row, key: bytes) -> tuple[int, int]:
    """Walk one chain from its end to its beginning; *wanted* is the hash that the link at hand must have."""
    compared = wrong = 0
    wanted: str | None = link["last_hash"]
    for _, group in groupby(_newest_first(connection, link), key=lambda row: row["sequence"]):
        candidates = list(group)
        row = next((one for one in candidates if one["hash"] == wanted), None)
        if row is None:
            compared, wrong = compared + 1, wrong + (wanted is not None)
            row = next((one for one in candidates if one["state"] not in _SET_ASIDE), candidates[0])
        else:
            compared += 1
        held, wanted = _held(row, key)
        wrong += not held
    return compared, wrong


def _held(row: Row, key: bytes) -> tuple[bool, str | None]:
    """Whether a link is what it says, and the hash of the one before it; None when that cannot be read."""
    body = bytes(row["body"])
    sealed = Sealed(zstandard.decompress(body) if row["packed"] else body, bytes(row["signature"]), row["personal"])
    readable = row["state"] not in _SET_ASIDE
    try:
        opened = open_body(sealed)
        verify(sealed, opened, key)
    except Invalid:
        # What came unreadable was set aside as such; anything else was changed afterwards.
        return not readable, None
    fits = sealed.hash == row["hash"] and opened.sequence == row["sequence"] and opened.device == row["device_id"]
    return fits or not readable, opened.previous


def _newest_first(connection: Connection, link: Row) -> Iterator[Row]:
    below = link["last_sequence"] + 1
    of = (envelope.c.device_id == link["device_id"], envelope.c.epoch == link["epoch"])
    while True:
        statement = (
            select(envelope)
            .where(*of, envelope.c.sequence < below, envelope.c.sequence >= link["first_sequence"])
            .order_by(envelope.c.sequence.desc())
            .limit(PAGE)
        )
        found = [dict(row) for row in connection.execute(statement).mappings()]
        if len(found) < PAGE:
            yield from found
            return
        # The last sequence of a page may have more envelopes than the page shows: it is read again with the next.
        cut = found[-1]["sequence"]
        yield from (row for row in found if row["sequence"] > cut)
        below = cut + 1
