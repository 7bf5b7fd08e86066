"""Reading exceptions of recorded facts."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select

from domain.kernel.channels import Row
from domain.kernel.outcome import document_exception


def has_open(connection: Connection, party_id: str, document_id: str) -> bool:
    """Whether a document of this party has an exception that nobody resolved."""
    statement = select(document_exception.c.id).where(
        document_exception.c.party_id == party_id,
        document_exception.c.document_id == document_id,
        document_exception.c.status == "open",
    )
    return connection.execute(statement.limit(1)).first() is not None


def open_ids(connection: Connection, party_id: str, document_id: str, codes: Collection[str] = ()) -> list[str]:
    """Ids of the exceptions of a document that nobody has resolved, in order; only those of *codes* when given."""
    statement = select(document_exception.c.id).where(
        document_exception.c.party_id == party_id,
        document_exception.c.document_id == document_id,
        document_exception.c.status == "open",
    )
    if codes:
        statement = statement.where(document_exception.c.code.in_(sorted(codes)))
    return list(connection.execute(statement.order_by(document_exception.c.id)).scalars())


def of_commands(connection: Connection, command_ids: Collection[str]) -> list[Row]:
    """Every exception of these commands, in order."""
    statement = select(document_exception).where(document_exception.c.command_id.in_(sorted(command_ids)))
    return [dict(row) for row in connection.execute(statement.order_by(document_exception.c.id)).mappings()]


def commands_of(connection: Connection, exception_ids: Collection[str]) -> list[str]:
    """Ids of the commands of these exceptions, each once."""
    statement = select(document_exception.c.command_id).where(document_exception.c.id.in_(sorted(exception_ids)))
    return sorted(set(connection.execute(statement).scalars()))


def open_with(connection: Connection, parties: Collection[str], codes: Collection[str]) -> list[Row]:
    """The exceptions of these parties with one of these codes that nobody has resolved, in order."""
    statement = select(document_exception).where(
        document_exception.c.party_id.in_(sorted(parties)),
        document_exception.c.status == "open",
        document_exception.c.code.in_(sorted(codes)),
    )
    return [dict(row) for row in connection.execute(statement.order_by(document_exception.c.id)).mappings()]
