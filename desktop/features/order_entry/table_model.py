"""The lines of the order in hand as the grid shows them."""

from __future__ import annotations

from collections.abc import Sequence

import i18n
from desktop.features.order_entry.lots import ShownLot
from desktop.features.order_entry.operations import ShownLine
from desktop.widgets.doubt import doubt_text
from desktop.widgets.figures import price_text, quantity_text
from desktop.widgets.grid import Align, Cell, Column
from domain.catalogue.units import in_unit
from domain.kernel.money import QUANTITY_SCALE, format_amount


def line_columns() -> tuple[Column, ...]:
    """Number, product, unit price, quantity, amount."""
    return (
        Column("product", "order_entry.column.product", _product, 140, stretch=True, needed=True),
        Column("stock", "order_entry.column.stock", _stock, 72, Align.RIGHT, spare=1),
        Column("price", "order_entry.column.price", _price, 88, Align.RIGHT),
        Column("quantity", "order_entry.column.quantity", _quantity, 84, Align.RIGHT),
        Column("unit", "order_entry.column.unit", lambda line: line.unit, 60),
        Column("amount", "order_entry.column.amount", _amount, 100, Align.RIGHT),
    )


def _product(line: ShownLine) -> Cell:
    if line.problem:
        return Cell(line.name, i18n.tr(f"order_entry.problem.{line.problem}"), tone="danger")
    odd = doubt_text(line.doubts)
    said = (odd, line.code, line.spec, lots_text(line.lots), " ".join(line.serials), line.note)
    expired = any(lot.expired for lot in line.lots)
    return Cell(line.name, " · ".join(part for part in said if part), tone="warning" if expired or odd else "text")


def lots_text(lots: Sequence[ShownLot]) -> str:
    """The lots of a line: how much of each when there are several, and what has expired."""
    words = []
    for one in lots:
        name = one.lot or i18n.tr("order_entry.lot.unknown")
        if one.expired:
            name = i18n.tr("order_entry.lot.expired", lot=name)
        words.append(f"{name} × {quantity_text(one.quantity)}" if len(lots) > 1 else name)
    return ", ".join(words)


def _quantity(line: ShownLine) -> Cell:
    number = in_unit(line.quantity, line.factor)
    inside = "" if line.factor == QUANTITY_SCALE else i18n.tr("order_entry.inside", n=quantity_text(line.quantity))
    return Cell("" if number is None else quantity_text(number), inside)


def _stock(line: ShownLine) -> Cell:
    return Cell(quantity_text(line.stock), tone="warning" if line.stock < line.quantity else "text")


def _price(line: ShownLine) -> Cell:
    if line.unit_price is None:
        return Cell("—")
    return Cell(price_text(line.unit_price)[1:], i18n.tr("order_entry.manual") if line.manual else "")


def _amount(line: ShownLine) -> Cell:
    if line.amount is None:
        return Cell("—")
    return Cell(format_amount(line.amount), format_amount(-line.discount) if line.discount else "")
