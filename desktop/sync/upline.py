"""The upline of a training shop, inside the program: it has no address, opens no socket and knows no server.

It takes the shop's envelopes as a server would, applies them with authority by the same handlers, and answers with
rows and outcomes; so somebody who practises sees the same states as in earnest. Reasons: decision "training".
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, Table

from desktop.store import upline_book as book
from desktop.store.upline_book import UplineBook
from desktop.sync.transport import Offline
from domain.kernel import wire
from domain.kernel.channels import Row
from domain.kernel.clock import Clock
from domain.kernel.commands import CommandType, Nature, Payload, command_named, command_of
from domain.kernel.context import Actor, ApplyContext, DecideContext, Decision
from domain.kernel.envelope import Body, Sealed, open_body, unpack_personal
from domain.kernel.errors import DomainError, NotEntitled
from domain.kernel.handling import execute
from domain.kernel.ids import HQ_PARTY_ID, IdSource, stable_id
from domain.kernel.outcome import Outcome, document_exception, outcome
from domain.kernel.rowwriter import RowWriter
from domain.kernel.sealing import Link, seal_decision
from domain.kernel.tables import metadata, row_values
from domain.kernel.telling import exception_rows, outcome_row
from domain.orders.commands import SubmitReplenishment
from domain.orders.replenishment_handlers import decide_approve
from domain.orders.shipping_handlers import decide_ship
from domain.parties.model import person
from domain.parties.roles import HQ_ADMIN, OWNER

log = logging.getLogger(__name__)

EPOCH = "training"
PAGE = 100
DEVICE = stable_id("device", "training-upline")
HAND = Actor(stable_id("person", "training-upline"), "", HQ_ADMIN, HQ_PARTY_ID, DEVICE)
"""Headquarters' own hand, as it sets the training network up."""

SearchKeys = Callable[[str], tuple[str, str]]
Decide = Callable[[DecideContext], Decision]


@dataclass(slots=True)
class Commit:
    """A row-writer's journal: the last image of every row that a command wrote."""

    rows: dict[str, dict[str, Row]] = field(default_factory=dict)
    gone: dict[str, dict[str, int]] = field(default_factory=dict)

    def inserted(self, table: Table, rows: Sequence[Row]) -> None:
        for row in rows:
            self.rows.setdefault(str(table.name), {})[row["id"]] = row

    def updated(self, table: Table, before: Row, after: Row) -> None:
        self.inserted(table, [after])

    def counted(self, table: Table, rows: Sequence[Row]) -> None:
        self.inserted(table, rows)

    def deleted(self, table: Table, before: Row) -> None:
        self.rows.get(str(table.name), {}).pop(before["id"], None)
        self.gone.setdefault(str(table.name), {})[before["id"]] = before["version"] + 1

    def read(self, table: Table, row_id: str) -> None:
        """Reads leave no trace."""

    def packed(self) -> bytes:
        """The rows as a page of the feed carries them."""
        names = dict.fromkeys((*self.rows, *self.gone))
        return wire.encode(
            [
                wire.Rows(
                    name,
                    [row_values(metadata.tables[name], row) for row in self.rows.get(name, {}).values()],
                    list(self.gone.get(name, {}).items()),
                )
                for name in names
            ]
        )


