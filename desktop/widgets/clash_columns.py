"""How a field that two people wrote stands in a list: the field, and both values with who, when and from which PC."""

from __future__ import annotations

from typing import Any

import msgspec

import i18n
from desktop.store.clashing import Clash, Side
from desktop.widgets.figures import amount_text, moment_text
from desktop.widgets.grid import Cell, Column

NOTHING = "—"
YES_NO = frozenset({"stocked", "by_lot", "by_expiry", "by_serial", "pause_at_zero"})
BASIS_POINTS = 100


def value_words(clash: Clash, value: Any) -> str:
    """A value as people write it."""
    if value is None or value == "":
        return NOTHING
    match clash.field:
        case "status":
            return i18n.tr(f"clashes.status.{value}")
        case "role":
            return i18n.tr(f"network.role.{value}")
        case "tax_rate_bp":
            return f"{value / BASIS_POINTS:g}%"
        case "credit_limit":
            return amount_text(value)
        case "category_id":
            return clash.names.get(value, NOTHING)
        case "grants":
            grants = msgspec.json.decode(value)
            words = [
                i18n.tr(f"clashes.grant.{one['kind']}", who=clash.names.get(one["value"], one["value"]))
                for one in grants
            ]
            return i18n.tr("clashes.between").join(words) or NOTHING
        case name if name in YES_NO:
            return i18n.tr("clashes.value.yes" if value else "clashes.value.no")
        case _:
            return str(value)


def about(side: Side) -> str:
    """Who, on which PC, when; what nobody remembers is left out."""
    return " · ".join(part for part in (side.person, side.pc, moment_text(side.at) if side.at else "") if part)


def _side(clash: Clash, side: Side) -> Cell:
    return Cell(value_words(clash, side.value), about(side))


def _field(clash: Clash) -> Cell:
    return Cell(i18n.tr(f"clashes.field.{clash.field}"), clash.record)


CLASH_COLUMNS = (
    Column("field", "clashes.column.field", _field, 130, needed=True),
    Column("stays", "clashes.column.stays", lambda clash: _side(clash, clash.stays), 190, stretch=True, needed=True),
    Column("other", "clashes.column.other", lambda clash: _side(clash, clash.other), 190, stretch=True, needed=True),
)
