"""The lines of the order in hand, and own orders with their state."""

from __future__ import annotations

import i18n
from desktop.features.replenishment.operations import ShownLine
from desktop.widgets.figures import amount_text, moment, price_text, quantity_text, unit_text
from desktop.widgets.grid import Align, Cell, Column
from domain.kernel.channels import Row

STATE_TONES = {
    "submitted": "warning", "approved": "neutral", "allocated": "neutral", "shipped": "offline",
    "received": "success", "closed": "success", "refused": "danger", "cancelled": "neutral",
}  # fmt: skip


def line_columns() -> tuple[Column, ...]:
    """The order in hand."""
    return (
        Column("product", "replenishment.column.product", _product, 140, stretch=True, needed=True),
        Column("here", "replenishment.column.here", _here, 92, Align.RIGHT, spare=1),
        Column("price", "replenishment.column.price", _price, 92, Align.RIGHT),
        Column("quantity", "replenishment.column.quantity", _quantity, 92, Align.RIGHT),
        Column("amount", "replenishment.column.amount", lambda line: amount_text(line.amount), 104, Align.RIGHT),
    )


def recent_columns() -> tuple[Column, ...]:
    """Own orders: when, number, how far."""
    return (
        Column("number", "replenishment.column.number", _number, stretch=True, needed=True),
        Column("state", "replenishment.column.state", _state, 106),
    )


def _product(line: ShownLine) -> Cell:
    if line.problem:
        return Cell(line.name, i18n.tr(f"replenishment.problem.{line.problem}"), tone="danger")
    return Cell(line.name, line.code)


def _here(line: ShownLine) -> Cell:
    low = i18n.tr("replenishment.low") if line.low else ""
    return Cell(quantity_text(line.here), low, tone="warning" if line.low else "text")


def _quantity(line: ShownLine) -> str:
    return unit_text(line.quantity, line.factor, line.unit)


def _price(line: ShownLine) -> str:
    return "—" if line.price is None else price_text(line.price)


def _number(row: Row) -> Cell:
    at = moment(row["ordered_at"]).strftime("%m-%d %H:%M")
    sync = "" if row["sync"] == "confirmed" else f" · {i18n.tr('replenishment.sync.' + row['sync'])}"
    return Cell(row["number"], f"{at} · {amount_text(row['total'], row['currency'])}{sync}")


def _state(row: Row) -> Cell:
    return Cell(i18n.tr(f"replenishment.state.{row['state']}"), chip=STATE_TONES.get(row["state"], "neutral"))
