"""Taking envelopes in: raw and durable first, then one transaction per command.

The same command sent again gets the same answer; whatever a command contains, the chain behind it goes on.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from domain.kernel import faults
from domain.kernel.channels import Row
from domain.kernel.clock import Clock
from domain.kernel.commands import CommandType, Nature, Payload, command_named
from domain.kernel.context import Actor
from domain.kernel.envelope import Body, Sealed, open_body, unpack_personal, verify
from domain.kernel.errors import DomainError, Invalid, NotEntitled
from domain.kernel.ids import is_id
from domain.kernel.outcome import Outcome
from domain.kernel.wire import PushAck, PushAnswer, PushBatch, PushItem
from domain.parties.model import person
from server_stub.kit.database import Database, refusal_of
from server_stub.kit.errors import Unavailable
from server_stub.kit.metrics import CommandTally
from server_stub.sync import (
    chains,
    holding,
    lost,
    repository,
    repository_numbers as numbers,
    repository_parked as parking,
    repository_push as turns,
    revocations,
)
from server_stub.sync.commit import BEFORE_COMMIT, Ledger, SearchKeys, Verdict

log = logging.getLogger(__name__)

STORED = faults.declare("push-stored")
AFTER_COMMIT = faults.declare("push-after-commit")
NUMBERED = faults.declare("push-numbered")
BEFORE_ANSWER = faults.declare("push-before-answer")

LONGEST_MS = 500
"""A push is worked on for so long (ms); what is left of its batch is not acknowledged and comes again."""
FOREIGN = "foreign"
"""Of an answer: what the envelope stands on is not here, see :func:`server_stub.sync.chains.is_foreign`."""
FUTURE = frozenset({"future_schema", "unknown_command", "envelope_future_format"})
"""Codes of what a newer server may understand: kept to be replayed, not quarantined."""
UNREADABLE = FUTURE | {"bad_payload", "waits_for_parked"}
"""Codes of failures that have nothing to do with what else the database knows."""
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Sender:
    """The device that pushes, as the server knows it."""

    device_id: str
    party_id: str
    public_key: bytes

    @classmethod
    def of(cls, device: Row) -> Sender:
        """From the device's row."""
        return cls(device["id"], device["party_id"], bytes(device["public_key"]))


@dataclass(slots=True)
class Memo:
    """What one push asks again and again: who the people are and what stands above the parties.

    Attributes:
        patient: what may have failed because this database was restored waits, see :mod:`server_stub.sync.lost`.
        farewell: the device never comes again: what has no place in its chain is kept with its verdict all the same.
    """

    people: dict[str, Row | None] = field(default_factory=dict)
    ancestors: dict[str, Sequence[str]] = field(default_factory=dict)
    patient: bool = True
    farewell: bool = False


