"""Faults of the server: push, receipt, feed, numbers, masks, snapshot, projections."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from sqlalchemy import select

from domain.kernel import audiences, merging, wire
from domain.kernel.commands import CommandType, command_named
from domain.kernel.envelope import open_body
from domain.kernel.errors import DomainError
from domain.kernel.outcome import Outcome, outcome
from domain.kernel.rowwriter import RowWriter
from domain.kernel.wire import PushAck
from domain.orders import sale_handlers
from server_stub.sync import (
    feed,
    journal,
    models,
    network,
    push,
    reading,
    repository,
    repository_push,
    repository_retention,
    repository_sums,
    snapshot,
)
from server_stub.sync.deltas import unpacked
from tests.simulation.planting import Fault, Planting, every, replaced, wrapped

Real = Callable[..., Any]


def _nothing(*_args: Any, **_options: Any) -> None:
    return None


def _unknown(real: Real, connection: Any, command_id: str) -> Any:
    return None, real(connection, command_id)[1]


@contextmanager
def _late_numbers() -> Iterator[None]:
    """Each fourth commit takes its number at once, as a bigserial does, and becomes visible after the next one."""
    real, held = repository._number, []  # type: ignore[var-annotated]  # rows of one statement
    calls = [0]

    def number(connection: Any, commits: Any) -> None:
        calls[0] += 1
        last = int(connection.execute(repository._LAST_COMMIT).scalar_one())
        if calls[0] % 4 == 0 and not held:
            held.append((last + 1, list(commits)))
            return
        if not held:
            real(connection, commits)
            return
        taken, late = held.pop()
        with replaced(repository, "_LAST_COMMIT", select(models.feed_commit.c.sequence).limit(0)):
            _write(connection, max(last, taken) + 1, commits)
            _write(connection, taken, late)

    with replaced(repository, "_number", number):
        yield


def _write(connection: Any, first: int, commits: Any) -> None:
    for at, (commit_id, entries, _) in enumerate(commits, first):
        connection.execute(models.feed_commit.insert(), {"sequence": at, "commit_id": commit_id})
        rows = [
            {"channel": channel, "sequence": at, "slices": json.dumps(slices)}
            for channel, slices in json.loads(entries).items()
        ]
        if rows:
            connection.execute(models.feed_position.insert(), rows)
    repository_sums.add_totals(connection, unpacked(sums for _, _, sums in commits))


def _by_document(real: Real, self: Any, connection: Any, sender: Any, batch: Any, item: Any, *rest: Any) -> Any:
    """Dedupe by the document instead of the command."""
    body = open_body(item.sealed)
    same = select(models.receipt.c.status).where(models.receipt.c.document_id == body.document)
    known = connection.execute(same).scalar() if body.document else None
    if known is not None:
        return PushAck(item.sequence, str(Outcome.CONFIRMED))
    return real(self, connection, sender, batch, item, *rest)


def _kept_effects(_real: Real, self: Any, sender: Any, batch: Any, item: Any, memo: Any) -> Any:
    """A failure is recorded in the transaction that failed, with what it had written."""

    def both(connection: Any) -> Any:
        try:
            return self._handle(connection, sender, batch, item, memo, None)
        except DomainError as error:
            link = {"device_id": sender.device_id, "epoch": batch.epoch}
            change = models.chain.update().where(models.chain.c.device_id == link["device_id"])
            connection.execute(change.values(last_sequence=item.sequence - 1))
            return self._handle(connection, sender, batch, item, memo, push.failure_of(error, item.sealed))

    return self.db.run(both)


def _blocking(real: Real, error: Exception, sealed: Any) -> Any:
    if not isinstance(error, DomainError):
        raise error
    return real(error, sealed)


def _one_audience_less(real: Real, rules: Any, row: Any, tree: Any) -> Any:
    found = real(rules, row, tree)
    return found[:-1] if len(found) > 2 else found


def _unmasked(real: Real, changes: Any, _mask: str) -> Any:
    return real(changes, "full")


def _split_page(real: Real, rows: Any, after: int) -> Any:
    if len(rows) <= feed.PAGE_ROWS:
        return real(rows, after)
    commits, last, _ = real(rows[: feed.PAGE_ROWS], after)
    return commits, last, True


def _head_at_once(real: Real, connection: Any, *rest: Any) -> Any:
    page = real(connection, *rest)
    if page.reset or not page.more:
        return page
    cursor = network.Cursor.parse(page.cursor)
    ahead = network.Cursor(cursor.database, cursor.subscription, repository.head_sequence(connection))
    return wire.FeedPage(ahead.text(), False, False, page.commits, page.epoch)


def _late_start(real: Real, connection: Any, *rest: Any) -> Any:
    start = real(connection, *rest)
    cursor = network.Cursor.parse(start.cursor)
    ahead = network.Cursor(cursor.database, cursor.subscription, repository.head_sequence(connection) + 2)
    token = snapshot.Token(ahead, snapshot.Token.parse(start.token).channels)
    return msgspec.structs.replace(start, cursor=ahead.text(), token=token.text())


def _same_version(real: Real, connection: Any, party_id: str, device_id: str) -> Any:
    found = real(connection, party_id, device_id)
    return network.Subscription(found.own, network.ChannelSet(dict.fromkeys(found.current.generations, 0)))


def _stale_row(real: Real, self: Any, table: Any, row_id: str, **changes: Any) -> Any:
    """A changed row keeps its version."""
    after = real(self, table, row_id, **changes)
    if self.authority and table.name == "orders":
        statement = table.update().where(table.c.id == row_id).values(version=1)
        self.connection.execute(statement)
        after["version"] = 1
    return after


def _set_not_added(real: Real, ctx: Any, moves: Any) -> Any:
    """A balance is read, changed and written by halves: only the goods that come count."""
    return real(ctx, [move for move in moves if not move.origin.counted])


def _no_outcome(real: Real, self: Any, table: Any, rows: Any) -> Any:
    if table is outcome and self.authority and rows["sequence"] % 5 == 0:
        return [rows]
    return real(self, table, rows)


def _projection_lost(kind: str) -> Planting:
    @contextmanager
    def plant() -> Iterator[None]:
        entry: CommandType = command_named(kind)
        real = entry.project
        entry.project = _nothing
        try:
            yield
        finally:
            entry.project = real

    return plant


@contextmanager
def _clock_order() -> Iterator[None]:
    """Of two edits of a record the one with the later claimed time wins, whenever it came."""
    real, last = merging.edit, {}  # type: ignore[var-annotated]  # instants by record

    def edit(ctx: Any, table: Any, row_id: str, fields: Any, **more: Any) -> Any:
        if ctx.rows.authority and ctx.at < last.get(row_id, 0):
            return {}
        if ctx.rows.authority:
            last[row_id] = ctx.at
        return real(ctx, table, row_id, fields, **more)

    with replaced(merging, "edit", edit):
        yield


@contextmanager
def _compacted_too_far() -> Iterator[None]:
    """The feed goes as far as the fastest device has it, and nobody is told."""

    def floor(_connection: Any) -> int:
        return 0

    def all_of(connection: Any, _seen_since: int, most: int) -> Any:
        return real(connection, 2**62, most)

    real = repository_retention._to_forget
    with replaced(repository_retention, "feed_floor", floor), replaced(repository_retention, "_to_forget", all_of):
        yield


AT_SERVER = [
    Fault("receipt-skipped", "no receipt is written", wrapped(repository, "add_receipt", _nothing)),
    Fault("receipt-not-asked", "a known command is not recognised", wrapped(repository_push, "known_before", _unknown)),
    Fault("dedupe-by-document", "one receipt per document", wrapped(push.Intake, "_handle", _by_document)),
    Fault("kept-effects", "a refused command keeps its effects", wrapped(push.Intake, "_take_one", _kept_effects)),
    Fault("poison-blocks", "an unforeseen error stops the queue", wrapped(push, "failure_of", _blocking)),
    Fault("outcome-missing", "each fifth outcome is not written", wrapped(RowWriter, "insert", _no_outcome)),
    Fault("bigserial-cursor", "numbers are taken before they are seen", _late_numbers),
    Fault("audience-missing", "one audience of three is forgotten", wrapped(audiences, "audience", _one_audience_less)),
    Fault("mask-forgotten", "the feed shows all to all", wrapped(journal, "_rows", _unmasked)),
    Fault("commit-split", "a page ends inside a commit", wrapped(feed, "_cut", _split_page)),
    Fault("page-skipped", "the cursor runs ahead of a full page", wrapped(feed, "page", _head_at_once)),
    Fault("snapshot-late", "a snapshot's cursor is too new", wrapped(snapshot, "start", _late_start)),
    Fault("generation-ignored", "bulk raises nothing", wrapped(reading, "subscription_of", _same_version)),
    Fault("version-kept", "a changed row keeps its version", wrapped(RowWriter, "update", _stale_row)),
    Fault("lost-update", "sold goods do not leave", wrapped(sale_handlers, "project_moves", _set_not_added)),
    Fault("reservation-kept", "a cancelled order stays promised", _projection_lost("orders.cancel")),
    Fault("allocation-lost", "an approval promises nothing", _projection_lost("orders.approve")),
    Fault("clock-order", "the later clock wins", _clock_order),
    Fault("compacted-too-far", "the feed forgets what somebody needs", _compacted_too_far),
    Fault(
        "feed-commit-lost",
        "each seventh commit has effects but no feed",
        lambda: replaced(repository, "store_commit", every(7, repository.store_commit)),
    ),
]
