"""Reading held commands."""

from __future__ import annotations

from sqlalchemy import Connection, select

from domain.held.model import RELEASING, held_command
from domain.kernel.channels import Row
from domain.kernel.outcome import document_exception
from domain.parties.model import party

_RELEASING = (
    select(held_command.c.id).where(held_command.c.state == RELEASING).order_by(held_command.c.at, held_command.c.id)
)
"""Made once: the server looks every few seconds."""


def held_by_id(connection: Connection, command_id: str) -> Row | None:
    """A held command as this side knows it."""
    found = connection.execute(select(held_command).where(held_command.c.id == command_id)).mappings().first()
    return dict(found) if found else None


def list_held(connection: Connection, limit: int = 500) -> list[Row]:
    """Held commands with their dealer's code and name: those that wait first, oldest first."""
    statement = (
        select(held_command, party.c.name.label("party_name"), party.c.code.label("party_code"))
        .join(party, party.c.id == held_command.c.party_id, isouter=True)
        .order_by(held_command.c.decided_at > 0, held_command.c.at, held_command.c.id)
        .limit(limit)
    )
    return [dict(row) for row in connection.execute(statement).mappings()]


def exception_by_id(connection: Connection, exception_id: str) -> Row | None:
    """An exception as this side knows it."""
    statement = select(document_exception).where(document_exception.c.id == exception_id)
    found = connection.execute(statement).mappings().first()
    return dict(found) if found else None


def list_told(connection: Connection, party_id: str, limit: int = 500) -> list[Row]:
    """Exceptions of others that the party above is told of, with their dealer's code and name: the open ones that
    nobody has looked at first, oldest first. Those of *party_id* itself are not among them.
    """
    told = document_exception
    statement = (
        select(told, party.c.name.label("party_name"), party.c.code.label("party_code"))
        .join(party, party.c.id == told.c.party_id, isouter=True)
        .where(told.c.upline_id.is_not(None), told.c.party_id != party_id)
        .order_by(told.c.status != "open", told.c.seen_at > 0, told.c.raised_at, told.c.id)
        .limit(limit)
    )
    return [dict(row) for row in connection.execute(statement).mappings()]


def releasing(connection: Connection) -> list[str]:
    """Ids of those that somebody has released and that have not been taken again yet."""
    return list(connection.execute(_RELEASING).scalars())
