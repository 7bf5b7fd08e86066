"""The audit: every check reads both sides by different ways and says how much it compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, Table

from domain.kernel.queries_filled import filled
from domain.kernel.queries_scope import Scope
from domain.kernel.queries_sums import counted
from domain.kernel.sums import add
from domain.kernel.tables import synced_tables
from domain.parties.queries import ids_below
from server_stub.audit import repository
from server_stub.audit.repository_chains import broken_links
from server_stub.kit.database import Database
from server_stub.sync import repository_sums as sums
from server_stub.sync.deltas import unpacked
from server_stub.sync.repository import count_alarms
from server_stub.sync.repository_retention import feed_floor

CHUNK = 5000


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison: its name, whether both sides agree, how much was compared and how much differs."""

    name: str
    ok: bool
    compared: int
    different: int


def audit(db: Database) -> list[Check]:
    """All checks on one state of the database; the server may be serving meanwhile."""
    with db.read(stable=True) as connection:
        return [
            _feed(connection),
            compare_sums(connection),
            _check("deleted rows stay deleted", connection, repository.risen_rows),
            _check("stock against moves", connection, repository.wrong_balances),
            _check("receipts against outcomes", connection, repository.wrong_outcomes),
            _check("receipts against orders", connection, repository.wrong_orders),
            _check("orders against lines", connection, repository.wrong_totals),
            _check("chains without holes", connection, repository.wrong_chains),
            _check("chains as sealed", connection, broken_links),
            Check("alarms raised", True, count_alarms(connection), 0),
        ]


def _check(name: str, connection: Connection, compare: Callable[[Connection], tuple[int, int]]) -> Check:
    compared, different = compare(connection)
    return Check(name, different == 0, compared, different)


def _feed(connection: Connection) -> Check:
    """What the feed told each channel against what the tables show it, images and all.

    Rows that came in bulk are in no feed, and a compacted feed has forgotten some: then only what it still tells is
    compared.
    """
    compared = different = 0
    bulk = repository.bulk_channels(connection)
    compacted = feed_floor(connection) > 0
    with_rows = set(filled(connection))
    for channel in repository.channels(connection):
        told = _told(connection, channel)
        for table in synced_tables():
            mine = told.pop(str(table.name), {})
            if not mine and table not in with_rows:
                continue
            seen, wrong = _compare(connection, table, channel, mine, complete=not compacted and channel not in bulk)
            compared += seen
            different += wrong
    return Check("feed against tables", different == 0, compared, different)


def compare_sums(connection: Connection) -> Check:
    """The sums that clients are told against the rows that the tables show each channel.

    The tables show commits that wait for their number, too: what these bring is added.
    """
    compared = different = 0
    coming = unpacked(sums.waiting_deltas(connection))
    with_rows = filled(connection)
    for channel in sorted({*sums.channels_with_sums(connection), *(key[0] for key in coming)}):
        kept, found = sums.totals(connection, [channel]), counted(connection, Scope((channel,), ids_below), with_rows)
        for key, number in coming.items():
            if key[0] == channel:
                add(kept, key, number)
        keys = found.keys() | kept.keys()
        compared += len(keys)
        different += sum(kept.get(key, 0) != found.get(key, 0) for key in keys)
    return Check("sums against tables", different == 0, compared, different)


Images = dict[str, list[str | int | None]]


def _told(connection: Connection, channel: str) -> dict[str, Images]:
    """The newest image of every row that the feed told a channel, without those that are gone."""
    told: dict[str, Images] = {}
    for part in repository.feed_parts(connection, channel):
        of = told.setdefault(part.table, {})
        for row in part.rows:
            known = of.get(str(row[0]))
            if known is None or int(row[1] or 0) > int(known[1] or 0):
                of[str(row[0])] = row
        for row_id, version in part.gone:
            if row_id in of and int(of[row_id][1] or 0) < version:
                del of[row_id]
    return told


def _compare(connection: Connection, table: Table, channel: str, told: Images, *, complete: bool) -> tuple[int, int]:
    """(compared, different) for one table and channel.

    A row may leave a raised channel without a word of the feed, when a dealer is moved.
    """
    if not told and not complete:
        return 0, 0
    compared = different = 0
    scope, after = Scope((channel,), ids_below), ""
    while True:
        rows, after = scope.rows_after(connection, table, after, CHUNK)
        for row in rows:
            known = told.pop(str(row[0]), None)
            if known is None and not complete:
                continue
            compared += 1
            different += known is None or list(known) != list(row)
        if not after:
            break
    left = len(told) if complete else 0
    return compared + left, different + left