@dataclass(slots=True)
class Upline:
    """A :class:`desktop.sync.transport.Transport` that goes nowhere.

    Attributes:
        upline_id: the party above the shop: it approves and ships what the shop orders, at once.
        search_keys: (pinyin, initials) of the built-in goods by their names.
    """

    book: UplineBook
    clock: Clock
    upline_id: str = HQ_PARTY_ID
    search_keys: SearchKeys | None = None

    # -- the wire ----------------------------------------------------------------------------------------------------

    def push(self, batch: wire.PushBatch) -> wire.PushAnswer:
        """Take envelopes, each in one transaction; one that came before gets the answer that it got."""
        acks = [self._take(item) for item in batch.items]
        last = batch.items[-1].sequence if batch.items else batch.tail or 0
        return wire.PushAnswer(acks, last + 1)

    def feed(self, cursor: str | None) -> wire.FeedPage:
        """Commits after a cursor; without one from the beginning."""
        with self.book.write() as connection:
            found = book.commits_after(connection, int(cursor or 0), PAGE)
        last = str(found[-1][0]) if found else cursor or "0"
        commits = [wire.FeedCommit(number, [msgspec.Raw(body)]) for number, body in found]
        return wire.FeedPage(last, more=len(found) == PAGE, reset=False, commits=commits, epoch=EPOCH)

    def snapshot_start(
        self, cursor: str | None = None, resume: str | None = None, again: Sequence[str] = ()
    ) -> wire.SnapshotStart:
        """There is none: the feed begins at its beginning, so no page ever asks for one."""
        raise Offline("training")

    def snapshot_chunk(self, table: str, after: str, token: str = "") -> wire.SnapshotChunk:  # nosec B107 - a name
        """See :meth:`snapshot_start`."""
        raise Offline("training")

    def slice_sum(self, asked: wire.SliceAsked) -> wire.SliceSum:
        """There is nothing to compare with: the feed is all that there is."""
        return wire.SliceSum(standing=False)

    # -- founding ----------------------------------------------------------------------------------------------------

    def put(self, rows: Mapping[Table, Sequence[Row]]) -> None:
        """Rows that were there before the shop, in one commit."""
        with self.book.write() as connection:
            commit = Commit()
            writer = RowWriter(connection, commit, authority=True)
            for table, images in rows.items():
                writer.insert(table, images)
            book.add_commit(connection, commit.packed())

    def issue(self, decide: Decide, actor: Actor = HAND) -> str:
        """Make a command of the upline happen; the id of its document.

        Raises:
            DomainError: refused; nothing was written.
        """
        with self.book.write() as connection:
            return self._issue(connection, decide, actor)

    def _issue(self, connection: Connection, decide: Decide, actor: Actor) -> str:
        ids = IdSource(self.clock)
        ctx = DecideContext(connection, actor, self.clock, ids.new, lambda prefix: self._number(connection, prefix))
        decision = decide(ctx)
        # Sealed with a key that is forgotten at once: nobody checks it, but the form is that of every command.
        link = Link(DEVICE, 1, book.next_number(connection, "chain"), "")
        body, sealed = seal_decision(
            decision, link, actor, self.clock, ids.new(), Ed25519PrivateKey.generate(), os.urandom
        )
        commit = Commit()
        self._apply(connection, commit, command_of(decision.payload), body, sealed, actor)
        book.add_commit(connection, commit.packed())
        return decision.document_id

    def _number(self, connection: Connection, prefix: str) -> str:
        return f"TRAIN-UP-{prefix}{book.next_number(connection, prefix):06d}"

    # -- the shop's commands -----------------------------------------------------------------------------------------

    def _take(self, item: wire.PushItem) -> wire.PushAck:
        body = open_body(item.sealed)
        try:
            with self.book.write() as connection:
                status, code = self._handle(connection, body, item.sealed)
        except DomainError as error:
            status, code = _verdict_of(error, body), error.code
            self._record(body, status, code, dict(error.params))
        except Exception as error:
            log.exception("a command of the training shop")
            status, code = Outcome.PARKED, "our_fault"
            self._record(body, status, code, {"detail": type(error).__name__})
        return wire.PushAck(item.sequence, str(status), code)

    def _handle(self, connection: Connection, body: Body, sealed: Sealed) -> tuple[Outcome, str]:
        commit = Commit()
        rows = RowWriter(connection, commit, authority=True)
        known = rows.get(outcome, body.id)
        if known is not None:
            return Outcome(known["status"]), str(known["code"])
        who = rows.get(person, body.person)
        if who is None or who["party_id"] != body.party:
            raise NotEntitled("not_entitled", person=body.person)
        actor = Actor(who["id"], who["name"], who["role"], body.party, body.device)
        ctx, payload = self._apply(connection, commit, command_named(body.kind), body, sealed, actor)
        first = ctx.flags[0] if ctx.flags else None
        rows.insert(document_exception, exception_rows(ctx, self.clock.now_ms()))
        status, code = (Outcome.EXCEPTION, first.code) if first else (Outcome.CONFIRMED, "")
        params = {**first.params, **first.told} if first else {}
        rows.insert(outcome, outcome_row(body, status, code, params, self.clock.now_ms()))
        book.add_commit(connection, commit.packed())
        if isinstance(payload, SubmitReplenishment):
            self._serve(connection, body.document)
        return status, code

    def _apply(
        self, connection: Connection, commit: Commit, kind: CommandType, body: Body, sealed: Sealed, actor: Actor
    ) -> tuple[ApplyContext, Payload]:
        payload = kind.decode(body.schema, bytes(body.payload))
        ctx = ApplyContext(
            command_id=body.id,
            actor=actor,
            business_date=body.business_date,
            at=body.claimed_at,
            rows=RowWriter(connection, commit, authority=True),
            personal=kind.decode_personal(unpack_personal(sealed.personal)),
            received_at=self.clock.now_ms(),
            search_keys=self.search_keys,
        )
        execute(kind, ctx, payload)
        return ctx, payload

    def _serve(self, connection: Connection, order_id: str) -> None:
        """The upline approves and ships an order at once, so that its goods can be received."""
        seller = Actor(HAND.person_id, "", HQ_ADMIN if self.upline_id == HQ_PARTY_ID else OWNER, self.upline_id, DEVICE)
        self._issue(connection, lambda ctx: decide_approve(ctx, order_id), seller)
        self._issue(connection, lambda ctx: decide_ship(ctx, order_id), seller)

    def _record(self, body: Body, status: Outcome, code: str, params: dict[str, object]) -> None:
        """An outcome without effects."""
        self.put({outcome: [outcome_row(body, status, code, params, self.clock.now_ms())]})


def _verdict_of(error: DomainError, body: Body) -> Outcome:
    """As the server judges: not entitled is kept apart, a request is refused, a fact that apply refuses is our bug."""
    if isinstance(error, NotEntitled):
        return Outcome.QUARANTINED
    return Outcome.REFUSED if command_named(body.kind).nature is Nature.REQUEST else Outcome.PARKED
