"""Columns of the tree and of the people."""

from __future__ import annotations

import i18n
from desktop.features.network.operations import Branch
from desktop.widgets.grid import Align, Cell, Column
from domain.kernel.channels import Row

STEP = "\u2003\u2002"
"""Blank that indents one level of the tree."""

STATUS_TONES = {"active": "success", "applied": "warning", "suspended": "danger", "closed": "neutral"}


def _name(branch: Branch) -> Cell:
    return Cell(STEP * branch.depth + branch.party["name"], bold=branch.depth == 0)


def tier_words(party: Row) -> str:
    """Headquarters, or which tier."""
    return i18n.tr(f"network.tier.{party['tier']}")


def status_cell(row: Row) -> Cell:
    """A party's or person's state as a chip."""
    return Cell(i18n.tr(f"network.status.{row['status']}"), chip=STATUS_TONES.get(row["status"], "neutral"))


def _people(branch: Branch) -> str:
    return str(branch.people) if branch.people else "—"


PARTY_COLUMNS = (
    Column("name", "network.column.name", _name, 150, stretch=True, needed=True),
    Column("code", "network.column.code", lambda branch: branch.party["code"], 70),
    Column("tier", "network.column.tier", lambda branch: tier_words(branch.party), 66, spare=1),
    Column("grade", "network.column.grade", lambda branch: branch.party["grade"] or "—", 64, spare=3),
    Column("people", "network.column.people", _people, 64, Align.RIGHT, spare=2),
    Column("status", "network.column.status", lambda branch: status_cell(branch.party), 88),
)

PERSON_COLUMNS = (
    Column("name", "network.column.person", lambda row: row["name"], 100, stretch=True, needed=True),
    Column("role", "network.column.role", lambda row: i18n.tr(f"network.role.{row['role']}"), 110),
    Column("status", "network.column.status", status_cell, 92),
)


def matches(branch: Branch, text: str) -> bool:
    """Whether a party fits what was typed."""
    wanted = text.casefold()
    return any(wanted in str(branch.party[name]).casefold() for name in ("name", "code", "region", "grade"))
