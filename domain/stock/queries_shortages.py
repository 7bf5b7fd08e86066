"""Reading what is missing, and which documents took it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import Connection, select

from domain.stock.model import stock_balance, stock_move


def products_of_documents(connection: Connection, document_ids: Collection[str]) -> dict[str, set[str]]:
    """Document id → what its moves moved."""
    statement = select(stock_move.c.source_id, stock_move.c.product_id).where(
        stock_move.c.source_id.in_(sorted(document_ids))
    )
    found: dict[str, set[str]] = defaultdict(set)
    for document_id, product_id in connection.execute(statement.distinct()):
        found[document_id].add(product_id)
    return found


def below_zero(connection: Connection, party_id: str, ids: Collection[str]) -> set[str]:
    """Which of these products a party has less than none of, in any lot."""
    statement = select(stock_balance.c.product_id).where(
        stock_balance.c.party_id == party_id,
        stock_balance.c.product_id.in_(sorted(set(ids))),
        stock_balance.c.quantity < 0,
    )
    return set(connection.execute(statement).scalars())
