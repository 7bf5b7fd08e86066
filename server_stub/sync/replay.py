"""Taking parked commands again, after the fix or when what they waited for has come: the same envelope, under its
original receipt.

A command that is no longer parked is left alone, so a replay may be repeated at will. What waited for a parked command
(``waits_for_parked``) follows it in the order of its arrival. Every attempt leaves a row in ``replay``.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from domain.kernel import faults
from domain.kernel.channels import Row
from domain.kernel.clock import Clock
from domain.kernel.envelope import Body, Sealed, open_body
from domain.kernel.errors import Invalid, NotFound
from domain.kernel.ids import is_id
from domain.kernel.outcome import Outcome
from domain.kernel.wire import PushItem
from server_stub.accounts import repository as accounts
from server_stub.kit.database import Database
from server_stub.sync import holding, lost, repository, repository_numbers as numbers, repository_parked as parking
from server_stub.sync.commit import BEFORE_COMMIT, Ledger, SearchKeys, Verdict
from server_stub.sync.push import UNREADABLE, Memo, Sender, apply_envelope, checked, failure_of

log = logging.getLogger(__name__)

WAITS = "waits_for_parked"
DONE = frozenset({Outcome.CONFIRMED, Outcome.EXCEPTION})


@dataclass(frozen=True, slots=True)
class Replayed:
    """One attempt: the command's id (an unread envelope's hash), why it was parked, what became of it."""

    id: str
    before: str
    verdict: Verdict


@dataclass(slots=True)
class Replay:
    """Takes parked commands again; it may run while the server serves."""

    db: Database
    clock: Clock
    search_keys: SearchKeys | None = None
    _tried: dict[str, tuple[int, int]] = field(default_factory=dict)

    def listed(self) -> list[Row]:
        """What is parked, oldest first; see :func:`server_stub.sync.repository_parked.parked`."""
        with self.db.read() as connection:
            return parking.parked(connection)

    def run(self, ids: Sequence[str] = ()) -> list[Replayed]:
        """Take these again, or all; then what waited for them.

        Args:
            ids: command ids or hashes, as the list gives them.

        Raises:
            NotFound: ``parked_not_found`` with the first id that is not parked; nothing was tried.
        """
        waiting = self.listed()
        known = {name_of(row) for row in waiting}
        unknown = [wanted for wanted in ids if wanted not in known]
        if unknown:
            raise NotFound("parked_not_found", id=unknown[0][:64])
        return self._take_all([row for row in waiting if not ids or name_of(row) in ids])

    def take_lost(self) -> list[Replayed]:
        """Take again what waits for something that this database lost, when anything new has come since the last time;
        more and more seldom.
        """
        waiting = [row for row in self.listed() if row["reason"] == lost.WAITS]
        if not waiting:
            self._tried.clear()
            return []
        with self.db.read() as connection:
            newest = repository.newest_commit(connection)[0]
        now = self.clock.now_ms()
        due = [row for row in waiting if self._is_due(row, newest, now)]
        self._tried = {row["hash"]: self._tried.get(row["hash"], (0, now)) for row in waiting}
        self._tried.update({row["hash"]: (newest, now) for row in due})
        return self._take_all(due)

    def _is_due(self, row: Row, newest: int, now: int) -> bool:
        seen, at = self._tried.get(row["hash"], (0, 0))
        waited = now - int(row["received_at"])
        if waited >= lost.PATIENCE_MS:
            return True
        return seen != newest and abs(now - at) >= lost.pause_ms(waited)

    def _take_all(self, queue: list[Row]) -> list[Replayed]:
        """Take these, then what waited for them."""
        taken = [one for row in queue if (one := self._take(row["hash"], row["reason"])) is not None]
        done = taken + self._take_followers(taken)
        self._number()
        return done

    def _take_followers(self, taken: Sequence[Replayed]) -> list[Replayed]:
        """Take what waited for these, turn by turn; only what was freed in one turn can free more, so it ends."""
        done: list[Replayed] = []
        freed = newly = _free(taken)
        while newly:
            queue = [(row, False) for row in self.listed() if self._follows(row, freed)]
            queue += [(row, True) for row in self._missed(newly)]
            found = [self._take(row["hash"], row["reason"], released=kept) for row, kept in queue]
            taken = [one for one in found if one is not None]
            done += taken
            newly = _free(taken) - freed
            freed = freed | newly
        return done

    def _missed(self, freed: set[str]) -> list[Row]:
        """What is in quarantine because the document it hangs on was not there, and has come now."""
        named = sorted(one for one in freed if is_id(one))  # what nobody could read is called by its hash
        with self.db.read() as connection:
            statuses = repository.statuses(connection, named)
            effective = {one for one, status in statuses.items() if status in DONE}
            kept = parking.not_entitled(connection) if effective else []
        return [row for row in kept if effective.intersection(open_body(_sealed(row)).depends_on)]

    def take_released(self) -> list[Replayed]:
        """Take again what somebody above has released, parked or in quarantine, with the rights and program of now;
        then what waited for it, such as the record of a picture on it.
        """
        with self.db.read() as connection:
            waiting = parking.released(connection)
        found = [self._take(digest, before, released=True) for digest, before in waiting]
        taken = [one for one in found if one is not None]
        done = taken + self._take_followers(taken)
        self._number()
        return done

    def _follows(self, row: Row, freed: set[str]) -> bool:
        """Whether a parked command waited for one that is free now, and for nothing else."""
        if row["reason"] != WAITS:
            return False
        with self.db.read() as connection:
            stored = parking.envelope_of(connection, row["hash"])
            depends_on = open_body(_sealed(stored)).depends_on if stored else ()
            states = repository.statuses(connection, depends_on)
        return bool(freed.intersection(depends_on)) and Outcome.PARKED not in states.values()

    def _number(self) -> None:
        if self.db.dialect == "postgresql":
            self.db.run(numbers.number_queued)

    def _take(self, digest: str, before: str, *, released: bool = False) -> Replayed | None:
        """One envelope in one transaction; None when it is held no longer."""
        try:
            return self.db.run(lambda connection: self._again(connection, digest, before, None, released))
        except Exception as error:  # noqa: BLE001 - as with a push: what is not the database's trouble stays parked
            with self.db.read() as connection:
                stored = parking.envelope_of(connection, digest)
            verdict = failure_of(error, _sealed(stored or {}))
        return self.db.run(lambda connection: self._again(connection, digest, before, verdict, released))

    def _again(
        self, connection: Connection, digest: str, before: str, failure: Verdict | None, released: bool
    ) -> Replayed | None:
        stored = parking.envelope_of(connection, digest)
        if stored is None:
            return None
        repository.lock_chain(connection, stored["device_id"], stored["epoch"])
        # Read again behind the lock: another replay may have been quicker.
        stored = parking.envelope_of(connection, digest)
        taken_again = holding.KEPT if released else {Outcome.PARKED}
        if stored is None or stored["state"] not in taken_again:
            return None
        sealed = _sealed(stored)
        attempt = parking.attempts(connection, digest) + 1
        sender: Sender | None = None
        try:
            sender = _sender(connection, stored["device_id"])
            body = checked(PushItem(stored["sequence"], sealed), sender, stored["epoch"])
        except Invalid as error:
            verdict = failure_of_unread(error)
            name = digest
        else:
            waited_ms = None if released else self.clock.now_ms() - int(stored["received_at"])
            verdict = self._handle(connection, body, sealed, sender, attempt, failure, waited_ms)
            name = body.id
            if before == verdict.code == lost.WAITS:
                return Replayed(name, before, verdict)  # it goes on waiting: no news for anybody
        state = str(verdict.status) if verdict.status in (Outcome.PARKED, Outcome.QUARANTINED) else "handled"
        repository.mark_envelope(connection, digest, state, verdict.code if state != "handled" else "")
        if not parking.is_new(connection, holding.unread_id(digest)):
            place = {**stored, "state": str(verdict.status)}
            party_id = sender.party_id if sender else ""
            holding.note_unread(connection, place, party_id, verdict.code, self.clock.now_ms(), attempt)
        trail = {"hash": digest, "attempt": attempt, "at": self.clock.now_ms(), "before": before}
        parking.add_replay(connection, {**trail, "status": str(verdict.status), "code": verdict.code})
        log.info("replayed", extra={"hash": digest, "status": str(verdict.status), "code": verdict.code})
        faults.reach(BEFORE_COMMIT)
        return Replayed(name, before, verdict)

    def _handle(
        self,
        connection: Connection,
        body: Body,
        sealed: Sealed,
        sender: Sender,
        attempt: int,
        failure: Verdict | None,
        waited_ms: int | None,
    ) -> Verdict:
        """Apply it and tell the device; an envelope that was unread until now gets its first receipt. It has waited for
        so long; None when somebody has released it: then it waits for nothing any more.
        """
        known = repository.find_receipt(connection, body.id)
        if known is not None and known["hash"] != sealed.hash:
            return Verdict(Outcome.QUARANTINED, "command_id_reused", {"id": body.id})
        ledger = Ledger(
            connection,
            self.clock.now_ms(),
            self.search_keys,
            attempt=attempt if known is not None else 0,
        )
        patient = waited_ms is not None and waited_ms < lost.PATIENCE_MS
        verdict = failure or apply_envelope(connection, ledger, body, sealed, sender, Memo(patient=patient))
        if waited_ms is not None and verdict.code not in UNREADABLE:
            verdict = lost.with_patience(connection, body, verdict, waited_ms)
        unchanged = known is not None and (known["status"], known["code"]) == (str(verdict.status), verdict.code)
        if verdict.status in (Outcome.REFUSED, Outcome.PARKED, Outcome.QUARANTINED) and (
            waited_ms is None or not unchanged
        ):
            ledger.record(body, sealed.hash, verdict)
        return verdict


def _free(taken: Sequence[Replayed]) -> set[str]:
    return {one.id for one in taken if one.verdict.status is not Outcome.PARKED}


def name_of(row: Row) -> str:
    """How a parked envelope is called: by its command's id, or by its hash while nobody can read it."""
    return str(row["command_id"] or row["hash"])


def failure_of_unread(error: Invalid) -> Verdict:
    """An envelope that this program cannot read either stays parked; one that is not authentic is quarantined."""
    unread = error.code == "envelope_future_format"
    return Verdict(Outcome.PARKED if unread else Outcome.QUARANTINED, error.code, error.params)


def _sealed(stored: Row) -> Sealed:
    personal = stored["personal"]
    return Sealed(bytes(stored["body"]), bytes(stored["signature"]), None if personal is None else bytes(personal))


def _sender(connection: Connection, device_id: str) -> Sender:
    """The device as it is known, whether it may still sign in or not: what it sealed was taken in long ago.

    Raises:
        Invalid: ``envelope_misplaced`` when there is no such device.
    """
    row = accounts.device_by_id(connection, device_id)
    if row is None:
        raise Invalid("envelope_misplaced")
    return Sender.of(row)
