"""SQL of importing: which lines have had their effect, and what files name.

Identities come by the thousand, so they go to the drivers as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, select

from domain.catalogue.model import barcode

CHUNK = 1000


def remembered(connection: Connection, identities: Sequence[bytes]) -> set[bytes]:
    """Which of these lines are here already."""
    if connection.dialect.name == "postgresql":
        statement = "SELECT identity FROM import_line WHERE identity = ANY(%s)"
        return {bytes(row[0]) for row in connection.exec_driver_sql(statement, (list(identities),))}
    found: set[bytes] = set()
    for start in range(0, len(identities), CHUNK):
        part = tuple(identities[start : start + CHUNK])
        statement = f"SELECT identity FROM import_line WHERE identity IN ({','.join('?' * len(part))})"  # noqa: S608 - only marks  # nosec B608
        found.update(row[0] for row in connection.exec_driver_sql(statement, part))
    return found


def remember(connection: Connection, source: str, identities: Sequence[bytes]) -> None:
    """Keep lines as imported; one that is here already is a database error, and the batch has no effect."""
    if connection.dialect.name == "postgresql":
        statement = "INSERT INTO import_line (identity, source) SELECT unnest(%s::bytea[]), %s"
        connection.exec_driver_sql(statement, (list(identities), source))
    else:
        statement = "INSERT INTO import_line (identity, source) VALUES (?, ?)"
        connection.exec_driver_sql(statement, [(identity, source) for identity in identities])


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
        connection.exec_driver_sql("ANALYZE")
