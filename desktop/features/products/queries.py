"""Pages of the product list."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, select, tuple_

from domain.catalogue.model import product
from domain.kernel.channels import Row

Position = tuple[str, str]


def count_products(connection: Connection) -> int:
    """How many products this PC knows."""
    return int(connection.execute(select(func.count()).select_from(product)).scalar_one())


def product_page(
    connection: Connection, after: Position | None, skip: int, n: int, *, descending: bool = False
) -> Sequence[Row]:
    """*n* products by code, beginning *skip* rows behind the position (code, id)."""
    place = tuple_(product.c.code, product.c.id)
    statement = select(product)
    if after is not None:
        statement = statement.where(place < after if descending else place > after)
    order = (product.c.code.desc(), product.c.id.desc()) if descending else (product.c.code, product.c.id)
    rows = connection.execute(statement.order_by(*order).offset(skip).limit(n)).mappings()
    return [dict(row) for row in rows]
