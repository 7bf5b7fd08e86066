"""Goods without their receipt as the grid and the search show them."""

from __future__ import annotations

import i18n
from desktop.features.orders.free_returns import BackRow
from desktop.features.orders.return_draft import SCRAP
from desktop.widgets.doubt import doubt_text
from desktop.widgets.figures import price_text, unit_text
from desktop.widgets.grid import Align, Cell, Column
from desktop.widgets.result_list import Result
from domain.kernel.money import format_amount


def back_columns() -> tuple[Column, ...]:
    """Product, where it goes, what is given back for one, quantity, amount."""
    return (
        Column("product", "orders.column.product", _product, stretch=True, needed=True),
        Column("to", "orders.return.to", _to, 104),
        Column("price", "orders.free.column.price", _price, 96, Align.RIGHT),
        Column("quantity", "orders.free.column.quantity", _quantity, 88, Align.RIGHT),
        Column("sum", "orders.column.sum", _amount, 100, Align.RIGHT),
    )


def back_result(hit: BackRow) -> Result:
    """A hit of the search; what is picked is the product's code."""
    price = "—" if hit.price is None else price_text(hit.price)
    mark = "" if hit.authorised else i18n.tr("orders.unauthorised")
    return Result(hit.name, " · ".join(part for part in (hit.code, hit.unit, mark) if part), price, data=hit.code)


def _product(line: BackRow) -> Cell:
    if line.problem:
        return Cell(line.name, i18n.tr(f"orders.free.problem.{line.problem}"), tone="danger")
    lot = i18n.tr("orders.free.lot_asked") if line.asks_lot else line.lot
    odd = doubt_text(line.doubts)
    mark = "" if line.authorised else i18n.tr("orders.unauthorised")
    said = (odd, line.code, line.spec, mark, lot, " ".join(line.serials))
    return Cell(line.name, " · ".join(part for part in said if part), tone="warning" if odd else "text")


def _to(line: BackRow) -> Cell:
    return Cell(i18n.tr(f"orders.return.place.{line.to}"), chip="warning" if line.to == SCRAP else "success")


def _price(line: BackRow) -> Cell:
    if line.price is None:
        return Cell("—")
    manual = line.price != line.listed
    return Cell(price_text(line.price)[1:], i18n.tr("orders.free.manual") if manual else "")


def _quantity(line: BackRow) -> str:
    return unit_text(line.quantity, line.factor, line.unit)


def _amount(line: BackRow) -> str:
    return "—" if line.amount is None else format_amount(line.amount)
