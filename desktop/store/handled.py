"""What a person did about a refused or excepted command: a page of the ledger. Nothing in it is ever deleted."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, Connection, Table, Text, and_, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from desktop.store.ledger import HELD, Ledger, command, draft, metadata
from desktop.store.ledger_tables import FORM
from domain.kernel.channels import Row

SEEN, CHANGED, REASSIGNED, VOIDED = "seen", "changed", "reassigned", "voided"
KEPT, CHOSEN = "kept", "chosen"
RIGHTED = "righted"

handled = Table(
    "handled",
    metadata,
    Column("command_id", Text, primary_key=True),
    Column("way", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("follower", Text, nullable=False),
    Column("person_name", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""``way``: seen, changed, reassigned, voided, kept (the server's value), chosen (that of this edit), righted (by
another document, whose number is the ``reason``). ``follower``: what was sealed in answer."""

HIDDEN = ("body", "signature", "personal", "hash")


@dataclass(frozen=True, slots=True)
class Handling:
    """A person deals with a command that did not go through as it was sealed.

    Attributes:
        command_id: the command.
        way: one of the words above.
        reason: given by the person where one is asked for.
    """

    command_id: str
    way: str
    reason: str = ""


def record(connection: Connection, handling: Handling, follower: str, person_name: str, at: int) -> None:
    """Write it; the command leaves the inbox and stays in the history. For a transaction of the ledger."""
    row = {
        "command_id": handling.command_id,
        "way": handling.way,
        "reason": handling.reason,
        "follower": follower,
        "person_name": person_name,
        "at": at,
    }
    statement = upsert(handled).values(row)
    connection.execute(statement.on_conflict_do_update(index_elements=["command_id"], set_=row))
    connection.execute(update(command).where(command.c.id == handling.command_id).values(settled_at=at))


def settle(ledger: Ledger, handling: Handling, person_name: str, at: int) -> None:
    """Record what needed no command of its own."""
    with ledger.transaction() as connection:
        record(connection, handling, "", person_name, at)


def list_handled(ledger: Ledger, limit: int = 200) -> list[Row]:
    """Commands that were dealt with, newest first, each with what :data:`handled` says of it."""
    shown = [column for column in command.c if column.name not in HIDDEN]
    statement = (
        select(
            *shown,
            handled.c.way,
            handled.c.reason,
            handled.c.follower,
            handled.c.person_name.label("handled_by"),
            handled.c.at.label("handled_at"),
        )
        .join(handled, handled.c.command_id == command.c.id)
        .where(command.c.settled_at > 0)
        .order_by(handled.c.at.desc(), command.c.sequence.desc())
        .limit(limit)
    )
    with ledger.transaction() as connection:
        return [dict(row) for row in connection.execute(statement).mappings()]


def list_drafts(ledger: Ledger) -> list[Row]:
    """What is being entered and not sealed yet, newest first: the owner's drafts, and those put aside."""
    own = draft.c.id.startswith(f"{ledger.owner}/", autoescape=True) if ledger.owner else draft.c.id != ""
    seen = and_(or_(own, draft.c.kind.endswith(HELD)), draft.c.kind != FORM)
    statement = select(draft).where(seen).order_by(draft.c.updated_at.desc())
    with ledger.transaction() as connection:
        return [dict(row) for row in connection.execute(statement).mappings()]
