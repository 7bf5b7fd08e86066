"""Serving the feed and snapshots to a device."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection

from domain.kernel import wire
from domain.kernel.queries_scope import Scope, table_named
from domain.kernel.tables import blank, synced_tables
from domain.parties.queries import ids_below
from server_stub.sync import repository, repository_retention as retention
from server_stub.sync.network import Cursor, Subscription

PAGE_ROWS = 2000
PAGE_BYTES = 4 * 1024 * 1024
CHUNK_ROWS = 5000


def database_id(connection: Connection) -> str:
    """Which network this database is of; it stays through every restore, see :mod:`server_stub.sync.history`."""
    return repository.get_meta(connection, "database_id") or ""


def page(connection: Connection, subscription: Subscription, cursor: Cursor | None, epoch: str) -> wire.FeedPage:
    """Commits after *cursor*; asks for a reset when the cursor is of another epoch or another audience, or when the
    feed does not reach back so far.
    """
    if cursor is None or cursor.database != epoch or cursor.subscription != subscription.version:
        return wire.FeedPage("", False, True, [], epoch)
    if cursor.sequence < retention.feed_floor(connection):
        return wire.FeedPage("", False, True, [], epoch)
    rows = repository.feed_rows(connection, subscription.channels, cursor.sequence, PAGE_ROWS + 1)
    commits, last, more = _cut(rows, cursor.sequence)
    if not more:
        # What is numbered later gets a higher number: a quiet device moves on with the others.
        last = max(last, repository.head_sequence(connection))
    return wire.FeedPage(Cursor(epoch, subscription.version, last).text(), more, False, commits, epoch)


def _cut(rows: list[tuple[int, str, bytes]], after: int) -> tuple[list[wire.FeedCommit], int, bool]:
    """Whole commits only: what a page cannot hold to its end waits for the next page."""
    more = len(rows) > PAGE_ROWS
    if more and rows[0][0] != rows[-1][0]:
        unsure = rows[-1][0]
        rows = [row for row in rows if row[0] != unsure]
    commits: list[wire.FeedCommit] = []
    size, last = 0, after
    for sequence, group in _by_sequence(rows):
        slices = _slices(group)
        size += sum(len(one) for one in slices)
        if commits and size > PAGE_BYTES:
            return commits, last, True
        commits.append(wire.FeedCommit(sequence, [msgspec.Raw(one) for one in slices]))
        last = sequence
    return commits, last, more


def _by_sequence(rows: Iterable[tuple[int, str, bytes]]) -> list[tuple[int, list[tuple[str, bytes]]]]:
    grouped: dict[int, list[tuple[str, bytes]]] = {}
    for sequence, spans, body in rows:
        grouped.setdefault(sequence, []).append((spans, body))
    return list(grouped.items())


def _slices(group: list[tuple[str, bytes]]) -> list[bytes]:
    spans = {(start, end) for text, _ in group for start, end in json.loads(text)}
    body = group[0][1]
    return [body[start:end] for start, end in sorted(spans)]


def snapshot_start(connection: Connection, subscription: Subscription, epoch: str) -> wire.SnapshotStart:
    """The cursor from which the feed goes on after the snapshot, and what there is to fetch."""
    cursor = Cursor(epoch, subscription.version, repository.head_sequence(connection))
    return wire.SnapshotStart(cursor.text(), [(str(table.name), list(blank(table))) for table in synced_tables()])


def snapshot_chunk(
    connection: Connection, subscription: Subscription, table_name: str, after: str
) -> wire.SnapshotChunk:
    """Rows of one table that the device may see, after the key *after*.

    Raises:
        Invalid: ``bad_input`` for an unknown table or key.
    """
    table = table_named(table_name)
    scope = Scope(subscription.channels, ids_below)
    rows, following = scope.rows_after(connection, table, after, CHUNK_ROWS)
    packed = wire.encode(rows)
    return wire.SnapshotChunk(str(table.name), msgspec.Raw(packed), hashlib.sha256(packed).hexdigest(), following)
