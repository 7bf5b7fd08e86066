"""What is here already of documents that an import names."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Table, select

from domain.kernel.channels import Row

CHUNK = 1000


def known_documents(connection: Connection, table: Table, ids: Sequence[str]) -> dict[str, Row]:
    """Of orders or stock documents with these ids: ``version`` and ``line_count`` by id."""
    found: dict[str, Row] = {}
    for start in range(0, len(ids), CHUNK):
        statement = select(table.c.id, table.c.version, table.c.line_count).where(
            table.c.id.in_(list(ids[start : start + CHUNK]))
        )
        found.update({row["id"]: dict(row) for row in connection.execute(statement).mappings()})
    return found
