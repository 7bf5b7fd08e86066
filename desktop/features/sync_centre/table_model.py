"""Columns of the documents and of both sides of one; states, reasons and values in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import i18n
from desktop.features.sync_centre.comparison import Comparison, Goods, Pair
from desktop.widgets.figures import age_text, amount_text, masked_phone, moment_text, price_text, unit_text
from desktop.widgets.grid import Align, Cell, Column
from domain.kernel.channels import Row
from domain.kernel.clock import Clock

STATUS_TONES = {
    "draft": "neutral",
    "saved": "offline",
    "sent": "neutral",
    "confirmed": "success",
    "exception": "warning",
    "refused": "danger",
    "parked": "warning",
    "quarantined": "danger",
}
HELD_TONES = {"waiting": "danger", "releasing": "warning", "released": "success", "refused": "neutral",
              "told": "warning", "seen": "neutral", "resolved": "success"}  # fmt: skip
DEVICE_TONES = {"stuck": "danger", "silent": "warning", "fine": "success", "revoked": "neutral"}
UNEQUAL = "≠ "
NOTHING = "—"


def kind_words(row: Row) -> str:
    """What kind of document or change it is."""
    return i18n.tr(f"sync_centre.kind.{str(row['kind']).replace('.', '_').replace('-', '_')}")


def amount_words(row: Row) -> str:
    """Its amount; changes without one show a dash."""
    return amount_text(row["amount"], row["currency"] or "CNY") if row["amount"] else NOTHING


def reason_words(row: Row) -> str:
    """Why it needs somebody, by code; a code without words is named."""
    params: dict[str, Any] = dict(row["params"])
    try:
        return i18n.message(row["code"], params)
    except i18n.MissingText:
        return i18n.tr("sync_centre.reason.unknown", code=row["code"])


def handled_words(row: Row) -> str:
    """Who dealt with it, when and how; empty while nobody did."""
    if not row.get("way"):
        return ""
    said = {"person": row["handled_by"], "time": moment_text(row["handled_at"]), "way": way_words(row)}
    key = "sync_centre.handled.with_reason" if row["reason"] else "sync_centre.handled.plain"
    return i18n.tr(key, reason=row["reason"], **said)


def way_words(row: Row) -> str:
    """How it was dealt with."""
    return i18n.tr(f"sync_centre.way.{row['way']}")


def status_cell(row: Row) -> Cell:
    """The state as a chip."""
    return Cell(i18n.tr(f"sync_centre.status.{row['status']}"), chip=STATUS_TONES[row["status"]])


def _kind(row: Row) -> Cell:
    return Cell(kind_words(row), way_words(row) if row.get("way") else row["number"])


DOCUMENT_COLUMNS = (
    Column("time", "sync_centre.column.time", lambda row: moment_text(row["sealed_at"]), 108),
    Column("kind", "sync_centre.column.kind", _kind, 120, stretch=True, needed=True),
    Column("amount", "sync_centre.column.amount", amount_words, 104, Align.RIGHT, spare=1),
    Column("status", "sync_centre.column.status", status_cell, 116),
)


def device_columns(clock: Clock) -> tuple[Column, ...]:
    """PCs: whose, last seen, what waits there since when, which version."""

    def waiting(row: Row) -> Cell:
        if not row["unsent"]:
            return Cell(NOTHING)
        since = age_text(row["oldest_unsent_at"], clock.now_ms())
        return Cell(str(row["unsent"]), since, tone="danger" if row["state"] == "stuck" else "text")

    def state(row: Row) -> Cell:
        troubles = [i18n.tr(f"sync_centre.device.{name}", n=row[name]) for name in ("alarms", "repairs") if row[name]]
        words = i18n.tr(f"sync_centre.device.{row['state']}")
        return Cell(words, " · ".join(troubles), chip=DEVICE_TONES[row["state"]])

    return (
        Column("party", "sync_centre.column.party", lambda row: Cell(row["party_name"] or "", row["party_code"] or ""),
               180, stretch=True, needed=True),
        Column(
            "device", "sync_centre.column.device", lambda row: Cell(row["name"], f"{row['number']:02d}"), 150, spare=1
        ),
        Column("seen", "sync_centre.column.seen", lambda row: age_text(row["last_seen_at"], clock.now_ms()), 130),
        Column("unsent", "sync_centre.column.unsent", waiting, 130, Align.RIGHT, spare=2),
        Column("program", "sync_centre.column.program", lambda row: row["program"] or NOTHING, 100, spare=3),
        Column("state", "sync_centre.column.status", state, 110),
    )  # fmt: skip


def held_columns(clock: Clock) -> tuple[Column, ...]:
    """Held commands and exceptions: whose, what, why, how old, and what was decided."""

    def what(row: Row) -> Cell:
        return Cell(kind_words(row) if row["kind"] else i18n.tr("sync_centre.kind.unread"), row["person_name"])

    def why(row: Row) -> Cell:
        return Cell(reason_words(row) if row["code"] else NOTHING, row["reason"])

    def state(row: Row) -> Cell:
        return Cell(i18n.tr(f"sync_centre.held.{row['state']}"), row["decided_by"], chip=HELD_TONES[row["state"]])

    return (
        Column("party", "sync_centre.column.party", lambda row: Cell(row["party_name"] or "", row["party_code"] or ""),
               150, needed=True),
        Column("kind", "sync_centre.column.kind", what, 130, needed=True),
        Column("reason", "sync_centre.column.reason", why, 220, stretch=True),
        Column("age", "sync_centre.column.age", lambda row: age_text(row["at"], clock.now_ms()), 110, spare=1),
        Column("state", "sync_centre.column.status", state, 120),
    )  # fmt: skip


def comparison_columns(now: Callable[[], Comparison]) -> tuple[Column, ...]:
    """Field, as sealed here, as the server has it; what differs carries a sign and not only a colour."""

    def sealed(pair: Pair) -> Cell:
        return Cell(value_words(pair.form, pair.sealed, now().currency))

    def server(pair: Pair) -> Cell:
        comparison = now()
        words = value_words(pair.form, pair.server, comparison.currency)
        if not comparison.known or not pair.differs:
            return Cell(words, tone="secondary")
        return Cell(UNEQUAL + words, tone="warning", bold=True)

    return (
        Column("field", "sync_centre.column.field", field_words, 132),
        Column("sealed", "sync_centre.column.sealed", sealed, 150, stretch=True, needed=True),
        Column("server", "sync_centre.column.server", server, 172, needed=True),
    )


def field_words(pair: Pair) -> str:
    """The field's name, or the product of a line."""
    return pair.label or i18n.tr(f"sync_centre.field.{pair.field}")


def value_words(form: str, value: Any, currency: str) -> str:
    """A value as people write it."""
    if value is None:
        return i18n.tr("order_entry.walk_in") if form == "customer" else NOTHING
    if isinstance(value, Goods):
        return _goods_words(value, currency)
    if form == "amount":
        return amount_text(value, currency)
    if form == "phone":
        return masked_phone(str(value))
    if form == "status":
        return i18n.tr(f"sync_centre.value.{value}")
    keys = {"state": "orders.state", "role": "network.role"}
    return i18n.tr(f"{keys[form]}.{value}") if form in keys else str(value)


def _goods_words(goods: Goods, currency: str) -> str:
    parts = [unit_text(goods.quantity, goods.factor, goods.unit)]
    if goods.price is not None:
        parts.append(f"× {price_text(goods.price, currency)}")
    return " ".join(parts)
