"""Drawing what somebody acts on: any row that fits, the same one for the same seed."""

from __future__ import annotations

from random import Random
from typing import Any

from sqlalchemy import Connection, select

from desktop.store.store import Store
from domain.kernel.channels import Row


def any_row(chance: Random, store: Store, table: Any, *where: Any) -> Row | None:
    """Any row of a counter's cache."""
    with store.read() as connection:
        return one_of(chance, connection, table, *where)


def newest_or_any(chance: Random, store: Store, table: Any, *where: Any) -> Row | None:
    """Mostly what was made last: people go on with what they have just done."""
    if chance.random() < 0.4:
        return any_row(chance, store, table, *where)
    with store.read() as connection:
        found = connection.execute(select(table).where(*where).order_by(table.c.id.desc()).limit(1)).mappings().first()
    return dict(found) if found else None


def one_of(chance: Random, connection: Connection, table: Any, *where: Any) -> Row | None:
    """Any row of the first fifty."""
    found = connection.execute(select(table).where(*where).order_by(table.c.id).limit(50)).mappings().all()
    return dict(chance.choice(found)) if found else None
