"""Tables that only the server has.

They register on the domain's metadata, so that migrations see one schema; the mark ``server`` keeps them out of
everything that walks the tables of both sides.
"""

from __future__ import annotations

from sqlalchemy import Column, Constraint, Index, Table

from domain.kernel.tables import metadata

server_metadata = metadata


def server_table(name: str, *parts: Column[object] | Constraint | Index) -> Table:
    """Declare a table of the server alone."""
    return Table(name, server_metadata, *parts, info={"server": True})


def server_tables() -> list[Table]:
    """All tables of the server alone, by name."""
    return [table for _name, table in sorted(server_metadata.tables.items()) if table.info.get("server")]
