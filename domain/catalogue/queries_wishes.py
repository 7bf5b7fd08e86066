"""Categories, for what :mod:`domain.catalogue.wishes` reads."""

from __future__ import annotations

from sqlalchemy import Connection, select

from domain.catalogue.model import category


def categories_named(connection: Connection, text: str) -> set[str]:
    """Ids of the categories whose name or code has *text* in it, and of everything below them."""
    wanted = text.casefold()
    rows = connection.execute(select(category.c.id, category.c.name, category.c.code, category.c.parent_id)).all()
    found = {row.id for row in rows if wanted in row.name.casefold() or wanted == row.code.casefold()}
    while more := {row.id for row in rows if row.parent_id in found} - found:
        found |= more
    return found
