"""Serving the feed to a device."""

from __future__ import annotations

import json
from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection

from domain.kernel import wire
from server_stub.sync import repository, repository_retention as retention, repository_sums as sums
from server_stub.sync.network import ChannelSet, Cursor, Difference, Subscription, difference

PAGE_ROWS = 2000
PAGE_BYTES = 4 * 1024 * 1024


def database_id(connection: Connection) -> str:
    """Which network this database is of; it stays through every restore, see :mod:`server_stub.sync.history`."""
    return repository.get_meta(connection, "database_id") or ""


def page(
    connection: Connection, subscription: Subscription, cursor: Cursor | None, epoch: str, since: str = ""
) -> wire.FeedPage:
    """Commits after *cursor*; asks for a reset when the cursor is of another epoch, when this database cannot say which
    channels its device has, or when the feed does not reach back so far.

    While its channels are not those of its cursor, a device gets what it still may read of these, and with the last
    page what it enters and leaves. One that enters everything takes everything.
    """
    reset = wire.FeedPage("", False, True, [], epoch)
    if cursor is None or cursor.database != epoch or cursor.sequence < retention.feed_floor(connection):
        return reset
    changes = None
    channels = subscription.channels
    if cursor.subscription != subscription.version:
        known = ChannelSet.find(connection, cursor.subscription)
        if known is None:
            return reset
        changes = difference(known, subscription)
        if changes.entered and not changes.remaining.generations:
            return reset
        channels = (subscription.own, *changes.remaining.generations)
    rows = repository.feed_rows(connection, channels, cursor.sequence, PAGE_ROWS + 1)
    commits, last, more = _cut(rows, cursor.sequence)
    if not more:
        # What is numbered later gets a higher number: a quiet device moves on with the others.
        last = max(last, repository.head_sequence(connection))
    here = Cursor(epoch, cursor.subscription, last)
    change = _told(here, subscription, changes) if changes and not more else None
    equality = None if more or change else _equality(connection, subscription, since)
    return wire.FeedPage(here.text(), more, False, commits, epoch, change, equality)


def _equality(connection: Connection, subscription: Subscription, since: str) -> wire.Equality | None:
    """None while a commit waits for its number: a snapshot may have shown a device more than the numbered commits."""
    if sums.waiting(connection):
        return None
    channels = list(subscription.channels)
    told = sums.told(connection, channels, since)
    return wire.Equality(channels, since, [(channels.index(c), table, number) for (c, table), number in told.items()])


def _told(here: Cursor, subscription: Subscription, changes: Difference) -> wire.SetChange:
    cleared = Cursor(here.database, changes.remaining.digest, here.sequence)
    shown = [subscription.own, *changes.remaining.generations]
    return wire.SetChange(list(changes.entered), list(changes.left), shown, cleared.text())


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
