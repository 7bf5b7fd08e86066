"""Going on under a new epoch: this PC was restored from a backup or copied, and the server knows more than it does.

What the server does not have is sealed anew, with the same command ids, documents and sequences, under the new epoch
and with numbers of that epoch: the old ones may stand on other paper. The first envelopes stay in ``superseded``.
Source: SYNC point 22.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, insert, select, update

from desktop.store.identity import Identity
from desktop.store.ledger_tables import OPEN, SAVED, command, superseded
from domain.kernel.channels import Row
from domain.kernel.envelope import GENESIS, Sealed, open_body, seal

NUMBERS = ("number", "code")
"""Where a payload has its document's number: a shop's own product has it as its code."""


def number_prefix(known: Identity, epoch: int) -> str:
    """What document numbers of this PC begin with: shop, device, and its epoch when it is not the first."""
    return f"{known.party_code}-{known.device_number:02d}{'' if epoch == 1 else f'.{epoch}'}-"


def reseal(
    connection: Connection, known: Identity, becomes: Identity, sequence: int, key: Ed25519PrivateKey, now_ms: int
) -> list[int]:
    """Seal the unanswered commands from *sequence* on anew under the epoch and number that this PC has from now on, in
    the ledger's transaction; returns their sequences.
    """
    rows = _rows(connection, sequence)
    previous = _hash_before(connection, sequence)
    for row in rows:
        sealed, number = _anew(row, known, becomes, previous, key)
        _replace(connection, row, sealed, number, becomes.epoch, now_ms)
        previous = sealed.hash
    return [int(row["sequence"]) for row in rows]


def _rows(connection: Connection, sequence: int) -> Sequence[Row]:
    """Of whichever epoch: sequences rise through all of them."""
    statement = select(command).where(command.c.sequence >= sequence, command.c.status.in_(OPEN))
    return [dict(row) for row in connection.execute(statement.order_by(command.c.sequence)).mappings()]


def _hash_before(connection: Connection, sequence: int) -> str:
    statement = select(command.c.hash).where(command.c.sequence < sequence).order_by(command.c.sequence.desc()).limit(1)
    return str(connection.execute(statement).scalar() or GENESIS)


def _anew(row: Row, known: Identity, becomes: Identity, previous: str, key: Ed25519PrivateKey) -> tuple[Sealed, str]:
    personal = bytes(row["personal"]) if row["personal"] else None
    body = open_body(Sealed(bytes(row["body"]), bytes(row["signature"]), personal))
    old, payload = str(row["number"]), msgspec.json.decode(bytes(body.payload), type=dict[str, Any])
    number = old.replace(number_prefix(known, row["epoch"]), number_prefix(becomes, becomes.epoch), 1)
    for name in NUMBERS:
        if old and payload.get(name) == old:
            payload[name] = number
    raw = msgspec.Raw(msgspec.json.encode(payload))
    again = msgspec.structs.replace(body, epoch=becomes.epoch, previous=previous, payload=raw)
    return seal(again, key, personal), number


def _replace(connection: Connection, row: Row, sealed: Sealed, number: str, epoch: int, now_ms: int) -> None:
    kept = {name: row[name] for name in ("hash", "epoch", "sequence", "body", "signature")}
    connection.execute(insert(superseded), {**kept, "at": now_ms})
    former = row["former"] or (row["number"] if number != row["number"] else "")
    connection.execute(
        update(command)
        .where(command.c.epoch == row["epoch"], command.c.sequence == row["sequence"])
        .values(
            epoch=epoch,
            hash=sealed.hash,
            body=sealed.body,
            signature=sealed.signature,
            number=number,
            former=former,
            status=SAVED,
        )
    )
