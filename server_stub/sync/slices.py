"""What a device is told of a slice of its rows, so that it sees whether its own are the same.

The slices are those of a snapshot's chunks, so a slice that is not the same is mended by the chunk of the same key.
"""

from __future__ import annotations

from sqlalchemy import Connection

from domain.kernel import wire
from domain.kernel.queries_scope import Scope, table_named
from domain.kernel.slices import digest
from domain.parties.queries import ids_below
from server_stub.sync import repository, repository_sums as sums
from server_stub.sync.network import Cursor, Subscription
from server_stub.sync.snapshot import CHUNK_ROWS


def slice_sum(
    connection: Connection, subscription: Subscription, epoch: str, asked: wire.SliceAsked, since: str
) -> wire.SliceSum:
    """The digest of one slice as the device sees it, unless something was written that it has not read yet.

    Raises:
        Invalid: ``bad_cursor``; ``bad_input`` for an unknown table or key.
    """
    table = table_named(asked.table)
    if not _stands(connection, subscription, epoch, Cursor.parse(asked.cursor)):
        return wire.SliceSum(standing=False)
    since = max(since, asked.since)
    rows, following = Scope(subscription.channels, ids_below, since).rows_after(
        connection, table, asked.after, CHUNK_ROWS
    )
    columns = min(asked.columns, len(table.columns))
    return wire.SliceSum(True, since, columns, len(rows), digest(rows, columns), following)


def _stands(connection: Connection, subscription: Subscription, epoch: str, cursor: Cursor) -> bool:
    """Whether the device has read everything that the tables show."""
    if cursor.database != epoch or cursor.subscription != subscription.version or sums.waiting(connection):
        return False
    return not repository.feed_rows(connection, subscription.channels, cursor.sequence, 1)
