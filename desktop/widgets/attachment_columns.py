"""How a file of a document stands in its list: name, size, who and when, and where its content is."""

from __future__ import annotations

from collections.abc import Collection

import i18n
from desktop.store.attaching import AWAY, SAVED, SENT, Attached
from desktop.widgets.figures import moment_text
from desktop.widgets.grid import Cell, Column

STATE_TONES = {SAVED: "offline", SENT: "success", AWAY: "neutral"}
KIB, MIB = 1024, 1024 * 1024


def size_text(size: int) -> str:
    """Bytes in words."""
    return f"{size / MIB:.1f} MB" if size >= MIB else f"{max(1, round(size / KIB))} KB"


def about(each: Attached) -> str:
    """Size, who, when."""
    return " · ".join((size_text(each.size), each.person_name, moment_text(each.at)))


def attachment_columns(fetching: Collection[str]) -> tuple[Column, ...]:
    """The columns; *fetching* names the files that are being fetched now."""

    def name(each: Attached) -> Cell:
        return Cell(each.name, i18n.message(each.problem, {}) if each.problem else about(each))

    def state(each: Attached) -> Cell:
        if each.id in fetching:
            return Cell(i18n.tr("attachments.state.fetching"), chip="offline")
        if each.problem:
            return Cell(i18n.tr("attachments.state.held"), chip="warning")
        return Cell(i18n.tr(f"attachments.state.{each.state}"), chip=STATE_TONES[each.state])

    return (
        Column("name", "attachments.column.name", name, stretch=True, needed=True),
        Column("state", "attachments.column.state", state, 118),
    )
