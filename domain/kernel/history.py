"""Which of the past a PC keeps: open documents and the months since a given one.

A table declares the date of its rows and which of them are open; what inherits its audience inherits its history too.
A row's date never changes, so neither does its month. Source: SYNC point 2.
"""

from __future__ import annotations

from functools import cache

from sqlalchemy import Table

from domain.kernel.channels import Row
from domain.kernel.clock import date_of
from domain.kernel.tables import History, metadata, sync_info

USUAL_MONTHS = 24
ALWAYS = ""
"""The month of a row that no date lets go."""


def history_of(table: Table) -> History | None:
    """The declaration that decides about *table*'s rows, its parent's when it inherits; None when they never go."""
    return sync_info(deciding(table)).history


@cache
def deciding(table: Table) -> Table:
    """The table whose rows decide about *table*'s: its parent or itself."""
    inherit = sync_info(table).inherit
    return metadata.tables[inherit.parent] if inherit else table


def month_of(table: Table, row: Row) -> str:
    """``YYYY-MM`` of a row of *table* or, when it inherits, of its parent's *row*; :data:`ALWAYS` without history."""
    history = history_of(table)
    if history is None:
        return ALWAYS
    value = row[history.date]
    return str(value)[:7] if isinstance(value, str) else date_of(value or 0)[:7]


def month_before(date: str, months: int) -> str:
    """The month that lies so many months before that of *date*."""
    at = int(date[:4]) * 12 + int(date[5:7]) - 1 - months
    return f"{at // 12:04d}-{at % 12 + 1:02d}"
