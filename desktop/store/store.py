"""The counter's store: makes commands happen, and merges what the server says with what is still pending."""

from __future__ import annotations

import logging
import os
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from desktop.store import archive, cache as caching, rebase, repair, tombstones, undo
from desktop.store.acting import actor_now
from desktop.store.content_book import ContentBook
from desktop.store.contents import Contents
from desktop.store.copies import Copies
from desktop.store.entry import ledger_row, validated
from desktop.store.handled import Handling, record
from desktop.store.identity import Identity, Secrets
from desktop.store.layering import apply_here, put_on
from desktop.store.lease import LeaseBook
from desktop.store.ledger import Also, DraftsAfter
from desktop.store.reseal import number_prefix
from desktop.store.space import Reserve, free_bytes
from desktop.store.undo import UndoJournal
from domain.kernel import faults
from domain.kernel.clock import Clock
from domain.kernel.commands import Payload, command_of
from domain.kernel.context import Actor, DecideContext, Decision
from domain.kernel.envelope import Body, Sealed, open_body
from domain.kernel.errors import NotEntitled
from domain.kernel.health import Health
from domain.kernel.ids import IdSource
from domain.kernel.sealing import Link, seal_decision
from domain.kernel.wire import FeedPage

log = logging.getLogger(__name__)

BEFORE_LEDGER = faults.declare("client-before-ledger")
AFTER_LEDGER = faults.declare("client-after-ledger")
AFTER_CACHE = faults.declare("client-after-cache")
BEFORE_PAGE = faults.declare("client-before-page")
PAGE_RECORDED = faults.declare("client-page-recorded")
AFTER_PAGE = faults.declare("client-after-page")

Decide = Callable[[DecideContext], Decision]
ChangeSet = Mapping[str, set[str] | None]
"""Table name → ids of changed rows, None for "many"."""


@dataclass(frozen=True, slots=True)
class Performed:
    """A command that happened on this PC."""

    command_id: str
    sequence: int
    document_id: str
    number: str
    payload: Payload
    changes: ChangeSet