@dataclass(slots=True)
class Intake:
    """Handles pushes.

    Attributes:
        db: opens transactions.
        search_keys: maker of pinyin keys.
        tally: counts what became of what was pushed.
    """

    db: Database
    clock: Clock
    search_keys: SearchKeys | None = None
    tally: CommandTally = field(default_factory=CommandTally)

    def take(self, sender: Sender, batch: PushBatch, *, deal: bool = True) -> PushAnswer:
        """Store, handle and answer a batch in sequence; stops at a gap or after a while and says what it expects.

        Without *deal* a fork is told but no epoch is dealt: the device itself does not hear the answer.
        """
        if batch.revoked:
            now = self.clock.now_ms()
            self.db.run(lambda connection: revocations.take(connection, batch.revoked, now))
        self._store(sender, batch)
        faults.reach(STORED)
        began = self.clock.now_ms()
        acks: list[PushAck] = []
        memo = Memo()
        forked, from_oldest = 0, False
        for item in batch.items:
            ack = self._take_one(sender, batch, item, memo)
            if ack is None:
                break
            if ack.status == FOREIGN:
                from_oldest = True
                break
            if ack.status == chains.FORKED:
                forked = item.sequence
                break
            acks.append(ack)
            self.tally.add(ack.status)
            faults.reach(AFTER_COMMIT)
            if self.clock.now_ms() - began >= LONGEST_MS:
                break  # the sender goes on from here with its next push; others have their turn meanwhile
        self.db_number()
        faults.reach(NUMBERED)
        with self.db.read() as connection:
            expected = repository.expected_sequence(connection, sender.device_id, batch.epoch)
        if from_oldest:
            expected = batch.oldest
        if batch.tail is not None and not batch.items and expected > batch.tail + 1:
            forked = batch.tail + 1
        epoch = self._deal(sender, batch.epoch, forked) if forked and deal else 0
        faults.reach(BEFORE_ANSWER)
        return PushAnswer(acks, expected, epoch, forked)

    def _deal(self, sender: Sender, epoch: int, forked: int) -> int:
        """An epoch for a device that was restored or copied; each one is dealt once, so no number comes twice."""
        now = self.clock.now_ms()
        detail = {"epoch": epoch, "sequence": forked}
        return self.db.run(lambda connection: chains.deal_epoch(connection, sender.device_id, detail, now))

    def set_aside(self, sender: Sender, batch: PushBatch, verdict: Verdict) -> int:
        """Keep every envelope of a batch with *verdict*, with no effect; how many are new here.

        Also behind a hole, and what stands on a fork: of a copy of this device, or of one that a restored server lost.
        Nobody will offer it again.
        """
        self._store(sender, batch)
        with self.db.read() as connection:
            known = repository.handled(connection, [item.sealed.hash for item in batch.items])
        memo = Memo(patient=False, farewell=True)
        for item in batch.items:
            self._take_without_effect(sender, batch, item, memo, verdict)
        self.db_number()
        return sum(1 for item in batch.items if item.sealed.hash not in known)

    def _take_without_effect(
        self, sender: Sender, batch: PushBatch, item: PushItem, memo: Memo, verdict: Verdict
    ) -> PushAck | None:
        return self.db.run(lambda connection: self._handle(connection, sender, batch, item, memo, verdict))

    def db_number(self) -> None:
        """Number what was committed, so that the sender's next pull has its outcomes."""
        if self.db.dialect == "postgresql":
            self.db.run(numbers.number_queued)

    def _store(self, sender: Sender, batch: PushBatch) -> None:
        now = self.clock.now_ms()
        rows: list[Row] = [
            {
                "hash": item.sealed.hash,
                "device_id": sender.device_id,
                "epoch": batch.epoch,
                "sequence": item.sequence,
                "body": item.sealed.body,
                "signature": item.sealed.signature,
                "personal": item.sealed.personal,
                "received_at": now,
                "state": "received",
            }
            for item in batch.items
        ]
        self.db.run(lambda connection: repository.store_envelopes(connection, rows))

    def _take_one(self, sender: Sender, batch: PushBatch, item: PushItem, memo: Memo) -> PushAck | None:
        """One envelope in one transaction; a failure is recorded in a second one after rolling back the first."""
        try:
            return self.db.run(lambda connection: self._handle(connection, sender, batch, item, memo, None))
        except Exception as error:  # noqa: BLE001 - the funnel of commands: what is not the database's trouble is parked
            verdict = failure_of(error, item.sealed)
        return self.db.run(lambda connection: self._handle(connection, sender, batch, item, memo, verdict))

    def _handle(
        self,
        connection: Connection,
        sender: Sender,
        batch: PushBatch,
        item: PushItem,
        memo: Memo,
        failure: Verdict | None,
    ) -> PushAck | None:
        """Take the envelope's place in the chain, then apply it, or record *failure* without effects."""
        link = turns.lock_place(connection, sender.device_id, batch.epoch)
        digest = item.sealed.hash
        if not memo.farewell and chains.is_gap(link, item.sequence, batch.oldest):
            return None
        try:
            body = checked(item, sender, batch.epoch)
        except Invalid as error:
            return self._set_aside(connection, link, item, error, sender)
        known, moves = turns.known_before(connection, body.id)
        if known is not None:
            return self._again(connection, link, item, known, sender)
        if not memo.farewell and chains.is_foreign(connection, link, body, batch):
            return PushAck(item.sequence, FOREIGN)
        ledger = Ledger(connection, self.clock.now_ms(), self.search_keys, ancestors=memo.ancestors, moves=moves)
        if item.sequence <= link["last_sequence"]:
            if self._waits_unread(connection, digest):
                return PushAck(item.sequence, str(Outcome.PARKED), "envelope_future_format")
            if not memo.farewell:
                repository.mark_envelope(connection, digest, chains.FORKED, "device_forked")
                return PushAck(item.sequence, chains.FORKED)
        else:
            if item.sequence > link["last_sequence"] + 1:
                chains.begin_late(connection, link, body, self.clock.now_ms())
            ledger.link = _moved_on(link, item, body.previous)
        verdict = failure or apply_envelope(connection, ledger, body, item.sealed, sender, memo)
        if memo.patient and verdict.code not in UNREADABLE:
            verdict = lost.with_patience(connection, body, verdict, 0)
        if verdict.status in (Outcome.REFUSED, Outcome.PARKED, Outcome.QUARANTINED):
            ledger.record(body, digest, verdict)
        if verdict.status in (Outcome.PARKED, Outcome.QUARANTINED):
            repository.mark_envelope(connection, digest, str(verdict.status), verdict.code)
        faults.reach(BEFORE_COMMIT)
        return PushAck(item.sequence, str(verdict.status), verdict.code)

    def _waits_unread(self, connection: Connection, digest: str) -> bool:
        """Whether this very envelope was parked before this program could read it; the replay gives its outcome."""
        known = parking.envelope_of(connection, digest)
        return known is not None and known["state"] == Outcome.PARKED

    def _advance(self, connection: Connection, link: Row, item: PushItem) -> None:
        """Move the chain on for an envelope that gets no receipt of its own."""
        repository.advance_chain(connection, _moved_on(link, item, None))

    def _again(self, connection: Connection, link: Row, item: PushItem, known: Row, sender: Sender) -> PushAck | None:
        if known["hash"] == item.sealed.hash:
            return PushAck(item.sequence, known["status"], known["code"])
        if known["device_id"] == link["device_id"] and known["epoch"] != link["epoch"]:
            # Sealed anew by a device that did not know that the first one had come: it has had its effect.
            if item.sequence > link["last_sequence"]:
                self._advance(connection, link, item)
            return PushAck(item.sequence, known["status"], known["code"])
        return self._set_aside(connection, link, item, Invalid("command_id_reused", id=known["command_id"]), sender)

    def _set_aside(
        self, connection: Connection, link: Row, item: PushItem, error: Invalid, sender: Sender
    ) -> PushAck | None:
        """Keep an envelope apart: no effect, counted, and the chain behind it goes on."""
        if item.sequence > link["last_sequence"]:
            self._advance(connection, link, item)
        status = Outcome.PARKED if error.code in FUTURE else Outcome.QUARANTINED
        repository.mark_envelope(connection, item.sealed.hash, str(status), error.code)
        place = {"hash": item.sealed.hash, "device_id": sender.device_id, "sequence": item.sequence}
        now = self.clock.now_ms()
        if parking.is_new(connection, holding.unread_id(item.sealed.hash)):
            holding.note_unread(connection, {**place, "state": str(status)}, sender.party_id, error.code, now)
        log.error("envelope %s", status, extra={"code": error.code, "device": link["device_id"]})
        return PushAck(item.sequence, str(status), error.code)


