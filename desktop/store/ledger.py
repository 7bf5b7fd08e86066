"""``ledger.db``: what this PC sealed, in order, and what became of it. A command exists from its commit here on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from desktop.store import ledger_statements as made
from desktop.store.encrypted import add_columns, open_engine
from desktop.store.identity import Identity
from desktop.store.ledger_tables import (
    FINAL,
    HELD,
    HELD_BACK,
    NEEDS_A_PERSON,
    OPEN,
    SAVED,
    SCHEMA,
    SENT,
    command,
    counter,
    draft,
    meta,
    metadata,
)
from desktop.store.reseal import reseal
from domain.kernel.channels import Row
from domain.kernel.envelope import GENESIS, Sealed
from domain.kernel.outcome import Outcome

__all__ = [
    "FINAL",
    "HELD",
    "OPEN",
    "SAVED",
    "SENT",
    "Also",
    "Ledger",
    "Unsent",
    "command",
    "draft",
    "meta",
    "metadata",
]

Also = Callable[[Connection], None]
_INSERT_COMMAND = insert(command)
_FRESH_COUNTER = upsert(counter)
_SET_COUNTER = _FRESH_COUNTER.on_conflict_do_update(
    index_elements=["prefix"], set_={"value": _FRESH_COUNTER.excluded.value}
)
RENUMBERED = "renumbered"
"""Code of a document that is confirmed under another number than the one on its paper."""
_NEEDING = and_(or_(command.c.status.in_(NEEDS_A_PERSON), command.c.code == RENUMBERED), command.c.settled_at == 0)
_TELL_RENUMBERED = (
    update(command)
    .where(command.c.former != "", command.c.status == str(Outcome.CONFIRMED), command.c.code == "")
    .values(code=RENUMBERED, params=func.json_object("old", command.c.former, "new", command.c.number))
)


Draft = tuple[str, str, str]
"""Id, kind and body of a draft."""


@dataclass(frozen=True, slots=True)
class DraftsAfter:
    """What becomes of drafts in the commit of a command.

    Attributes:
        ends: id of the one that became this command, empty for none.
        begins: told the command's row, gives the draft that stays or begins, None for none.
    """

    ends: str = ""
    begins: Callable[[Row], Draft | None] | None = None


@dataclass(frozen=True, slots=True)
class Unsent:
    """What is still to be uploaded: how many, how much per currency (minor units), since when (ms, 0 = nothing)."""

    number: int
    amounts: Mapping[str, int]
    oldest: int


class Ledger:
    """The sealed commands of one device epoch, its counters and drafts.

    Attributes:
        owner: id of the person whose drafts are read and written.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self._engine = open_engine(path, key, durable=True)
        self._tails: dict[int, tuple[int, str]] = {}
        self._counters: dict[str, int] = {}
        self.owner = ""
        with self._engine.begin() as connection:
            metadata.create_all(connection)
            add_columns(connection, metadata)
            found = connection.execute(select(meta.c.value).where(meta.c.key == "schema")).scalar()
            if found is None:
                connection.execute(insert(meta), {"key": "schema", "value": str(SCHEMA)})
            elif int(found) > SCHEMA:
                raise RuntimeError(f"ledger.db has schema {found}, this program knows {SCHEMA}")
            elif int(found) < SCHEMA:
                connection.execute(update(meta).where(meta.c.key == "schema").values(value=str(SCHEMA)))

    def close(self) -> None:
        """Close the file."""
        self._engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A durable transaction."""
        with self._engine.begin() as connection:
            yield connection

    def integrity(self) -> str:
        """``ok``, or the first thing that is wrong with the file."""
        with self._engine.begin() as connection:
            return str(connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar())

    def get_meta(self, key: str) -> str | None:
        """A fact kept beside the commands."""
        with self._engine.begin() as connection:
            found: str | None = connection.execute(made.META, {"of": key}).scalar()
            return found

    def get_metas(self, keys: Sequence[str]) -> dict[str, str]:
        """Several of them, those that are there."""
        with self._engine.begin() as connection:
            return {str(key): str(value) for key, value in connection.execute(made.METAS, {"keys": list(keys)})}

    def set_meta(self, values: Mapping[str, str]) -> None:
        """Keep facts."""
        with self._engine.begin() as connection:
            for key, value in values.items():
                connection.execute(self._put_meta(key, value))

    def _put_meta(self, key: str, value: str) -> Any:
        statement = upsert(meta).values(key=key, value=value)
        return statement.on_conflict_do_update(index_elements=["key"], set_={"value": value})

    def tail(self, epoch: int) -> tuple[int, str]:
        """(last sequence, hash of the last envelope) of the chain; remembered, because one instance writes."""
        if epoch in self._tails:
            return self._tails[epoch]
        newest = select(command.c.sequence, command.c.hash).order_by(command.c.sequence.desc()).limit(1)
        with self._engine.begin() as connection:
            # A new epoch goes on where the one before ended: sequences rise through all epochs.
            found = (
                connection.execute(newest.where(command.c.epoch == epoch)).first() or connection.execute(newest).first()
            )
        self._tails[epoch] = (int(found[0]), found[1]) if found else (0, GENESIS)
        return self._tails[epoch]

    def go_on_as(self, known: Identity, becomes: Identity, sequence: int, key: Ed25519PrivateKey, now_ms: int) -> int:
        """Go on under another epoch, what stands from *sequence* on included; see :mod:`desktop.store.reseal`."""
        with self._engine.begin() as connection:
            moved = reseal(connection, known, becomes, sequence, key, now_ms)
            for name, value in becomes.to_meta().items():
                connection.execute(self._put_meta(name, value))
        self._tails.clear()
        return len(moved)

    def counter_value(self, prefix: str) -> int:
        """The last number given for a prefix."""
        if prefix not in self._counters:
            with self._engine.begin() as connection:
                found = connection.execute(select(counter.c.value).where(counter.c.prefix == prefix)).scalar()
            self._counters[prefix] = int(found or 0)
        return self._counters[prefix]

    def append(
        self, row: Row, counters: Mapping[str, int], drafts: DraftsAfter | None = None, also: Also | None = None
    ) -> None:
        """Make a command happen: it, the numbers it took, what becomes of drafts and *also*, in one durable commit."""
        with self._engine.begin() as connection:
            connection.execute(_INSERT_COMMAND, row)
            if counters:
                rows = [{"prefix": prefix, "value": value} for prefix, value in counters.items()]
                connection.execute(_SET_COUNTER, rows)
            if drafts is not None:
                self._follow(connection, drafts, row)
            if also is not None:
                also(connection)
        self._tails[row["epoch"]] = (row["sequence"], row["hash"])
        self._counters.update(counters)

    def open_commands(self, after: int = 0, limit: int = 500, epoch: int | None = None) -> list[tuple[int, Sealed]]:
        """(sequence, envelope) without final outcome, in order; of one epoch or of all."""
        statement, asked = made.OPEN_AFTER, {"after": after, "most": limit}
        if epoch is not None:
            statement, asked = made.OPEN_OF_EPOCH, {**asked, "of_epoch": epoch}
        with self._engine.begin() as connection:
            return [
                (int(sequence), Sealed(bytes(body), bytes(signature), bytes(personal) if personal else None))
                for sequence, body, signature, personal in connection.execute(statement, asked)
            ]

    def envelopes(self, sequences: Sequence[int]) -> dict[int, Sealed]:
        """Envelopes by sequence."""
        found: dict[int, Sealed] = {}
        with self._engine.begin() as connection:
            for start in range(0, len(sequences), 500):
                asked = {"sequences": list(sequences[start : start + 500])}
                for sequence, body, signature, personal in connection.execute(made.BY_SEQUENCE, asked):
                    part = bytes(personal) if personal else None
                    found[int(sequence)] = Sealed(bytes(body), bytes(signature), part)
        return found

    def push_from(self, epoch: int, sequence: int, limit: int) -> list[tuple[int, Sealed]]:
        """Envelopes from a sequence on, whatever their status: what a server that lost some asks for."""
        statement = (
            made.ENVELOPES.where(command.c.epoch == epoch, command.c.sequence >= sequence)
            .order_by(command.c.sequence)
            .limit(limit)
        )
        with self._engine.begin() as connection:
            return [
                (int(at), Sealed(bytes(body), bytes(signature), bytes(personal) if personal else None))
                for at, body, signature, personal in connection.execute(statement)
            ]

    def mark_sent(self, epoch: int, sequences: Sequence[int]) -> None:
        """The server has these; their outcome comes with the feed."""
        if not sequences:
            return
        with self._engine.begin() as connection:
            connection.execute(made.MARK_SENT, {"of_epoch": epoch, "sequences": list(sequences)})

    def record_outcomes(self, outcomes: Sequence[Row]) -> dict[str, int]:
        """Write outcomes by command id; returns how many were new, by status.

        A parked command is taken again after the fix, one in quarantine when somebody above releases it, so its outcome
        may be followed by another, which a person who had dealt with it is shown anew; so is one that differs from what
        a server said before it was restored.
        """
        counts: dict[str, int] = {}
        with self._engine.begin() as connection:
            for row in outcomes:
                told = {f"told_{name}": row[name] for name in ("status", "code", "params", "at")}
                as_before = f"{row['status']}:{row['code']}"
                if connection.execute(made.RECORD, {"of_id": row["id"], "as_before": as_before, **told}).rowcount:
                    counts[row["status"]] = counts.get(row["status"], 0) + 1
            connection.execute(_TELL_RENUMBERED)
        return counts

    def sequences_of(self, ids: Sequence[str]) -> dict[str, int]:
        """Sequences by command id, of this device's commands only."""
        found: dict[str, int] = {}
        with self._engine.begin() as connection:
            for start in range(0, len(ids), 500):
                rows = connection.execute(made.SEQUENCES, {"ids": list(ids[start : start + 500])})
                found.update({command_id: int(sequence) for command_id, sequence in rows})
        return found

    def unsent(self) -> Unsent:
        """What is still to be uploaded. A read error is an error, never "nothing"."""
        with self._engine.begin() as connection:
            rows = connection.execute(made.UNSENT).all()
        amounts = {currency: int(amount) for currency, _, amount, _ in rows if amount}
        return Unsent(sum(int(row[1]) for row in rows), amounts, min((int(row[3]) for row in rows), default=0))

    def list_unsent(self, limit: int = 500) -> list[Row]:
        """Commands not yet acknowledged, oldest first, without their envelopes."""
        statement = select(*_shown()).where(command.c.status == SAVED).order_by(command.c.sequence).limit(limit)
        return self._rows(statement)

    def list_needing(self, limit: int = 500) -> list[Row]:
        """Commands that need a person and that nobody has dealt with, newest first."""
        statement = select(*_shown()).where(_NEEDING).order_by(command.c.sequence.desc()).limit(limit)
        return self._rows(statement)

    def count_needing(self) -> int:
        """How many of them."""
        statement = select(func.count()).where(_NEEDING)
        with self._engine.begin() as connection:
            return int(connection.execute(statement).scalar_one())

    def still_open(self, sequences: Sequence[int]) -> dict[int, str]:
        """Of these sequences, the commands without final outcome: their ids."""
        statement = select(command.c.sequence, command.c.id).where(
            command.c.sequence.in_(list(sequences)), command.c.status.in_(OPEN)
        )
        with self._engine.begin() as connection:
            return {int(sequence): command_id for sequence, command_id in connection.execute(statement)}

    def list_open_ids(self) -> list[Row]:
        """Ids of all commands without final outcome; a parked one waits for another."""
        return self._rows(select(command.c.id).where(command.c.status.in_((*OPEN, *HELD_BACK))))

    def status_of(self, document_ids: Sequence[str]) -> dict[str, Row]:
        """The latest command of each document that this PC sealed: status, code, params."""
        found: dict[str, Row] = {}
        with self._engine.begin() as connection:
            for start in range(0, len(document_ids), 500):
                statement = (
                    select(*_shown())
                    .where(command.c.document_id.in_(list(document_ids[start : start + 500])))
                    .order_by(command.c.epoch, command.c.sequence)
                )
                for row in connection.execute(statement).mappings():
                    found[row["document_id"]] = dict(row)
        return found

    def recent(self, limit: int = 200) -> list[Row]:
        """The newest commands, for the sync centre."""
        return self._rows(select(*_shown()).order_by(command.c.epoch.desc(), command.c.sequence.desc()).limit(limit))

    def find(self, command_id: str) -> Row | None:
        """One command with its envelope's body."""
        rows = self._rows(select(command).where(command.c.id == command_id))
        return rows[0] if rows else None

    def save_draft(self, draft_id: str, kind: str, body: str, at: int) -> None:
        """Keep a draft; the line just scanned is safe when this returns."""
        with self._engine.begin() as connection:
            connection.execute(self._put_draft(draft_id, kind, body, at))

    def move_draft(self, old_id: str, new: Draft, at: int, *also: Draft) -> None:
        """Put draft *new* in the place of another, and keep others *also*, in one commit."""
        with self._engine.begin() as connection:
            connection.execute(delete(draft).where(self._is_draft(old_id)))
            for each in (new, *also):
                connection.execute(self._put_draft(*each, at))

    def drop_draft(self, draft_id: str) -> None:
        """The draft became a document, or a person threw it away."""
        with self._engine.begin() as connection:
            connection.execute(delete(draft).where(self._is_draft(draft_id)))

    def drafts(self, kind: str) -> list[Row]:
        """Drafts of a kind, newest first: the owner's, or everybody's when they are held ones."""
        own = self._key_of("", kind)
        found = self._rows(select(draft).where(draft.c.kind == kind).order_by(draft.c.updated_at.desc()))
        return [{**row, "id": row["id"].removeprefix(own)} for row in found if row["id"].startswith(own)]

    def _follow(self, connection: Connection, drafts: DraftsAfter, row: Row) -> None:
        if drafts.ends:
            connection.execute(delete(draft).where(self._is_draft(drafts.ends)))
        begun = drafts.begins(row) if drafts.begins is not None else None
        if begun is not None:
            connection.execute(self._put_draft(*begun, row["sealed_at"]))

    def _key_of(self, draft_id: str, kind: str) -> str:
        return draft_id if kind.endswith(HELD) or not self.owner else f"{self.owner}/{draft_id}"

    def _is_draft(self, draft_id: str) -> Any:
        return draft.c.id.in_({draft_id, self._key_of(draft_id, "")})

    def _put_draft(self, draft_id: str, kind: str, body: str, at: int) -> Any:
        statement = upsert(draft).values(id=self._key_of(draft_id, kind), kind=kind, body=body, updated_at=at)
        return statement.on_conflict_do_update(index_elements=["id"], set_={"body": body, "updated_at": at})

    def _rows(self, statement: Any) -> list[Row]:
        with self._engine.begin() as connection:
            return [dict(row) for row in connection.execute(statement).mappings()]


def _shown() -> list[Any]:
    hidden = {"body", "signature", "personal", "hash"}
    return [column for column in command.c if column.name not in hidden]
