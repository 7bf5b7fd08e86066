"""Counting the sums of a channel anew, from the rows themselves: the same way on both sides."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, Table, select

from domain.kernel.audiences import deciding_rules
from domain.kernel.history import deciding, history_of, month_of
from domain.kernel.queries_scope import Scope
from domain.kernel.sums import Sums, add, row_number
from domain.kernel.tables import sync_info, synced_tables

AT_ONCE = 5000


def counted(connection: Connection, scope: Scope) -> Sums:
    """The sums of a scope of one channel. Rows that the server has not seen yet (version 0) are left out."""
    [channel] = scope.channels
    sums: Sums = {}
    for table in synced_tables():
        if deciding_rules(table)[0]:
            _count(connection, scope, channel, table, sums)
    return {key: number for key, number in sums.items() if number}


def _count(connection: Connection, scope: Scope, channel: str, table: Table, sums: Sums) -> None:
    history, name = history_of(table), str(table.name)
    for row in connection.execute(_identities(scope, table).execution_options(yield_per=AT_ONCE)):
        month = month_of(table, {history.date: row[2]}) if history else ""
        add(sums, (channel, name, month), row_number(name, row[0], row[1]))


def _identities(scope: Scope, table: Table) -> Select[Any]:
    """Id, version and, with a history, the date that decides."""
    history, decides, inherit = history_of(table), deciding(table), sync_info(table).inherit
    visible, _mask = scope.shows(table)
    columns = [table.c.id, table.c.version]
    if history is not None:
        columns.append(decides.c[history.date])
    statement = select(*columns).where(visible, table.c.version > 0)
    if history is not None and inherit is not None:
        statement = statement.join(decides, decides.c.id == table.c[inherit.column])
    return statement
