"""Pages of the stock list by key: products that a place holds, or held, in the order of their codes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, func, literal, or_, select, tuple_

from domain.catalogue import queries_kept
from domain.catalogue.model import product
from domain.kernel.channels import Row
from domain.stock.model import stock_balance, stock_move


def count_stocked(connection: Connection, place_id: str) -> int:
    """How many products the list of a place has."""
    of = _goods(connection)
    return int(connection.execute(select(func.count()).select_from(of).where(_held(of, place_id))).scalar_one())


def _goods(connection: Connection) -> FromClause:
    """Products; with those that may no longer be sold only where there are any, because it costs the index."""
    return queries_kept.goods().subquery() if queries_kept.has_unseen(connection) else product


def page_stocked(
    connection: Connection, place_id: str, after: tuple[str, str] | None, skip: int, limit: int, *, descending: bool
) -> list[Row]:
    """*limit* products, beginning *skip* behind the key *after* = (code, id); ``authorised`` 0: no longer for sale."""
    of = _goods(connection)
    key = (of.c.code.desc(), of.c.id.desc()) if descending else (of.c.code, of.c.id)
    statement = select(of).where(_held(of, place_id)).order_by(*key).limit(limit).offset(skip)
    if after is not None:
        here, mark = tuple_(of.c.code, of.c.id), tuple_(literal(after[0]), literal(after[1]))
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


def _held(of: FromClause, place_id: str) -> ColumnElement[bool]:
    told = select(stock_balance.c.product_id).where(stock_balance.c.place_id == place_id)
    own: Any = select(stock_move.c.product_id).where(
        stock_move.c.version == 0, or_(stock_move.c.to_place == place_id, stock_move.c.from_place == place_id)
    )
    return or_(of.c.id.in_(told), of.c.id.in_(own))
