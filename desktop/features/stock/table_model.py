"""The tables of stock: levels, shipments on their way, sheets and documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import i18n
from desktop.features.stock import operations
from desktop.features.stock.operations import Level, SheetRow
from desktop.features.stock.sheet import ADJUST, COUNT, DIRECT, RECEIVE
from desktop.store.store import Store
from desktop.widgets.doubt import doubt_text
from desktop.widgets.figures import age_text, moment_text, quantity_text, signed_text, unit_text
from desktop.widgets.grid import Align, Cell, Column, Query, SearchedSource
from domain.kernel.channels import Row

RIGHT = Align.RIGHT
SYNC_TONES = {
    "saved": "offline", "sent": "neutral", "confirmed": "success", "exception": "warning", "refused": "danger",
    "parked": "warning", "quarantined": "danger",
}  # fmt: skip


def level_source(store: Store) -> SearchedSource:
    """Products that are here, or what a search found. Read on the reader lane."""

    def fetch(query: Query, after: Any, skip: int, n: int) -> Sequence[Any]:
        return operations.page_levels(store, after, skip, n, descending=query.descending)

    return SearchedSource(
        lambda: operations.count_levels(store),
        fetch,
        lambda text: operations.search_levels(store, text),
        lambda row: (row.code, row.product_id),
        lambda row: row.product_id,
    )


def level_columns(store: Store) -> tuple[Column, ...]:
    """The stock list."""

    def as_of(row: Level) -> Cell:
        own = i18n.tr("stock.age.unsent") if row.unsent else ""
        return Cell(age_text(row.as_of, store.clock.now_ms()) or i18n.tr("stock.age.never"), own, tone="secondary")

    def name(row: Level) -> Cell:
        return Cell(row.name, "" if row.authorised else i18n.tr("stock.unauthorised"))

    def available(row: Level) -> Cell:
        return Cell(quantity_text(row.available), tone="danger" if row.available <= 0 else "text", bold=True)

    return (
        Column("code", "stock.column.code", lambda row: row.code, 120, sortable=True),
        Column("name", "stock.column.product", name, 150, stretch=True, needed=True),
        Column("unit", "stock.column.unit", lambda row: row.unit, 64, spare=2),
        Column("quantity", "stock.column.on_hand", lambda row: quantity_text(row.quantity), 110, RIGHT),
        Column("reserved", "stock.column.reserved", lambda row: quantity_text(row.reserved), 110, RIGHT, spare=1),
        Column("available", "stock.column.available", available, 110, RIGHT),
        Column("as_of", "stock.column.as_of", as_of, 190, spare=3),
    )


def shipment_columns(started: set[str]) -> tuple[Column, ...]:
    """Shipments on their way; *started* are those that somebody has begun to scan."""

    def progress(row: Row) -> Cell:
        begun = row["id"] in started
        key = "stock.progress.scanning" if begun else "stock.progress.waiting"
        return Cell(i18n.tr(key), chip="warning" if begun else "neutral")

    def way(row: Row) -> Cell:
        return Cell(row["carrier"] or "—", row["tracking"])

    return (
        Column("number", "stock.column.shipment", lambda row: Cell(row["number"], row["order_number"] or ""), 210),
        Column("seller", "stock.column.seller", lambda row: row["seller_name"] or "", stretch=True, needed=True),
        Column("way", "stock.column.carrier", way, 170, spare=2),
        Column("units", "stock.column.units", lambda row: quantity_text(row["units"]), 90, RIGHT, spare=1),
        Column("at", "stock.column.shipped_at", lambda row: moment_text(row["shipped_at"]), 120, spare=3),
        Column("progress", "stock.column.progress", progress, 110),
    )


def document_columns() -> tuple[Column, ...]:
    """Intakes, counts and adjustments."""

    def sync(row: Row) -> Cell:
        return Cell(i18n.tr(f"stock.sync.{row['sync']}"), chip=SYNC_TONES.get(row["sync"], "neutral"))

    return (
        Column("at", "stock.column.time", lambda row: moment_text(row["at"]), 110),
        Column("number", "stock.column.number", lambda row: row["number"], 150, needed=True),
        Column("kind", "stock.column.kind", lambda row: i18n.tr(f"stock.kind.{row['kind']}"), 90),
        Column("reason", "stock.column.about", lambda row: row["reason"] or row["note"] or "—", stretch=True),
        Column("units", "stock.column.units", lambda row: quantity_text(row["units"]), 80, RIGHT, spare=2),
        Column("person", "stock.column.person", lambda row: row["person_name"], 84, spare=3),
        Column("sync", "stock.column.sync", sync, 104, spare=1),
    )


def moved_columns() -> tuple[Column, ...]:
    """What one document moved."""

    def name(row: Row) -> Cell:
        mark = "" if row["authorised"] else i18n.tr("stock.unauthorised")
        return Cell(row["name"] or "", " · ".join(part for part in (row["code"], mark) if part))

    def moved(row: Row) -> Cell:
        if "counted" in row:
            text = i18n.tr("stock.counted_of", book=quantity_text(row["book"]))
            return Cell(quantity_text(row["counted"]), text)
        return Cell(signed_text(row["quantity"]))

    return (
        Column("name", "stock.column.product", name, stretch=True),
        Column("moved", "stock.column.quantity", moved, 110, RIGHT),
    )


def sheet_columns(kind: str) -> tuple[Column, ...]:
    """The sheet of a kind: product, what it is compared with, what was scanned, and the verdict."""
    product = Column("product", "stock.column.product", _product, stretch=True, needed=True)
    book = Column("book", "stock.column.book", lambda row: _in_unit(row, row.book), 120, RIGHT)
    quantity = Column("quantity", f"stock.column.quantity_{kind}", lambda row: _in_unit(row, row.quantity), 110, RIGHT)
    if kind == RECEIVE:
        return (
            product,
            Column("expected", "stock.column.expected", _expected, 120, RIGHT),
            quantity,
            Column("difference", "stock.column.difference", _to_expected, 100, RIGHT),
            Column("verdict", "stock.column.verdict", _verdict, 210),
        )
    if kind == COUNT:
        difference = Column("difference", "stock.column.difference", _to_book, 110, RIGHT)
        return (product, book, quantity, difference, Column("verdict", "stock.column.verdict", _counted, 130))
    if kind == ADJUST:
        change = Column("quantity", f"stock.column.quantity_{kind}", _change, 110, RIGHT)
        after = Column("after", "stock.column.after", lambda row: _in_unit(row, row.book + row.quantity), 120, RIGHT)
        return (product, book, change, after)
    return (product, book, quantity) if kind == DIRECT else (product, quantity)


def _product(row: SheetRow) -> Cell:
    if row.problem:
        return Cell(row.name, i18n.tr(f"stock.sheet.lacks_{row.problem}"), tone="danger")
    until = i18n.tr("stock.sheet.until", day=row.expires_on) if row.expires_on else ""
    other = [
        i18n.tr(f"stock.sheet.{name}", serials=" ".join(serials))
        for name, serials in (("missing", row.missing), ("foreign", row.foreign))
        if serials and row.quantity
    ]
    kept = " ".join(one for one in row.serials if one not in row.foreign)
    odd = doubt_text(row.doubts)
    mark = "" if row.authorised else i18n.tr("stock.unauthorised")
    said = (odd, row.barcode or row.code, mark, row.lot, until, kept, *other)
    return Cell(row.name, " · ".join(part for part in said if part), tone="warning" if odd else "text")


def is_other(row: SheetRow) -> bool:
    """Whether other pieces are there than were sent, or than the books say."""
    return bool(row.missing or row.foreign)


def _in_unit(row: SheetRow, quantity: int) -> str:
    return unit_text(quantity, row.factor, row.unit)


def _signed(row: SheetRow, quantity: int) -> str:
    number = unit_text(quantity, row.factor, "")
    return f"+{number}" if quantity > 0 else number


def _expected(row: SheetRow) -> str:
    return _in_unit(row, row.expected or 0)


def _to_expected(row: SheetRow) -> Cell:
    if not row.quantity:
        return Cell("—", tone="secondary")
    return Cell(_signed(row, row.difference), tone="warning" if row.difference else "text")


def _verdict(row: SheetRow) -> Cell:
    if row.difference == 0 and is_other(row):
        return Cell(i18n.tr("stock.verdict.other"), chip="warning")
    if row.difference == 0:
        return Cell(i18n.tr("stock.verdict.all"), chip="success")
    if row.difference > 0:
        return Cell(i18n.tr("stock.verdict.over", n=unit_text(row.difference, row.factor, "")), chip="warning")
    if not row.quantity:
        return Cell(i18n.tr("stock.verdict.none"), chip="neutral")
    return Cell(i18n.tr("stock.verdict.short", n=unit_text(-row.difference, row.factor, "")), chip="warning")


def _to_book(row: SheetRow) -> Cell:
    difference = row.quantity - row.book
    return Cell(_signed(row, difference), tone="warning" if difference else "text")


def _counted(row: SheetRow) -> Cell:
    difference = row.quantity - row.book
    key = "same" if not difference else "more" if difference > 0 else "less"
    if not difference and is_other(row):
        key = "other"
    return Cell(i18n.tr(f"stock.verdict.{key}"), chip="success" if key == "same" else "warning")


def _change(row: SheetRow) -> Cell:
    return Cell(_signed(row, row.quantity), tone="danger" if row.quantity < 0 else "success")
