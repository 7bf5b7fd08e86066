"""Columns of shifts, and the lines of a report in words."""

from __future__ import annotations

from collections.abc import Iterable

import i18n
from desktop.widgets.figures import MINUS, amount_text, moment_text
from desktop.widgets.grid import Align, Cell, Column
from domain.kernel.channels import Row
from domain.tills.commands import Total

ORDER = ("sale", "return", "void", "credit", "deposit", "kept", "in", "out", "no_sale")
"""As a report is read: what was sold first."""


def state_cell(row: Row) -> Cell:
    """Open or closed, as a chip."""
    return Cell(i18n.tr(f"till.state.{row['state']}"), chip="success" if row["state"] == "open" else "neutral")


def variance_text(row: Row) -> str:
    """Counted less expected, with its sign; a dash while the shift is open."""
    if row["state"] != "closed":
        return "—"
    plus = "+" if row["variance"] > 0 else ""
    return plus + amount_text(row["variance"], row["currency"])


def counted_text(row: Row) -> str:
    """What was counted; a dash while the shift is open."""
    return amount_text(row["counted"], row["currency"]) if row["state"] == "closed" else "—"


COLUMNS = (
    Column("opened", "till.column.opened", lambda row: moment_text(row["opened_at"]), 108, spare=1),
    Column("number", "till.column.number", lambda row: Cell(row["number"], row["person_name"]), 130, stretch=True),
    Column("state", "till.column.state", state_cell, 84),
    Column("counted", "till.column.counted", counted_text, 104, Align.RIGHT),
    Column("variance", "till.column.variance", variance_text, 96, Align.RIGHT),
)


def report_lines(totals: Iterable[Total], currency: str) -> list[tuple[str, str]]:
    """(words, amount) of a report's lines: kind, means and how often."""
    return [
        (
            i18n.tr(
                "till.report.line",
                kind=i18n.tr(f"till.kind.{total.kind}"),
                method=i18n.tr(f"till.method.{total.method}"),
                n=total.number,
            ),
            amount_text(total.amount, currency),
        )
        for total in sorted(totals, key=lambda total: (ORDER.index(total.kind), total.method))
    ]


def shortage(row: Row) -> str:
    """Whether something was missing or too much, in words for the moment after the count."""
    variance = row["variance"]
    if variance == 0:
        return i18n.tr("till.result.right")
    key = "till.result.more" if variance > 0 else "till.result.less"
    return i18n.tr(key, amount=amount_text(abs(variance), row["currency"]).removeprefix(MINUS))
