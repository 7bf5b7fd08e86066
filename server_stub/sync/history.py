"""Noticing that this database was restored from an older backup, though nobody says so.

Every page and snapshot carries, behind the cursor, a *witness*: the newest commit that this server had numbered, under
a MAC that only this server can make. A counter brings it back with its next request. A witness that is not in this
database's past proves that the counter saw what this database no longer has: it was restored. Then it begins a new
epoch; every counter learns of it with its next page, offers what it sealed once more and takes a snapshot.

A witness whose commit was compacted away is checked by the digest that compaction kept of it. Source: SYNC point 22.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from domain.kernel.ids import IdSource
from server_stub.sync import alarms, repository, repository_past

SEPARATOR = "."
"""Between the cursor and the witness; neither has one inside."""
MAC_SIZE = 16
EPOCHS = "epochs"


class Witness(msgspec.Struct, frozen=True, array_like=True):
    """The newest commit at one moment; ``epoch`` is a short digest of the epoch's id, ``commit`` 16 raw bytes."""

    epoch: bytes
    sequence: int
    commit: bytes


@dataclass(frozen=True, slots=True)
class Past:
    """The epochs of this database, the present one last, and its newest commit (0 and empty for none)."""

    epochs: tuple[str, ...]
    sequence: int
    commit_id: str

    @property
    def epoch(self) -> str:
        """The id of the present epoch: part of every cursor."""
        return self.epochs[-1]

    @property
    def witness(self) -> Witness:
        """What a device that reads now has seen."""
        return Witness(_short(self.epoch), self.sequence, UUID(self.commit_id).bytes if self.commit_id else b"")


def epochs(connection: Connection) -> tuple[str, ...]:
    """The ids of all epochs of this database; the first one is the database's id."""
    kept = repository.get_metas(connection, ("database_id", EPOCHS))
    return (kept.get("database_id", ""), *json.loads(kept.get(EPOCHS, "[]")))


def past(connection: Connection) -> Past:
    """What this database knows of itself, in one state of it."""
    return Past(epochs(connection), *repository.newest_commit(connection))


def restores(connection: Connection) -> int:
    """How often this database was found to be restored."""
    return len(epochs(connection)) - 1


def _short(epoch_id: str) -> bytes:
    return hashlib.sha256(epoch_id.encode()).digest()[:8]


def attach(cursor: str, seen: Witness, key: bytes) -> str:
    """A cursor with its witness behind it."""
    packed = msgspec.msgpack.encode(seen)
    text = base64.urlsafe_b64encode(_mac(key, packed) + packed).decode().rstrip("=")
    return cursor + SEPARATOR + text


def detach(text: str, key: bytes) -> tuple[str, Witness | None]:
    """(cursor, witness); None when there is none or when it was not made by this server."""
    cursor, _, told = text.partition(SEPARATOR)
    try:
        raw = base64.urlsafe_b64decode(told + "=" * (-len(told) % 4))
        if not told or not hmac.compare_digest(raw[:MAC_SIZE], _mac(key, raw[MAC_SIZE:])):
            return cursor, None
        return cursor, msgspec.msgpack.decode(raw[MAC_SIZE:], type=Witness)
    except (ValueError, msgspec.MsgspecError):
        return cursor, None


def _mac(key: bytes, packed: bytes) -> bytes:
    return hmac.digest(key, packed, "sha256")[:MAC_SIZE]


def is_ours(connection: Connection, mine: Past, seen: Witness) -> bool:
    """Whether what was seen lies in this database's past."""
    if seen.epoch not in map(_short, mine.epochs):
        return False
    if seen.epoch != _short(mine.epoch) or seen.sequence == 0 or seen == mine.witness:
        return True
    return seen.sequence <= mine.sequence and _stands(connection, seen)


def is_lost(connection: Connection, seen: Witness) -> bool:
    """Whether the commit that was seen, in whichever epoch, is not in this database."""
    return seen.sequence > 0 and not _stands(connection, seen)


def _stands(connection: Connection, seen: Witness) -> bool:
    """Whether this database has, or had and compacted away, this very commit under this number."""
    commit_id = repository.commit_at(connection, seen.sequence)
    if commit_id is not None:
        return UUID(commit_id).bytes == seen.commit
    return repository_past.digest_at(connection, seen.sequence) == repository_past.digest_of(seen.commit)


def begin_epoch(connection: Connection, seen: Witness, device_id: str, ids: IdSource, now_ms: int) -> bool:
    """Begin a new epoch because of what a device had seen; False when somebody else has done so already."""
    repository.lock_meta(connection)
    mine = past(connection)
    if is_ours(connection, mine, seen):
        return False
    repository.set_meta(connection, EPOCHS, json.dumps([*mine.epochs[1:], ids.new()]))
    detail = {"had": mine.sequence, "seen": seen.sequence}
    alarms.raise_alarm(connection, alarms.SERVER_RESTORED, device_id, detail, now_ms)
    return True
