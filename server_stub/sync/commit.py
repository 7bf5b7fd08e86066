"""One command with authority: effects, receipt, outcome and feed in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import Connection

from domain.kernel import faults
from domain.kernel.channels import Row
from domain.kernel.commands import CommandType, Payload
from domain.kernel.context import Actor, ApplyContext
from domain.kernel.envelope import Body
from domain.kernel.handling import execute
from domain.kernel.ids import derive_id
from domain.kernel.outcome import Outcome, document_exception, outcome
from domain.kernel.rowwriter import RowWriter
from domain.kernel.telling import exception_rows, outcome_row
from server_stub.sync import holding, repository, repository_edits, repository_push as turns
from server_stub.sync.journal import FeedJournal
from server_stub.sync.network import NetworkTree

BEFORE_APPLY = faults.declare("push-before-apply")
AFTER_APPLY = faults.declare("push-after-apply")
AFTER_RECEIPT = faults.declare("push-after-receipt")
BEFORE_COMMIT = faults.declare("push-before-commit")

SearchKeys = Callable[[str], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a command.

    Attributes:
        status: its outcome.
        code, params: why, when it was not simply confirmed.
        flags: codes of all rules that it broke.
    """

    status: Outcome
    code: str = ""
    params: dict[str, object] | None = None
    flags: tuple[str, ...] = ()


@dataclass(slots=True)
class Ledger:
    """Writes commands into one transaction of the server's database.

    Attributes:
        connection: the transaction.
        now_ms: the server's instant.
        search_keys: maker of pinyin keys.
        bulk: rows do not enter the feed one by one, see :class:`FeedJournal`.
        ancestors: what is known of the tree, shared by the commands of one push.
        attempt: 0 for a new command; n when a parked one, which has its receipt, is taken for the n-th time again.
        moves: which state of the tree it is, when the transaction holds it already.
        link: the chain's row behind the command, written with its receipt; None when it is written elsewhere.
    """

    connection: Connection
    now_ms: int
    search_keys: SearchKeys | None = None
    bulk: bool = False
    ancestors: dict[str, Sequence[str]] = field(default_factory=dict)
    attempt: int = 0
    moves: str | None = None
    link: Row | None = None

    def apply(
        self, kind: CommandType, body: Body, digest: str, actor: Actor, payload: Payload, personal: Payload | None
    ) -> Verdict:
        """Run the command and record what became of it.

        Raises:
            DomainError: the command was refused; the transaction must be rolled back.
        """
        tree = NetworkTree(self.connection, self.ancestors).hold(self.moves)
        journal = FeedJournal(self.connection, tree, self.bulk, self.now_ms, body.device, actor.person_name)
        rows = RowWriter(self.connection, journal, authority=True)
        ctx = ApplyContext(
            command_id=body.id,
            actor=actor,
            business_date=body.business_date,
            at=body.claimed_at,
            rows=rows,
            personal=personal,
            received_at=self.now_ms,
            search_keys=self.search_keys,
            base={(table, row_id): version for table, row_id, version in body.base},
            steps=partial(repository_edits.steps, self.connection),
        )
        faults.reach(BEFORE_APPLY)
        execute(kind, ctx, payload)
        faults.reach(AFTER_APPLY)
        verdict = Verdict(Outcome.CONFIRMED)
        if ctx.flags:
            rows.insert(document_exception, exception_rows(ctx, self.now_ms))
            first = ctx.flags[0]
            codes = tuple(flag.code for flag in ctx.flags)
            verdict = Verdict(Outcome.EXCEPTION, first.code, {**first.params, **first.told}, codes)
        self._conclude(journal, rows, body, digest, verdict)
        return verdict

    def record(self, body: Body, digest: str, verdict: Verdict) -> None:
        """Record an outcome without effects: refused, parked or quarantined."""
        journal = FeedJournal(self.connection, NetworkTree(self.connection, self.ancestors).hold(self.moves))
        self._conclude(journal, RowWriter(self.connection, journal, authority=True), body, digest, verdict)

    def _conclude(self, journal: FeedJournal, rows: RowWriter, body: Body, digest: str, verdict: Verdict) -> None:
        journal.bulk = False
        written = journal.written
        told = outcome_row(body, verdict.status, verdict.code, verdict.params, self.now_ms)
        if self.attempt or verdict.status in holding.KEPT:
            holding.note(rows, body, verdict.status, verdict.code, told["params"], self.now_ms)
        if self.attempt:
            rows.update(outcome, told.pop("id"), **told)
            journal.flush(derive_id(body.id, f"replay {self.attempt}", self.now_ms))
            repository.change_receipt(self.connection, body.id, str(verdict.status), verdict.code, self.now_ms, written)
        else:
            rows.insert(outcome, told)
            # After a restore the same command may take the same number again: the instant tells the two commits apart.
            commit = journal.gather(derive_id(body.id, "commit", self.now_ms))
            receipt = _receipt(body, digest, verdict, self.now_ms, written)
            turns.conclude(self.connection, commit, receipt, self.link)
        faults.reach(AFTER_RECEIPT)


def _receipt(body: Body, digest: str, verdict: Verdict, now_ms: int, written: int) -> Row:
    return {
        "command_id": body.id,
        "device_id": body.device,
        "epoch": body.epoch,
        "sequence": body.sequence,
        "hash": digest,
        "kind": body.kind[:64],
        "status": str(verdict.status),
        "code": verdict.code,
        "document_id": body.document[:64],
        "handled_at": now_ms,
        "written": written,
    }
