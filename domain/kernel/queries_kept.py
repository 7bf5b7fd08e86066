"""Which rows a PC keeps, as SQL; the rule stands in :mod:`domain.kernel.history`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, or_, select, true

from domain.kernel.history import deciding, history_of
from domain.kernel.tables import History, sync_info


def kept(table: Table, since: str) -> ColumnElement[bool]:
    """Whether a row of *table* is kept by a PC that keeps history from the month *since* on; empty keeps all."""
    history = history_of(table)
    if not since or history is None:
        return true()
    parent = deciding(table)
    condition = _kept(parent, history, since)
    inherit = sync_info(table).inherit
    return condition if inherit is None else table.c[inherit.column].in_(select(parent.c.id).where(condition))


def _kept(table: Table, history: History, since: str) -> ColumnElement[bool]:
    column = table.c[history.date]
    first = f"{since}-01"
    if column.type.python_type is str:
        recent = or_(column >= first, column == "")
    else:
        recent = column >= int(dt.datetime.fromisoformat(first).replace(tzinfo=dt.UTC).timestamp()) * 1000
    still_open = [and_(*(_any(table.c[name], values) for name, values in one.items())) for one in history.open]
    return or_(recent, *still_open)


def _any(column: ColumnElement[Any], values: Collection[str]) -> ColumnElement[bool]:
    """One of a few values; a list would be written into the statement anew with each execution."""
    return or_(*(column == value for value in sorted(values)))
