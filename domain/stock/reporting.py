"""What reports share: the range of days they are asked for, and how quantities are told."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Column, ColumnElement

from domain.kernel.errors import Invalid
from domain.kernel.money import QUANTITY_SCALE, format_quantity


def between(day: Column[str], start: str | None, end: str | None) -> list[ColumnElement[bool]]:
    """Conditions that a business date lies in a range whose ends, both included, may be open.

    Raises:
        Invalid: ``bad_report_date`` for what is not written ``YYYY-MM-DD``.
    """
    for value in (start, end):
        if value is not None and not _is_date(value):
            raise Invalid("bad_report_date", value=value[:40])
    found: list[ColumnElement[bool]] = []
    if start is not None:
        found.append(day >= start)
    if end is not None:
        found.append(day <= end)
    return found


def _is_date(value: str) -> bool:
    try:
        return dt.date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def pieces(quantity: int) -> int | str:
    """Thousandths as a count of pieces; as a decimal string where goods were weighed."""
    whole, rest = divmod(quantity, QUANTITY_SCALE)
    return format_quantity(quantity) if rest else whole
