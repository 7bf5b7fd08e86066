"""Columns of the documents and of what needs somebody; reasons in words."""

from __future__ import annotations

from typing import Any

import i18n
from desktop.widgets.figures import amount_text, moment_text
from desktop.widgets.grid import Align, Cell, Column
from domain.kernel.channels import Row

STATUS_TONES = {
    "saved": "offline",
    "sent": "neutral",
    "confirmed": "success",
    "exception": "warning",
    "refused": "danger",
    "parked": "warning",
    "quarantined": "danger",
}


def kind_words(row: Row) -> str:
    """What kind of document or change it is."""
    return i18n.tr(f"sync_centre.kind.{str(row['kind']).replace('.', '_')}")


def amount_words(row: Row) -> str:
    """Its amount; changes without one show a dash."""
    return amount_text(row["amount"], row["currency"] or "CNY") if row["amount"] else "—"


def reason_words(row: Row) -> str:
    """Why it needs somebody, by code; a code without words is named."""
    params: dict[str, Any] = dict(row["params"])
    try:
        return i18n.message(row["code"], params)
    except i18n.MissingText:
        return i18n.tr("sync_centre.reason.unknown", code=row["code"])


def status_cell(row: Row) -> Cell:
    """The state as a chip."""
    return Cell(i18n.tr(f"sync_centre.status.{row['status']}"), chip=STATUS_TONES[row["status"]])


DOCUMENT_COLUMNS = (
    Column("time", "sync_centre.column.time", lambda row: moment_text(row["sealed_at"]), 108),
    Column("kind", "sync_centre.column.kind", lambda row: Cell(kind_words(row), row["number"]), 120, stretch=True),
    Column("amount", "sync_centre.column.amount", amount_words, 104, Align.RIGHT),
    Column("status", "sync_centre.column.status", status_cell, 116),
)

INBOX_COLUMNS = (
    Column("kind", "sync_centre.column.kind", lambda row: Cell(kind_words(row), row["number"]), 120, stretch=True),
    Column("amount", "sync_centre.column.amount", amount_words, 92, Align.RIGHT),
    Column("status", "sync_centre.column.status", status_cell, 104),
)
