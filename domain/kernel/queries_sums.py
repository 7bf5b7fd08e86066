"""Counting the sums of a channel anew, from the rows themselves: the same way on both sides."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, or_, select

from domain.kernel.audiences import deciding_rules
from domain.kernel.history import deciding, history_of, month_of
from domain.kernel.queries_scope import STATEMENTS, Scope
from domain.kernel.sums import Sums, add, row_number
from domain.kernel.tables import sync_info, synced_tables

AT_ONCE = 5000


def counted(connection: Connection, scope: Scope, among: Iterable[Table] | None = None) -> Sums:
    """The sums of a scope of one channel. Rows that the server has not seen yet (version 0) are left out.

    Args:
        among: tables to look at, when it is known that no others have rows.
    """
    [channel] = scope.channels
    sums: Sums = {}
    for table in synced_tables() if among is None else among:
        if deciding_rules(table)[0] and scope.reaches(table):
            _add_rows(connection, table, _shown(scope, table), channel, sums)
    return {key: number for key, number in sums.items() if number}


def carried(connection: Connection, owner: str) -> dict[tuple[str, str], int]:
    """Sums by (table, month) of what the parties above *owner* see because they are above it; its own file apart,
    which changes with its place.
    """
    sums: Sums = {}
    for table in synced_tables():
        decides, inherit = deciding(table), sync_info(table).inherit
        columns = [rule.column for rule in deciding_rules(table)[0] if rule.kind == "down"]
        if not columns or "id" in columns:
            continue
        condition = or_(*[decides.c[column] == owner for column in columns])
        if inherit is not None:
            condition = table.c[inherit.column].in_(select(decides.c.id).where(condition))
        _add_rows(connection, table, _identities(table, condition), "", sums)
    return {(table, month): number for (_, table, month), number in sums.items()}


@lru_cache(STATEMENTS)
def _shown(scope: Scope, table: Table) -> Select[Any]:
    return _identities(table, scope.shows(table)[0])


def _add_rows(connection: Connection, table: Table, rows: Select[Any], channel: str, sums: Sums) -> None:
    history, name = history_of(table), str(table.name)
    for row in connection.execute(rows):
        month = month_of(table, {history.date: row[2]}) if history else ""
        add(sums, (channel, name, month), row_number(name, row[0], row[1]))


def _identities(table: Table, shown: ColumnElement[bool]) -> Select[Any]:
    """Id, version and, with a history, the date that decides."""
    history, decides, inherit = history_of(table), deciding(table), sync_info(table).inherit
    columns = [table.c.id, table.c.version]
    if history is not None:
        columns.append(decides.c[history.date])
    statement = select(*columns).where(shown, table.c.version > 0).execution_options(yield_per=AT_ONCE)
    if history is not None and inherit is not None:
        statement = statement.join(decides, decides.c.id == table.c[inherit.column])
    return statement
