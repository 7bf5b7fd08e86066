"""In which units the goods of an order's line can be counted."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from domain.catalogue import queries as catalogue
from domain.catalogue.units import Unit
from domain.kernel.channels import Row
from domain.kernel.money import QUANTITY_SCALE


def with_own_unit(connection: Connection, lines: Sequence[Row]) -> list[Row]:
    """Add ``own_unit``: what the product's own unit is called; the line's when it is the same."""
    known = catalogue.products_by_ids(connection, [line["product_id"] for line in lines])
    return [{**line, "own_unit": known.get(line["product_id"], line)["unit"]} for line in lines]


def units_of_line(line: Row) -> list[Unit]:
    """The unit it was sold in, and the product's own when that is another."""
    sold = Unit(line["unit"], line["factor"])
    return [sold] if sold.factor == QUANTITY_SCALE else [sold, Unit(line["own_unit"])]