def _moved_on(link: Row, item: PushItem, previous: str | None) -> Row:
    """The chain's row behind an envelope; a link that does not fit is an alarm, never a stop.

    A chain begins with whatever comes first, also with a command that had come under another epoch before.
    """
    broken = previous is not None and previous != link["last_hash"]
    if broken:
        log.error("chain does not fit", extra={"device": link["device_id"], "sequence": item.sequence})
    alarms = link["alarms"] + (1 if broken else 0)
    first = link["first_sequence"] if link["last_sequence"] else item.sequence
    moved = {"last_sequence": item.sequence, "last_hash": item.sealed.hash, "first_sequence": first}
    return {**link, **moved, "alarms": alarms}


def failure_of(error: Exception, sealed: Sealed) -> Verdict:
    """What becomes of a command that raised *error*.

    Not entitled: quarantined. A request is refused with its reason; a fact that apply could not take is our bug and
    parked, as is everything unforeseen.

    Raises:
        Exception: *error* itself when the database is the trouble: it says nothing about the command.
    """
    if isinstance(error, Unavailable) or (isinstance(error, SQLAlchemyError) and refusal_of(error)):
        raise error
    if isinstance(error, NotEntitled):
        return Verdict(Outcome.QUARANTINED, error.code, error.params)
    if not isinstance(error, DomainError):
        log.error("command parked", exc_info=error, extra={"hash": sealed.hash})
        return Verdict(Outcome.PARKED, "our_fault", {"detail": type(error).__name__})
    if error.code in FUTURE:
        return Verdict(Outcome.PARKED, error.code, error.params)
    if error.code == "bad_payload":
        return Verdict(Outcome.QUARANTINED, error.code, error.params)
    if command_named(open_body(sealed).kind).nature is Nature.REQUEST:
        return Verdict(Outcome.REFUSED, error.code, error.params)
    log.error("a fact was refused by apply", extra={"code": error.code})
    return Verdict(Outcome.PARKED, error.code, error.params)


