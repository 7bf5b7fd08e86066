"""Faults of the counter: ledger, order of commits, undo, rebase, cursor, snapshot, rounds, tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import delete, update

from desktop.store import archive, aside, cache as caching, ledger, rebase, undo
from desktop.store.ledger_tables import OPEN, SAVED, command
from desktop.store.store import Store
from desktop.sync import http, pacing, round as rounds
from desktop.sync.transport import SignInNeeded
from domain.kernel import wire
from domain.kernel.envelope import Sealed
from tests.simulation.planting import Fault, every, replaced, wrapped

Real = Callable[..., Any]


def _nothing(*_args: Any, **_options: Any) -> None:
    return None


@contextmanager
def _debounced() -> Iterator[None]:
    """A command is written together with the next one."""
    real = ledger.Ledger.append
    held: dict[int, tuple[Any, ...]] = {}

    def append(self: Any, row: Any, counters: Any, *more: Any) -> None:
        before = held.pop(id(self), None)
        if before is not None:
            real(self, *before)
        held[id(self)] = (row, counters, *more)
        self._tails[row["epoch"]] = (row["sequence"], row["hash"])
        self._counters.update(counters)

    with replaced(ledger.Ledger, "append", append):
        yield


@contextmanager
def _cache_first() -> Iterator[None]:
    """The cache is committed, then the ledger."""
    real_append, real_perform = ledger.Ledger.append, Store.perform
    held: list[tuple[Any, ...]] = []

    def perform(self: Any, decide: Any, **options: Any) -> Any:
        held.clear()
        done = real_perform(self, decide, **options)
        for call in held:
            real_append(*call)
        return done

    def append(*call: Any) -> None:
        held.append(call)

    with replaced(ledger.Ledger, "append", append), replaced(Store, "perform", perform):
        yield


@contextmanager
def _sent_means_done() -> Iterator[None]:
    """What was handed to the line counts as handed over, and is not offered again."""
    real = rounds.SyncRound._batch

    def batch(self: Any, epoch: int, start: int, whole: bool) -> Any:
        found = real(self, epoch, start, whole)
        self.store.ledger.mark_sent(epoch, [sequence for sequence, _ in found])
        return found

    with (
        replaced(rounds.SyncRound, "_batch", batch),
        replaced(archive, "OPEN", (SAVED,)),
        replaced(ledger, "OPEN", (SAVED,)),
    ):
        yield


def _confirmed_by_answer(real: Real, self: Any, epoch: int, sequences: Any) -> None:
    """The answer to a push counts as the outcome."""
    real(self, epoch, sequences)
    with self.transaction() as connection:
        done = update(command).where(command.c.epoch == epoch, command.c.sequence.in_(list(sequences)))
        connection.execute(done.where(command.c.status.in_(OPEN)).values(status="confirmed"))


def _cursor_first(real: Real, self: Any, page: Any) -> Any:
    with self.cache.write() as connection:
        caching.set_meta(connection, "cursor", page.cursor)
    return real(self, page)


def _ledger_only(real: Real, self: Any, page: Any) -> Any:
    """Outcomes reach the ledger, their layers stay."""
    staged = rebase.stage(page)
    self.ledger.record_outcomes(staged.outcomes)
    if len(page.commits) == 1:
        with self.cache.write() as connection:
            caching.set_meta(connection, "cursor", page.cursor)
        return staged.changed, {}
    return real(self, page)


def _no_counters(real: Real, self: Any, row: Any, counters: Any, *more: Any) -> None:
    real(self, row, {}, *more)
    self._counters.update(counters)


def _no_undo_of_changes(real: Real, self: Any, table: Any, before: Any, after: Any) -> None:
    self._seen.add((table.name, after["id"]))
    real(self, table, before, after)


def _oldest_first(real: Real, connection: Any, sequences: Any, replaced_rows: Any) -> Any:
    changed: dict[str, set[str]] = {}
    for sequence in sorted(sequences):
        for table, ids in real(connection, [sequence], replaced_rows).items():
            changed.setdefault(table, set()).update(ids)
    return changed


def _clock_wins(real: Real, table: Any) -> str:
    """Whatever came last is right, older or not."""
    return str(real(table)).rsplit(" WHERE ", 1)[0]


def _signed_out(real: Real, self: Any, *args: Any, **options: Any) -> Any:
    """A session that ended takes the queue with it."""
    try:
        return real(self, *args, **options)
    except SignInNeeded:
        store = _stores[-1]
        with store.ledger.transaction() as connection:
            connection.execute(delete(command).where(command.c.status.in_(OPEN)))
        raise


_stores: list[Store] = []


@contextmanager
def _queue_dropped() -> Iterator[None]:
    real = rounds.SyncRound._push_all

    def push_all(self: Any) -> None:
        _stores[:] = [self.store]
        real(self)

    with (
        replaced(rounds.SyncRound, "_push_all", push_all),
        wrapped(http.HttpTransport, "_authorized", _signed_out)(),
    ):
        yield


def _bare(real: Real, self: Any, batch: Any) -> Any:
    """Personal parts are left at home."""
    items = [wire.PushItem(each.sequence, Sealed(each.sealed.body, each.sealed.signature)) for each in batch.items]
    return real(self, wire.PushBatch(batch.epoch, items, batch.oldest, batch.tail))


def _half_snapshot(real: Real, self: Any, parts: Any, *named: str) -> None:
    real(self, [part._replace(following="") for part in parts], *named)


def _no_next(real: Real, self: Any, *, failed: bool, **rest: Any) -> int:
    pause = int(real(self, failed=failed, **rest))
    return 10**9 if failed else pause


AT_COUNTER = [
    Fault("debounced-fact", "a command waits in memory for the next", _debounced),
    Fault("cache-before-ledger", "the cache is committed first", _cache_first),
    Fault("sent-means-done", "the dirty flag falls before the answer", _sent_means_done),
    Fault(
        "answer-is-outcome",
        "a push's answer counts as outcome",
        wrapped(ledger.Ledger, "mark_sent", _confirmed_by_answer),
    ),
    Fault("cursor-before-data", "the cursor is committed first", wrapped(Store, "apply_page", _cursor_first)),
    Fault("layer-stays", "an outcome does not take its layer off", wrapped(Store, "apply_page", _ledger_only)),
    Fault("counter-forgotten", "numbers live in memory only", wrapped(ledger.Ledger, "append", _no_counters)),
    Fault("undo-lost", "changes of rows are not undone", wrapped(undo.UndoJournal, "updated", _no_undo_of_changes)),
    Fault("undo-order", "layers come off oldest first", wrapped(undo, "take_off", _oldest_first)),
    Fault("undo-not-closed", "what stands on a layer stays", wrapped(undo, "_standing_on", lambda *_: set())),
    Fault("not-put-on-again", "a layer that came off stays off", wrapped(Store, "_put_on", lambda *_: {})),
    Fault("gap-not-replayed", "start-up does not look at the ledger", wrapped(Store, "_replay_gap", _nothing)),
    Fault("older-wins", "an older version overwrites a newer", wrapped(rebase, "upsert_sql", _clock_wins)),
    Fault("snapshot-swallows", "outcomes in a snapshot are not read", wrapped(rebase, "known_outcomes", lambda *_: {})),
    Fault("snapshot-half", "only the first chunk of a table", wrapped(aside.Aside, "take", _half_snapshot)),
    Fault("page-not-written", "a page is merged without its rows", wrapped(rebase, "write_staged", _nothing)),
    Fault("queue-dropped", "an ended session takes the queue along", _queue_dropped),
    Fault("personal-lost", "personal parts are not pushed", wrapped(http.HttpTransport, "push", _bare)),
    Fault("lost-wake-up", "a failed round plans no other", wrapped(pacing.Pacing, "end", _no_next)),
    Fault(
        "page-row-lost",
        "each ninth table of a page is not written",
        lambda: replaced(undo, "write_rows", every(9, undo.write_rows, 0)),
    ),
]
