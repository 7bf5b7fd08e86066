"""Engines that share what they have compiled: a run opens dozens of them, and statements are the same in all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy
from sqlalchemy import Engine

from desktop.store import encrypted
from server_stub.kit import database

_first: dict[str, Engine] = {}


def _sharing(side: str, real: Callable[..., Engine]) -> Callable[..., Engine]:
    def create(*args: Any, **options: Any) -> Engine:
        engine = real(*args, **options)
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
        _first.clear()