class Store:
    """The two databases of one enrolled device. Synchronous and threadless: one caller writes at a time.

    Attributes:
        repaired: which damaged database was replaced at this start, and by what.
        reserve: room kept on the disk; given up when a round of synchronisation needs it.
        contents, book: files that hang on documents, and which of them the server has.
        compared: whether the server was asked, since the start, if it knows more of this PC than it does itself.
    """

    def __init__(
        self,
        folder: Path,
        secrets: Secrets,
        clock: Clock,
        random_bytes: Callable[[int], bytes] = os.urandom,
        free_bytes: Callable[[Path], int] = free_bytes,
    ) -> None:
        """Open the databases and apply what the ledger has and the cache has not yet.

        Raises:
            WrongKey: the key does not fit these files.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self.clock = clock
        self._folder, self._database_key = folder, secrets.database_key
        self._key, self._random_bytes = secrets.signing_key, random_bytes
        self._ids, self.compared = IdSource(clock, random_bytes), False
        self.reserve = Reserve(folder, free_bytes)
        self.contents = Contents(folder / "attachments", secrets.database_key, random_bytes, free_bytes)
        self._open_flag, self.repaired = repair.not_closed(folder), repair.Repaired()
        try:
            self._open()
        except DatabaseError:
            # A damaged page that the quick look did not meet: with the flag left, the second look is a thorough one.
            self.cache.close()
            self.ledger.close()
            self._open()

    def _open(self) -> None:
        """Open the databases, repaired where needed, and take up the work where it was left."""
        found, self.ledger, self.cache = repair.open_databases(self._folder, self._database_key, self.clock.now_ms())
        self.repaired = found.after(self.repaired)
        self._open_flag.touch()
        self._behind, self._catching_up = False, True
        self.book, self.lease = ContentBook(self.ledger), LeaseBook(self.ledger, self.clock)
        self._be(Identity.from_meta(self.ledger.get_metas(Identity.names())))
        if self.identity is not None:
            self._catch_up()

    def _catch_up(self) -> None:
        """Apply what is not applied; after a repair of the ledger under an epoch of our own choosing."""
        if self.repaired.ledger:
            hole = archive.broken_link(self.ledger)[1] or self.ledger.tail(self.known.epoch)[0] + 1
            self.begin_epoch(repair.chosen_epoch(self._random_bytes), hole)
        else:
            self.replay_gap()

    def close(self) -> None:
        """Close both databases."""
        self.cache.close()
        self.ledger.close()
        self._open_flag.unlink(missing_ok=True)

    def keep_copies(self) -> bool:
        """Copy both databases when a day has passed; whether it was done. May run beside a writer."""
        return Copies(self._folder, self._database_key).make_if_due(self.clock.now_ms())

    def set_identity(self, identity: Identity) -> None:
        """Keep who this device and its user are."""
        self.ledger.set_meta(identity.to_meta())
        self._be(identity)

    def _be(self, identity: Identity | None) -> None:
        self.identity = identity
        self.ledger.owner, self.cache.party_id = (identity.person_id, identity.party_id) if identity else ("", None)

    def take_identity(self, told: Identity, *, returned: bool) -> None:
        """Keep what a sign-in told; *returned*: the server had forgotten this PC and may have given its number away."""
        known, self.compared = self.identity, self.compared and not returned
        if known is None or known.device_number == told.device_number:
            return self.set_identity(told if known is None else replace(told, epoch=known.epoch))
        for epoch in archive.epochs(self.ledger):
            self.reopen(epoch, 1)
        self._go_on_as(told, 1)

    @property
    def known(self) -> Identity:
        """The identity.

        Raises:
            NotEntitled: ``not_enrolled``.
        """
        if self.identity is None:
            raise NotEntitled("not_enrolled")
        return self.identity

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A reading transaction of the cache."""
        with self.cache.read() as connection:
            yield connection

    @property
    def cursor(self) -> str | None:
        """Where this PC stands in the feed."""
        with self.cache.write() as connection:
            return caching.get_meta(connection, "cursor")

    def actor(self, connection: Connection) -> Actor:
        """The person signed in, with the role that the network last told."""
        return actor_now(connection, self.known)

    # -- making a command happen -------------------------------------------------------------------------------------

    def perform(
        self, decide: Decide, *, drafts: DraftsAfter | None = None, answers: Handling | None = None
    ) -> Performed:
        """Decide, apply and seal. When this returns the command is durable; when it raises nothing happened.

        *drafts* says which draft became this command and what stays of it, in the same commit. *answers* names the
        refused or excepted command that this one replaces or reverses: it depends on that one, which leaves the inbox.

        Raises:
            DomainError: the input or the state of things does not allow it.
            DiskFull: there is no room for more.
        """
        self.reserve.require()
        if self._behind:
            self.replay_gap()
        happened: list[Performed] = []
        try:
            with self.cache.write() as connection:
                happened.append(self._perform(connection, decide, drafts, answers))
                faults.reach(AFTER_LEDGER)
        except Exception:
            if not happened:
                raise
            # The ledger has it, so it happened; only the projection is behind, and is brought up before the next one.
            log.exception("the cache did not take a command that the ledger has")
            self._behind = True
        faults.reach(AFTER_CACHE)
        return happened[0]

    def _perform(
        self, connection: Connection, decide: Decide, drafts: DraftsAfter | None, answers: Handling | None
    ) -> Performed:
        taken: dict[str, int] = {}
        actor = self.actor(connection)
        ctx = DecideContext(connection, actor, self.clock, self._ids.new, lambda prefix: self._number(prefix, taken))
        decision = decide(ctx)
        if answers is not None:
            decision = replace(decision, depends_on=(*decision.depends_on, answers.command_id))
        sequence, previous = self.ledger.tail(self.known.epoch)
        sequence += 1
        body, sealed = self._seal(decision, sequence, previous, caching.get_meta(connection, "cursor"))
        kind = command_of(decision.payload)
        self.lease.check(kind)
        payload = validated(kind, body, decision.personal)
        journal = UndoJournal()
        apply_here(connection, journal, kind, body, payload, decision.personal, actor)
        journal.flush(connection, sequence)
        rebase.refresh_search(connection, journal.changed)
        caching.set_meta(connection, "applied", str(sequence))
        faults.reach(BEFORE_LEDGER)
        also: Also | None = None
        if answers is not None:
            also = partial(
                record, handling=answers, follower=body.id, person_name=actor.person_name, at=body.claimed_at
            )
        self.ledger.append(ledger_row(decision, body, sealed), taken, drafts, also)
        return Performed(body.id, sequence, decision.document_id, decision.number, payload, dict(journal.changed))

    def _number(self, prefix: str, taken: dict[str, int]) -> str:
        known = self.known
        value = taken.get(prefix) or self.ledger.counter_value(prefix)
        taken[prefix] = value + 1
        return f"{number_prefix(known, known.epoch)}{prefix}{value + 1:06d}"

    def _seal(self, decision: Decision, sequence: int, previous: str, cursor: str | None) -> tuple[Body, Sealed]:
        known = self.known
        link = Link(known.device_id, known.epoch, sequence, previous, cursor)
        return seal_decision(decision, link, known.actor, self.clock, self._ids.new(), self._key, self._random_bytes)

    # -- layers ------------------------------------------------------------------------------------------------------

    def replay_gap(self) -> None:
        """Apply what the ledger has and the cache has not: after a crash between the two commits, or a new cache."""
        with self.cache.write() as connection:
            self._replay_gap(connection)
        self._behind = False

    def _replay_gap(self, connection: Connection) -> None:
        epoch = self.known.epoch
        applied = after = int(caching.get_meta(connection, "applied") or 0)
        last, _ = self.ledger.tail(epoch)
        # A cache that stands before its ledger when the program starts has lost what it had heard since, too.
        lost = applied if self._catching_up and applied < last else None
        if caching.get_meta(connection, "epoch") not in (None, str(epoch)):
            # Sealed anew under another epoch: the layers still show the numbers of before.
            after = 0
            rebase.refresh_search(connection, undo.take_off(connection, undo.pending(connection), set()))
        while batch := archive.pending_after(self.ledger, after, lost):
            settled = archive.told(self.ledger, connection, [open_body(sealed).id for _, sealed in batch])
            for after, sealed in batch:
                if open_body(sealed).id not in settled:
                    self._put_on(connection, after, sealed)
            self.ledger.record_outcomes(list(settled.values()))
        caching.set_meta(connection, "applied", str(last))
        caching.set_meta(connection, "epoch", str(epoch))
        self._catching_up = False

    def begin_epoch(self, epoch: int, sequence: int) -> int:
        """Go on under another epoch: this PC was restored or copied. Commands from *sequence* on, which the server does
        not have, are sealed anew; returns how many.
        """
        return self._go_on_as(replace(self.known, epoch=epoch), sequence)

    def _go_on_as(self, becomes: Identity, sequence: int) -> int:
        moved = self.ledger.go_on_as(self.known, becomes, sequence, self._key, self.clock.now_ms())
        log.error("this PC goes on under epoch %s", becomes.epoch, extra={"sealed_anew": moved})
        self.identity, self.ledger.owner = becomes, becomes.person_id
        self.replay_gap()
        return moved

    def reopen(self, epoch: int, sequence: int) -> int:
        """The server lost our commands from *sequence* on: they wait for an outcome once more, and show until then.
        Returns how many had one.
        """
        with self.cache.write() as connection:
            missing = archive.unseen_from(self.ledger, connection, epoch, sequence)
            if missing:
                layers = undo.pending(connection)
                rebase.refresh_search(connection, undo.take_off(connection, layers, set()))
                rebase.refresh_search(connection, self._put_on_all(connection, {*layers, *missing}))
        # Only then in the ledger: if the program ends in between, the server tells once more what it lost.
        return archive.reopen(self.ledger, epoch, sequence)

    def _put_on_all(self, connection: Connection, sequences: Collection[int]) -> dict[str, set[str]]:
        """Apply these again, oldest first; what changed."""
        changed: dict[str, set[str]] = defaultdict(set)
        for sequence, sealed in sorted(self.ledger.envelopes(list(sequences)).items()):
            for table_name, ids in self._put_on(connection, sequence, sealed).items():
                changed[table_name] |= ids
        return changed

    def _put_on(self, connection: Connection, sequence: int, sealed: Sealed) -> dict[str, set[str]]:
        return put_on(connection, self.known, sequence, sealed)

    # -- what the server says ----------------------------------------------------------------------------------------

    def apply_page(self, page: FeedPage) -> tuple[ChangeSet, dict[str, int]]:
        """Merge a page of the feed; returns what changed and how many commands of ours got which outcome."""
        faults.reach(BEFORE_PAGE)
        staged = rebase.stage(page)
        counts = self.merge(staged, cursor=page.cursor)
        faults.reach(AFTER_PAGE)
        return staged.changed, counts

    def merge(self, staged: rebase.Staged, *, cursor: str | None = None) -> dict[str, int]:
        """In one step: affected layers off, what the server says in, layers on; then this PC stands at *cursor*.

        Returns how many commands of ours got which outcome.
        """
        outcomes = staged.outcomes
        with self.cache.write() as connection:
            answered = list(self.ledger.sequences_of([row["id"] for row in outcomes]).values())
            counts = self.ledger.record_outcomes(outcomes)
            faults.reach(PAGE_RECORDED)
            rebase.bury(connection, staged, self.clock.now_ms())
            again = rebase.take_off_affected(connection, staged, answered)
            rebase.write_staged(connection, staged)
            for table_name, ids in self._put_on_all(connection, again).items():
                staged.changed[table_name] |= ids
            rebase.refresh_search(connection, staged.changed)
            caching.set_meta(connection, "contact", str(self.clock.now_ms()))
            if cursor is not None:
                caching.set_meta(connection, "cursor", cursor)
        return counts

    def conclude(self, set_aside: Mapping[int, str]) -> dict[str, int]:
        """Settle commands (sequence → code) that the server set aside unread: no outcome will ever come for them.

        Their layers come off; returns how many were settled, by status.
        """
        waiting = self.ledger.still_open(list(set_aside))
        if not waiting:
            return {}
        outcomes = archive.set_aside(waiting, set_aside, self.clock.now_ms())
        with self.cache.write() as connection:
            counts = self.ledger.record_outcomes(outcomes)
            self._put_on_all(connection, rebase.take_off_affected(connection, rebase.Staged(), list(waiting)))
        return counts

    def believe(self) -> dict[str, int]:
        """The cache is what the server has: its outcomes hold also for what was reopened; how many, by status."""
        if not archive.reopened(self.ledger):
            return {}
        with self.cache.write() as connection:
            outcomes = rebase.outcomes_in(connection, self.ledger)
            answered = list(self.ledger.sequences_of([row["id"] for row in outcomes]).values())
            counts = self.ledger.record_outcomes(outcomes)
            self._put_on_all(connection, rebase.take_off_affected(connection, rebase.Staged(), answered))
        return counts

    def adopt_snapshot(self) -> dict[str, int]:
        """Swap in the cache that was built aside, then put pending commands on it again."""
        self.cache.swap_in_next()
        with self.cache.write() as connection:
            caching.set_meta(connection, "applied", "0")
            outcomes = archive.outcomes_anew(self.ledger, connection)
            counts = self.ledger.record_outcomes(outcomes)
            self._replay_gap(connection)
            caching.set_meta(connection, "contact", str(self.clock.now_ms()))
        return counts

    def health(self) -> Health:
        """What this PC tells the server of itself."""
        return archive.health(self.ledger, self.clock.now_ms())

    def note_contact(self, cursor: str) -> None:
        """The server answered now and had nothing new before *cursor*: time to forget what need not be kept."""
        now = self.clock.now_ms()
        with self.cache.write() as connection:
            caching.set_meta(connection, "cursor", cursor)
            caching.set_meta(connection, "contact", str(now))
            tombstones.forget_old(connection, now)

    @property
    def last_contact(self) -> int:
        """When the server last answered (ms), 0 for never."""
        with self.cache.read() as connection:
            return int(caching.get_meta(connection, "contact") or 0)
