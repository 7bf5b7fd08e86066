"""In which units the goods of an order's line can be counted."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

import i18n
from domain.catalogue.queries_kept import products_by_ids
from domain.catalogue.units import Unit
from domain.kernel.channels import Row
from domain.kernel.money import QUANTITY_SCALE


def with_own_unit(connection: Connection, lines: Sequence[Row]) -> list[Row]:
    """Add ``own_unit``: what the product's own unit is called, the line's when it is the same; and ``authorised``: 0
    for goods that this shop has or had and may no longer sell.
    """
    known = products_by_ids(connection, [line["product_id"] for line in lines])
    return [
        {**line, "own_unit": goods["unit"], "authorised": goods.get("authorised", 1)}
        for line in lines
        for goods in [known.get(line["product_id"], line)]
    ]


def name_of(line: Row) -> str:
    """What the goods of a line are called, with a mark when this shop may no longer sell them."""
    name = str(line["product_name"])
    return name if line["authorised"] else f"{name} · {i18n.tr('orders.unauthorised')}"


def units_of_line(line: Row) -> list[Unit]:
    """The unit it was sold in, and the product's own when that is another."""
    sold = Unit(line["unit"], line["factor"])
    return [sold] if sold.factor == QUANTITY_SCALE else [sold, Unit(line["own_unit"])]
