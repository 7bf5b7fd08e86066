"""The server as a device: command lines, imports and jobs issue commands with a chain of their own."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection

from domain.kernel.clock import Clock
from domain.kernel.commands import command_of
from domain.kernel.context import Actor, DecideContext, Decision
from domain.kernel.envelope import Body, Sealed, unpack_personal
from domain.kernel.errors import Invalid
from domain.kernel.ids import HQ_PARTY_ID, IdSource, stable_id
from domain.kernel.sealing import Link, seal_decision
from domain.parties.roles import HQ_ADMIN
from server_stub.kit.database import Database
from server_stub.sync import history, repository, repository_numbers as numbers
from server_stub.sync.commit import Ledger, SearchKeys, Verdict

SERVER_DEVICE_ID = stable_id("device", "server")
SERVER_PERSON_ID = stable_id("person", "server")
PACK_FROM = 4096
"""Bodies from this size on are stored packed."""

Decide = Callable[[DecideContext], Decision]


@dataclass(frozen=True, slots=True)
class Issued:
    """A command that the server sealed and applied."""

    command_id: str
    document_id: str
    number: str
    verdict: Verdict


@dataclass(slots=True)
class ServerDevice:
    """Seals decisions as commands of headquarters and applies them with authority, each in one transaction."""

    db: Database
    clock: Clock
    key: Ed25519PrivateKey
    search_keys: SearchKeys | None = None
    random_bytes: Callable[[int], bytes] = os.urandom

    @property
    def actor(self) -> Actor:
        """Headquarters' own hand."""
        return Actor(SERVER_PERSON_ID, "server", HQ_ADMIN, HQ_PARTY_ID, SERVER_DEVICE_ID)

    def issue(
        self,
        decide: Decide,
        *,
        bulk: bool = False,
        actor: Actor | None = None,
        alongside: Callable[[Connection], None] | None = None,
    ) -> Issued:
        """Decide, seal, apply and number one command.

        Args:
            bulk: raise the channels' generation instead of feeding row by row.
            actor: in whose name; headquarters' own hand when None.
            alongside: more to write in the same transaction (an import's identities).

        Raises:
            DomainError: refused; nothing was sealed or written.
        """
        issued = self.db.run(lambda connection: self.issue_in(connection, decide, bulk, actor, alongside))
        self.number_commits()
        return issued

    def number_commits(self) -> None:
        """Number what was committed, so that clients see it at their next pull."""
        if self.db.dialect == "postgresql":
            self.db.run(numbers.number_queued)

    def issue_in(
        self,
        connection: Connection,
        decide: Decide,
        bulk: bool = False,
        actor: Actor | None = None,
        alongside: Callable[[Connection], None] | None = None,
    ) -> Issued:
        """The same inside a transaction that the caller commits."""
        who = actor or self.actor
        link = repository.lock_chain(connection, SERVER_DEVICE_ID, 1)
        ids = IdSource(self.clock, self.random_bytes)
        ctx = DecideContext(connection, who, self.clock, ids.new, lambda prefix: self._number(connection, prefix))
        decision = decide(ctx)
        body, sealed = self._seal(decision, link["last_sequence"] + 1, link["last_hash"], who, ids)
        kind = command_of(decision.payload)
        try:
            payload = kind.decode(body.schema, bytes(body.payload))
            personal = kind.decode_personal(unpack_personal(sealed.personal))
        except Invalid as error:
            raise Invalid("bad_input", detail=error.params.get("detail", "")) from None
        now = self.clock.now_ms()
        self._store(connection, body, sealed, now)
        link.update(last_sequence=body.sequence, last_hash=sealed.hash)
        repository.advance_chain(connection, link)
        ledger = Ledger(connection, now, self.search_keys, bulk)
        verdict = ledger.apply(kind, body, sealed.hash, who, payload, personal)
        if alongside is not None:
            alongside(connection)
        return Issued(body.id, decision.document_id, decision.number, verdict)

    def _number(self, connection: Connection, prefix: str) -> str:
        # A restored database has forgotten numbers that it had given: they go on in a series of their own.
        restored = history.restores(connection)
        series = f".{restored}" if restored else ""
        return f"HQ-00{series}-{prefix}{repository.next_number(connection, SERVER_DEVICE_ID, prefix):06d}"

    def _seal(self, decision: Decision, sequence: int, previous: str, who: Actor, ids: IdSource) -> tuple[Body, Sealed]:
        link = Link(SERVER_DEVICE_ID, 1, sequence, previous)
        return seal_decision(decision, link, who, self.clock, ids.new(), self.key, self.random_bytes)

    def _store(self, connection: Connection, body: Body, sealed: Sealed, now_ms: int) -> None:
        packed = len(sealed.body) >= PACK_FROM
        repository.store_envelopes(
            connection,
            [
                {
                    "hash": sealed.hash,
                    "device_id": SERVER_DEVICE_ID,
                    "epoch": 1,
                    "sequence": body.sequence,
                    "body": zstandard.compress(sealed.body, 3) if packed else sealed.body,
                    "signature": sealed.signature,
                    "personal": sealed.personal,
                    "packed": int(packed),
                    "received_at": now_ms,
                    "state": "handled",
                }
            ],
        )
