"""What the first steps ask of the databases."""

from __future__ import annotations

from desktop.store.store import Store
from domain.catalogue import queries


def name_of(store: Store, code: str) -> str:
    """The name of the product with this bar code or product code, empty for none."""
    with store.read() as connection:
        found = queries.find_exact(connection, code)
    return str(found[0]["name"]) if found else ""
