"""Engines that share what they have compiled: a run opens dozens of them, and statements are the same in all runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy
from sqlalchemy import Engine

from desktop.store import encrypted
from server_stub.kit import database

_first: dict[str, Engine] = {}
"""Kept for the life of the process; what it keeps is named by the statement, so a planted fault compiles its own."""
ROOM = 2_000
"""Statements kept for each side; a run has some four hundred."""


def _sharing(side: str, real: Callable[..., Engine]) -> Callable[..., Engine]:
    def create(*args: Any, **options: Any) -> Engine:
        engine = real(*args, **options, query_cache_size=ROOM)
        first = _first.setdefault(side, engine)
        if first is not engine:
            # Compiled statements are kept by dialect, so engines must share that too; it holds no connection.
            engine.dialect = first.dialect
            engine.pool._dialect = first.dialect
            engine._compiled_cache = first._compiled_cache
        return engine

    return create


@contextmanager
def compiled_once() -> Iterator[None]:
    """Inside, every engine of one side compiles a statement that another one has compiled no more."""
    places: list[tuple[str, Any]] = [("counter", encrypted), ("server", database)]
    for side, place in places:
        place.create_engine = _sharing(side, sqlalchemy.create_engine)
    try:
        yield
    finally:
        for _, place in places:
            place.create_engine = sqlalchemy.create_engine
