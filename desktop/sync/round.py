"""One round: push what is sealed, pull what is new, and again until both are empty. No Qt, no threads, no waiting."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from desktop.store import archive, clashing, righting
from desktop.store.space import DiskFull
from desktop.store.store import ChangeSet, Store
from desktop.sync.equality import EqualityCheck
from desktop.sync.slices import SliceCheck
from desktop.sync.snapshot import SnapshotTaking
from desktop.sync.transport import Offline, ServerBusy, ServerRefused, SignInNeeded, Transport
from domain.kernel import faults, wire
from domain.kernel.envelope import Sealed
from domain.kernel.outcome import Outcome
from domain.parties.queries import revocations

log = logging.getLogger(__name__)

PUSH_ITEMS = 200
PUSH_BYTES = 2 * 1024 * 1024
MOST_PUSHES_WITHOUT_PROGRESS = 3
SERVER_EPOCH = "server.epoch"
"""Under this name the ledger keeps the epoch of the server that it knows."""
MOST_CHANGES_OF_CHANNELS = 8
"""In one round; while an import runs, every batch of it may be a change."""

PUSHED = faults.declare("client-pushed")

T = TypeVar("T")
Run = Callable[[Callable[[], T]], T]
"""Runs a piece of work on the thread that owns the databases; the window hands in its writer."""


def here(work: Callable[[], T]) -> T:
    """Run it on this thread: the command line and the simulation have one."""
    return work()


@dataclass(slots=True)
class RoundResult:
    """What a round did.

    Attributes:
        online: the server answered.
        pushed: envelopes that the server acknowledged.
        accepted, excepted, refused, parked, quarantined: outcomes of this device's commands that came down.
        pulled: commits merged, or rows of a snapshot.
        cursor: where this PC stands now.
        problem: code of what ended the round early, empty for nothing.
        sequence: number of the newest commit merged, 0 when there was none.
        unequal: channels whose rows were not the server's when they were last compared.
        retry_after: seconds after which the server wants to be asked again, 0 when it did not say.
    """

    online: bool = False
    pushed: int = 0
    accepted: int = 0
    excepted: int = 0
    refused: int = 0
    parked: int = 0
    quarantined: int = 0
    pulled: int = 0
    cursor: str | None = None
    problem: str = ""
    unequal: list[str] = field(default_factory=list)
    retry_after: int = 0
    sequence: int = 0

    def count(self, outcomes: dict[str, int]) -> None:
        """Add outcomes by status."""
        self.accepted += outcomes.get(Outcome.CONFIRMED, 0)
        self.excepted += outcomes.get(Outcome.EXCEPTION, 0)
        self.refused += outcomes.get(Outcome.REFUSED, 0)
        self.parked += outcomes.get(Outcome.PARKED, 0)
        self.quarantined += outcomes.get(Outcome.QUARANTINED, 0)


def ignore(_changes: ChangeSet) -> None:
    """A listener that does not care."""


@dataclass(slots=True)
class SyncRound:
    """The work of one round.

    Attributes:
        on_change: told after each merged page what changed.
        progress: told (rows so far) while a snapshot loads.
        thorough: count all rows when comparing them with the server's, not only what has been kept count of, and look
            at what stands in them.
    """

    store: Store
    transport: Transport
    run: Run[object] = here
    on_change: Callable[[ChangeSet], None] = ignore
    progress: Callable[[int], None] | None = None
    thorough: bool = False
    result: RoundResult = field(default_factory=RoundResult)
    _set_aside: dict[int, str] = field(default_factory=dict)
    _epochs_taken: int = 0
    _told: bool = False

    def once(self) -> RoundResult:
        """Push everything, then pull everything. Never raises for what the network does."""
        try:
            self._push_all()
            self._pull_all()
            self._conclude()
            self._price()
            self.result.online = True
            self._compare_contents()
        except Offline as error:
            self.result.problem = str(error) or "offline"
        except DiskFull as error:
            # What is sealed must be finished: the room for that was kept. The next round has it.
            self.store.reserve.release()
            self.result.online = True
            self.result.problem = error.code
        except (SignInNeeded, ServerRefused) as error:
            self.result.online = True
            self.result.problem = error.code
            if isinstance(error, ServerBusy):
                self.result.retry_after = error.seconds
        self.result.cursor = self.store.cursor
        return self.result

    def _price(self) -> None:
        """Prices to search by, bit by bit: sales come between."""
        while self.store.cache.prices_left:
            self._on_writer(self.store.cache.price_some)

    def _conclude(self) -> None:
        """What the server set aside without being able to read whose command it is gets no outcome: settle it here."""
        if self._set_aside:
            set_aside = dict(self._set_aside)
            self.result.count(self._on_writer(lambda: self.store.conclude(set_aside)))
            self._set_aside.clear()

    # -- push --------------------------------------------------------------------------------------------------------

    def _push_all(self) -> None:
        """Everything without an outcome: what was acknowledged but never answered is offered again."""
        ledger = self.store.ledger
        epochs = archive.open_epochs(ledger)
        if not epochs and not self.store.compared:
            self._compare()
        for epoch in epochs:
            start = archive.first_open(ledger, epoch)
            if start is not None:
                self._push_from(epoch, start, whole=False)

    def _compare(self) -> None:
        """Once after each start: a server that knows more of this PC than it does itself deals it a new epoch, and one
        that lacks what it had confirmed is given it again; when the cache is an older one its cursor does not tell.
        """
        ledger = self.store.ledger
        for epoch in archive.epochs(ledger):
            self._offer(epoch)
        epoch = self.store.known.epoch
        tail, _ = ledger.tail(epoch)
        answer = self.transport.push(wire.PushBatch(epoch, [], archive.oldest(ledger, epoch), tail))
        self.store.compared = True
        if answer.epoch:
            self._on_writer(lambda: self.store.begin_epoch(answer.epoch, answer.forked))

    def _push_from(self, epoch: int, start: int, *, whole: bool) -> None:
        """Push from a sequence on; *whole* with what has its outcome, for a server that lost it."""
        ledger, fruitless = self.store.ledger, 0
        oldest = archive.oldest(ledger, epoch)
        while batch := self._batch(epoch, start, whole):
            # Nothing between: a damaged ledger lost it. Without being told so the server would wait for it for ever.
            least = batch[0][0] if whole and batch[0][0] > start else oldest
            answer = self.transport.push(wire.PushBatch(epoch, [wire.PushItem(*item) for item in batch], least))
            faults.reach(PUSHED)
            sent = {sequence for sequence, _ in batch}
            # What is not of this batch is an old answer once more: it says nothing, and may not lead back to the start.
            acks = [ack for ack in answer.acks if ack.sequence in sent]
            acknowledged = [ack.sequence for ack in acks]
            self._set_aside |= {a.sequence: a.code for a in acks if a.status == Outcome.QUARANTINED}
            ledger.mark_sent(epoch, acknowledged)
            self.result.pushed += len(acknowledged)
            if answer.epoch:
                return self._go_on_under(answer)
            if acknowledged:
                fruitless, start = 0, max(acknowledged) + 1
                continue
            # A gap: the server lacks earlier ones (it was restored) and says from where.
            fruitless += 1
            if fruitless >= MOST_PUSHES_WITHOUT_PROGRESS or answer.expected >= batch[0][0]:
                raise Offline("push_without_progress")
            start, whole = max(answer.expected, oldest), True
            self._reopen(epoch, start)

    def _reopen(self, epoch: int, start: int) -> None:
        self._on_writer(lambda: self.store.reopen(epoch, start))

    def _go_on_under(self, answer: wire.PushAnswer) -> None:
        """Another command has our place in the chain: seal ours anew and push them under the new epoch."""
        if self._epochs_taken >= MOST_PUSHES_WITHOUT_PROGRESS or answer.epoch in archive.epochs(self.store.ledger):
            raise Offline("push_without_progress")
        self._epochs_taken += 1
        for later in archive.epochs(self.store.ledger):
            # What stands behind the fork stands on what the server does not have, whatever was answered once.
            self._reopen(later, answer.forked)
        self._on_writer(lambda: self.store.begin_epoch(answer.epoch, answer.forked))
        self._push_from(answer.epoch, answer.forked, whole=False)

    def _batch(self, epoch: int, start: int, whole: bool) -> list[tuple[int, Sealed]]:
        ledger = self.store.ledger
        found = (
            ledger.push_from(epoch, start, PUSH_ITEMS) if whole else ledger.open_commands(start - 1, PUSH_ITEMS, epoch)
        )
        size = 0
        batch: list[tuple[int, Sealed]] = []
        for sequence, sealed in found:
            size += len(sealed.body) + len(sealed.personal or b"")
            if batch and size > PUSH_BYTES:
                break
            batch.append((sequence, sealed))
        return batch

    def _offer_archive(self, server_epoch: str) -> None:
        """The server was restored from a backup: give it what it lacks before anything is read from it. What it had
        shut out since goes first, so that no lost PC comes back meanwhile.
        """
        with self.store.read() as connection:
            revoked = revocations(connection)
        for start in range(0, len(revoked), wire.MOST_REVOKED):
            told = revoked[start : start + wire.MOST_REVOKED]
            self.transport.push(wire.PushBatch(self.store.known.epoch, [], revoked=told))
        for epoch in archive.epochs(self.store.ledger):
            self._offer(epoch)
        self.store.ledger.set_meta({SERVER_EPOCH: server_epoch})

    def _offer(self, epoch: int) -> None:
        """Give the server what it lacks of one epoch."""
        ledger = self.store.ledger
        oldest, (tail, _) = archive.oldest(ledger, epoch), ledger.tail(epoch)
        told = self.transport.push(wire.PushBatch(epoch, [])).expected
        start = max(told, oldest)
        last = ledger.push_from(epoch, min(told - 1, tail), 1) if told > oldest else []
        if last and self.transport.push(wire.PushBatch(epoch, [wire.PushItem(*last[0])], oldest)).forked:
            # It has as many, but they are not ours: a copy of this PC came first. The push finds where that began.
            start = oldest
        if start <= tail and ledger.push_from(epoch, start, 1):
            self._reopen(epoch, start)
            self._push_from(epoch, start, whole=True)

    # -- pull --------------------------------------------------------------------------------------------------------

    def _pull_all(self) -> None:
        changes_left = resets_left = MOST_CHANGES_OF_CHANNELS
        while True:
            stood = self.store.cursor
            page = self.transport.feed(stood)
            known = self.store.ledger.get_meta(SERVER_EPOCH)
            if known is None:
                self.store.ledger.set_meta({SERVER_EPOCH: page.epoch})
            elif known != page.epoch:
                self._offer_archive(page.epoch)
            if (page.more and page.cursor == stood) or not resets_left:
                raise Offline("pull_without_progress")
            if page.reset:
                resets_left -= 1
                self._take_snapshot(None)
                continue
            if page.commits:
                changes, outcomes = self._merge(page)
                self.result.count(outcomes)
                self.result.pulled += len(page.commits)
                self.result.sequence = page.commits[-1].sequence
                self.on_change(changes)
            else:
                self._on_writer(partial(self.store.note_contact, page.cursor))
            if page.change is not None and changes_left:
                changes_left -= 1
                self._follow(page.change)
            elif not page.more and (page.equality is None or not self._compare_with(page.equality)):
                return self._believe(page.equality)

    def _believe(self, told: wire.Equality | None) -> None:
        """What is here is what the server has: so are outcomes that it gave anew behind this PC's cursor."""
        if told is not None and not self.result.unequal:
            self.result.count(self._on_writer(self.store.believe))

    def _compare_with(self, told: wire.Equality) -> bool:
        """Let go of history that is kept no longer, and compare the rest; whether something was taken anew."""
        changes = self._snapshots().forget(told.since)
        if changes:
            self.on_change(changes)
        return self._repair(told)

    def _repair(self, told: wire.Equality) -> bool:
        """Take anew what this PC has otherwise than the server shows it; whether there was something."""
        self._told = True
        check = EqualityCheck(self.store, self._on_writer)
        wrong = check.wrong_channels(told, thorough=self.thorough)
        self.result.unequal = wrong
        again = check.to_repair(wrong) if wrong else []
        if again:
            self._take_snapshot(self.store.cursor, again)
        return bool(again)

    def _compare_contents(self) -> None:
        """Some slices of what stands here, when the server counts at all and versions are the same.

        The round has done its work: what the network does now is no trouble of it, and the next one goes on here.
        """
        if not self._told or self.result.unequal:
            return
        check = SliceCheck(self.store, self.transport, self._on_writer, self.on_change)
        try:
            check.go_on(thorough=self.thorough)
        except (Offline, SignInNeeded, ServerRefused) as error:
            log.info("the comparison of contents was broken off: %s", error)

    def _follow(self, change: wire.SetChange) -> None:
        """What is left goes first: a PC has no right to it any more; then what is entered comes."""
        if change.left:
            self.on_change(self._snapshots().clear(change))
        else:
            self._take_snapshot(self.store.cursor)

    def _merge(self, page: wire.FeedPage) -> tuple[ChangeSet, dict[str, int]]:
        changes, outcomes = self._on_writer(lambda: self.store.apply_page(page))
        settled = changes.get("field_clash")
        if settled:
            self._on_writer(lambda: clashing.follow(self.store, settled))
        told = changes.get("document_exception")
        if told:
            self._on_writer(lambda: righting.follow(self.store, told))
        return changes, outcomes

    def _on_writer(self, work: Callable[[], T]) -> T:
        return self.run(work)  # type: ignore[return-value]  # run gives back what work returned

    def _take_snapshot(self, cursor: str | None, again: Sequence[str] = ()) -> None:
        before = self.result.pulled
        snapshots = self._snapshots()
        try:
            changes, outcomes = snapshots.take(cursor, again)
        finally:
            self.result.pulled = before + snapshots.loaded
        self.result.count(outcomes)
        self._on_writer(lambda: clashing.catch_up(self.store))
        self._on_writer(lambda: righting.catch_up(self.store))
        self.on_change(changes)

    def _snapshots(self) -> SnapshotTaking:
        return SnapshotTaking(self.store, self.transport, self._on_writer, self.progress)