def apply_envelope(
    connection: Connection, ledger: Ledger, body: Body, sealed: Sealed, sender: Sender, memo: Memo
) -> Verdict:
    """Apply an envelope that has its place in the chain, unless what it depends on is parked or was lost.

    Raises:
        DomainError: see :meth:`Ledger.apply` and :func:`server_stub.sync.lost.check_base`; to be rolled back.
    """
    states = repository.statuses(connection, body.depends_on) if body.depends_on else {}
    waits = [one for one in body.depends_on if states.get(one) == Outcome.PARKED]
    if waits:
        return Verdict(Outcome.PARKED, "waits_for_parked", {"command": waits[0]})
    missing = [one for one in body.depends_on if one not in states] if memo.patient else []
    if missing and lost.is_behind(connection, body):
        return Verdict(Outcome.PARKED, lost.WAITS, {"why": "missing", "command": missing[0]})
    kind = command_named(body.kind)
    payload, personal = decoded(kind, body, sealed)
    actor = actor_of(connection, body, sender, memo)
    verdict = ledger.apply(kind, body, sealed.hash, actor, payload, personal)
    if memo.patient:
        lost.check_base(connection, body, verdict)
    return verdict


def checked(item: PushItem, sender: Sender, epoch: int) -> Body:
    """The body, if it is what this device sealed for this place in its chain.

    Raises:
        Invalid: malformed, altered, or of another device, party or place.
    """
    body = open_body(item.sealed)
    verify(item.sealed, body, sender.public_key)
    if body.device != sender.device_id or body.epoch != epoch or body.sequence != item.sequence:
        raise Invalid("envelope_misplaced")
    if body.party != sender.party_id or not is_id(body.id) or not is_id(body.person):
        raise Invalid("envelope_misplaced")
    if not _DATE.fullmatch(body.business_date) or not 0 <= body.claimed_at < 10**15:
        raise Invalid("envelope_malformed")
    if "\x00" in body.kind + body.document or not all(is_id(one) for one in body.depends_on):
        raise Invalid("envelope_malformed")  # PostgreSQL holds neither
    return body


def decoded(kind: CommandType, body: Body, sealed: Sealed) -> tuple[Payload, Payload | None]:
    """The payload in today's version, and the personal part."""
    payload = kind.decode(body.schema, bytes(body.payload))
    return payload, kind.decode_personal(unpack_personal(sealed.personal))


def actor_of(connection: Connection, body: Body, sender: Sender, memo: Memo) -> Actor:
    """Who sealed it, as the network knows him now.

    Raises:
        NotEntitled: nobody of this party.
    """
    if body.person not in memo.people:
        memo.people[body.person] = repository.row_by_id(connection, person, body.person)
    row = memo.people[body.person]
    if row is None or row["party_id"] != sender.party_id:
        raise NotEntitled("not_entitled", person=body.person)
    return Actor(row["id"], row["name"], row["role"], row["party_id"], sender.device_id)
