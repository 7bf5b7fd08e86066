"""Shows what the server keeps without effect to those who decide about it: the party above and headquarters."""

from __future__ import annotations

import json

from sqlalchemy import Connection

from domain.held.model import RELEASED, WAITING, held_command
from domain.kernel.channels import Row
from domain.kernel.envelope import Body
from domain.kernel.ids import derive_id, stable_id
from domain.kernel.outcome import Outcome
from domain.kernel.rowwriter import RowWriter
from domain.parties.model import party, person
from server_stub.sync.journal import FeedJournal
from server_stub.sync.network import NetworkTree

KEPT = frozenset({Outcome.PARKED, Outcome.QUARANTINED})


def unread_id(digest: str) -> str:
    """The id under which an envelope is shown whose command nobody can read."""
    return stable_id("held", digest)


def note(rows: RowWriter, body: Body, status: Outcome, code: str, params: str, now_ms: int) -> None:
    """What became of a command: shown while it has no effect, and no longer waiting once it has."""
    known = rows.lock(held_command, [body.id]).get(body.id)
    told: Row = {"status": str(status), "code": code, "params": params}
    if known is not None:
        rows.update(held_command, body.id, **told, state=WAITING if status in KEPT else RELEASED)
    elif status in KEPT:
        sender, who = rows.get(party, body.party), rows.get(person, body.person)
        rows.insert(
            held_command,
            {
                "id": body.id,
                "device_id": body.device,
                "party_id": body.party,
                "upline_id": sender["parent_id"] if sender else None,
                "sequence": body.sequence,
                "kind": body.kind[:64],
                "document_id": body.document[:64],
                "person_name": who["name"] if who else "",
                "at": now_ms,
                **told,
            },
        )


def note_unread(connection: Connection, envelope: Row, party_id: str, code: str, now_ms: int, attempt: int = 0) -> None:
    """An envelope that nobody can read; *envelope*: its hash, device, sequence and state."""
    journal = FeedJournal(connection, NetworkTree(connection).hold(), now_ms=now_ms)
    rows = RowWriter(connection, journal, authority=True)
    row_id = unread_id(envelope["hash"])
    told: Row = {"status": envelope["state"], "code": code, "params": json.dumps({})}
    if row_id in rows.lock(held_command, [row_id]):
        rows.update(held_command, row_id, **told, state=WAITING if envelope["state"] in KEPT else RELEASED)
    elif envelope["state"] in KEPT:
        sender = rows.get(party, party_id)
        rows.insert(
            held_command,
            {
                "id": row_id,
                "device_id": envelope["device_id"],
                "party_id": party_id,
                "upline_id": sender["parent_id"] if sender else None,
                "sequence": envelope["sequence"],
                "at": now_ms,
                **told,
            },
        )
    journal.flush(derive_id(row_id, f"shown {attempt}", now_ms))
