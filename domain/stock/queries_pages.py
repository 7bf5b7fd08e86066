"""Pages of the stock list by key: products that a place holds, or held, in the order of their codes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, func, literal, or_, select, tuple_

from domain.catalogue.model import product
from domain.kernel.channels import Row
from domain.stock.model import stock_balance, stock_move


def count_stocked(connection: Connection, place_id: str) -> int:
    """How many products the list of a place has."""
    return int(connection.execute(select(func.count()).select_from(product).where(_held(place_id))).scalar_one())


def page_stocked(
    connection: Connection, place_id: str, after: tuple[str, str] | None, skip: int, limit: int, *, descending: bool
) -> list[Row]:
    """*limit* products, beginning *skip* behind the key *after* = (code, id)."""
    key = (product.c.code.desc(), product.c.id.desc()) if descending else (product.c.code, product.c.id)
    statement = select(product).where(_held(place_id)).order_by(*key).limit(limit).offset(skip)
    if after is not None:
        here, mark = tuple_(product.c.code, product.c.id), tuple_(literal(after[0]), literal(after[1]))
        statement = statement.where(here < mark if descending else here > mark)
    return [dict(row) for row in connection.execute(statement).mappings()]


def unsent_products(connection: Connection, place_id: str, product_ids: list[str]) -> set[str]:
    """Of these, the products with own moves here that the server has not acknowledged."""
    statement = select(stock_move.c.product_id).where(
        stock_move.c.version == 0,
        stock_move.c.product_id.in_(product_ids),
        or_(stock_move.c.to_place == place_id, stock_move.c.from_place == place_id),
    )
    return set(connection.execute(statement).scalars())


def _held(place_id: str) -> ColumnElement[bool]:
    told = select(stock_balance.c.product_id).where(stock_balance.c.place_id == place_id)
    own: Any = select(stock_move.c.product_id).where(
        stock_move.c.version == 0, or_(stock_move.c.to_place == place_id, stock_move.c.from_place == place_id)
    )
    return or_(product.c.id.in_(told), product.c.id.in_(own))
