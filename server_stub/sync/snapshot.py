"""Snapshots: of everything that a device may see, or of channels that it enters. Each chunk is read for itself.

No transaction lies over a whole snapshot. Rows may change while it is read: every chunk is at least as new as the
start's cursor, and the feed from that cursor brings what came after.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection

from domain.kernel import wire
from domain.kernel.errors import Invalid, Refused
from domain.kernel.queries_scope import Scope, table_named
from domain.kernel.tables import blank, synced_tables
from domain.parties.queries import ids_below
from server_stub.sync import repository, repository_retention as retention
from server_stub.sync.network import ChannelSet, Cursor, Subscription, difference

CHUNK_ROWS = 5000


class Token(msgspec.Struct, frozen=True, array_like=True):
    """Names a snapshot, opaque to clients: where it began, and of which channels it is (empty for all)."""

    cursor: Cursor
    channels: tuple[str, ...] = ()

    def text(self) -> str:
        """The opaque form."""
        return base64.urlsafe_b64encode(msgspec.msgpack.encode(self)).decode()

    @classmethod
    def parse(cls, text: str) -> Token:
        """From the opaque form.

        Raises:
            Invalid: ``bad_cursor``.
        """
        try:
            return msgspec.msgpack.decode(base64.urlsafe_b64decode(text.encode()), type=cls)
        except (ValueError, msgspec.MsgspecError):
            raise Invalid("bad_cursor") from None


def start(
    connection: Connection,
    subscription: Subscription,
    epoch: str,
    cursor: Cursor | None = None,
    resume: Token | None = None,
    again: Sequence[str] = (),
) -> wire.SnapshotStart:
    """Begin a snapshot, or go on with one.

    Args:
        cursor: where the device stands: it gets what it enters since, from there on; None for everything.
        resume: of the snapshot that the device has a part of.
        again: channels that it has and wants once more.
    """
    token = _begun(connection, subscription, epoch, cursor, again)
    if resume is not None and _goes_on(connection, subscription, resume, token):
        token = resume
    tables = [(str(table.name), list(blank(table))) for table in synced_tables()]
    return wire.SnapshotStart(
        token.cursor.text(), tables, token.text(), list(token.channels), list(subscription.channels)
    )


def _begun(
    connection: Connection, subscription: Subscription, epoch: str, cursor: Cursor | None, again: Sequence[str]
) -> Token:
    known = ChannelSet.find(connection, cursor.subscription) if cursor and cursor.database == epoch else None
    if cursor is None or known is None:
        return Token(Cursor(epoch, subscription.version, repository.head_sequence(connection)))
    entered = {*difference(known, subscription).entered, *(set(again) & set(subscription.channels))}
    return Token(Cursor(epoch, subscription.version, cursor.sequence), tuple(sorted(entered)))


def _goes_on(connection: Connection, subscription: Subscription, resume: Token, fresh: Token) -> bool:
    """Whether the part that a device has still fits: the same channels to fetch of the same set, from the past."""
    same = resume.cursor.database == fresh.cursor.database and resume.channels == fresh.channels
    told = retention.feed_floor(connection) <= resume.cursor.sequence <= fresh.cursor.sequence
    return same and told and _holds(connection, subscription, resume)


def _holds(connection: Connection, subscription: Subscription, token: Token) -> bool:
    """Whether the device may still read exactly the channels that it could when the snapshot began."""
    if token.cursor.subscription == subscription.version:
        return True
    known = ChannelSet.find(connection, token.cursor.subscription)
    return known is not None and known.generations.keys() == subscription.current.generations.keys()


def chunk(
    connection: Connection,
    subscription: Subscription,
    table_name: str,
    after: str,
    token: Token | None = None,
    since: str = "",
) -> wire.SnapshotChunk:
    """Rows of one table that the device may see and keeps (history from the month *since* on), after the key *after*;
    of a named snapshot also what follows, until the chunk is full.

    Raises:
        Invalid: ``bad_input`` for an unknown table or key.
        Refused: ``snapshot_stale`` when the device's channels are others than at its start.
    """
    table = table_named(table_name)
    if token is not None and not _holds(connection, subscription, token):
        raise Refused("snapshot_stale")
    scope, only = Scope(subscription.channels, ids_below, since), None
    if token is not None and token.channels:
        only = Scope(tuple(set(token.channels) & set(subscription.channels)), ids_below)
    tables = synced_tables()
    parts: list[wire.SnapshotPart] = []
    room = CHUNK_ROWS
    for each in tables[tables.index(table) :] if token is not None else [table]:
        rows, following = scope.rows_after(connection, each, "" if parts else after, room, only=only)
        packed = wire.encode(rows)
        digest = hashlib.sha256(packed).hexdigest()
        parts.append(wire.SnapshotPart(str(each.name), msgspec.Raw(packed), digest, following))
        room -= len(rows)
        if following or room <= 0:
            break
    first = parts[0]
    return wire.SnapshotChunk(first.table, first.rows, first.sha256, first.next, more=parts[1:])
