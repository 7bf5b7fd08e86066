"""Products by category and by price, for what :mod:`domain.catalogue.wishes` reads."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, select

from domain.catalogue.model import category, price, price_list, product


def categories_named(connection: Connection, text: str) -> set[str]:
    """Ids of the categories whose name or code has *text* in it, and of everything below them."""
    wanted = text.casefold()
    rows = connection.execute(select(category.c.id, category.c.name, category.c.code, category.c.parent_id)).all()
    found = {row.id for row in rows if wanted in row.name.casefold() or wanted == row.code.casefold()}
    while more := {row.id for row in rows if row.parent_id in found} - found:
        found |= more
    return found


def product_ids_of(connection: Connection, categories: Collection[str], limit: int) -> list[str]:
    """Listed products of these categories, by code."""
    statement = select(product.c.id).where(product.c.category_id.in_(sorted(categories)), product.c.status == "listed")
    return list(connection.execute(statement.order_by(product.c.code).limit(limit)).scalars())


def product_ids_priced(connection: Connection, least: int, most: int, usages: Sequence[str], limit: int) -> list[str]:
    """Products that some list has at such a price, the cheapest first; which price holds is not asked here."""
    lists = select(price_list.c.id).where(price_list.c.usage.in_(list(usages)), price_list.c.status == "active")
    statement = (
        select(price.c.product_id)
        .where(price.c.price.between(least, most), price.c.price_list_id.in_(lists))
        .order_by(price.c.price, price.c.product_id)
        .limit(limit)
    )
    return list(dict.fromkeys(connection.execute(statement).scalars()))
