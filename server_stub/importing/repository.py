"""SQL of importing: which lines have had their effect, and what files name."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, insert, select, text

from domain.catalogue.model import barcode
from server_stub.importing.models import import_line

CHUNK = 1000


def remembered(connection: Connection, identities: Collection[bytes]) -> set[bytes]:
    """Which of these lines are here already."""
    wanted = list(identities)
    found: set[bytes] = set()
    for start in range(0, len(wanted), CHUNK):
        statement = select(import_line.c.identity).where(import_line.c.identity.in_(wanted[start : start + CHUNK]))
        found.update(bytes(identity) for identity in connection.execute(statement).scalars())
    return found


def remember(connection: Connection, source: str, identities: Sequence[bytes]) -> None:
    """Keep lines as imported; one that is here already is a database error, and the batch has no effect."""
    connection.execute(insert(import_line), [{"source": source, "identity": identity} for identity in identities])


def barcodes_taken(connection: Connection, codes: Collection[str]) -> set[str]:
    """Which of these bar codes some product has."""
    wanted = list(codes)
    found: set[str] = set()
    for start in range(0, len(wanted), CHUNK):
        statement = select(barcode.c.code).where(barcode.c.code.in_(wanted[start : start + CHUNK]))
        found.update(connection.execute(statement).scalars())
    return found


def refresh_statistics(connection: Connection) -> None:
    """Let PostgreSQL count what a large import brought, so that reports right after it are planned well."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("ANALYZE"))
