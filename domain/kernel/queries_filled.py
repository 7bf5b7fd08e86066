"""Which synced tables have rows at all, asked in one question: most networks use a part of them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Table, literal, select, union_all

from domain.kernel.tables import synced_tables


def filled(connection: Connection) -> list[Table]:
    """The synced tables that have a row, by name."""
    tables = synced_tables()
    found = set(connection.execute(_which(tuple(tables))).scalars())
    return [table for table in tables if table.name in found]


@cache
def _which(tables: Iterable[Table]) -> CompoundSelect[Any]:
    return union_all(*(select(literal(str(table.name))).where(select(table.c.id).exists()) for table in tables))
