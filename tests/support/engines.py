"""Engines that share what they have compiled: tests open hundreds of them, and the statements are always the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy import Engine

from desktop.store import encrypted
from server_stub.kit import database

ROOM = 2_000
"""Statements kept for each side and database; a run has some four hundred."""
_first: dict[tuple[str, str], tuple[Any, Any]] = {}
"""By side and kind of database: the dialect and the statements that all engines use. Kept for the life of the process;
what is kept is named by the statement, so a planted fault compiles its own."""


def _sharing(side: str, real: Callable[..., Engine]) -> Callable[..., Engine]:
    def create(*args: Any, **options: Any) -> Engine:
        engine = real(*args, **options, query_cache_size=ROOM)
        key = (side, engine.dialect.name)
        dialect, compiled = _first.get(key, (None, None))
        if dialect is None or dialect.server_version_info is None:
            # The first one to reach its database lends the others what it has learned there.
            _first[key] = (engine.dialect, engine._compiled_cache)
        else:
            # Compiled statements are kept by dialect, so engines must share that too; it holds no connection.
            engine.dialect = dialect
            engine.pool._dialect = dialect
            engine._compiled_cache = compiled
        return engine

    return create


@contextmanager
def compiled_once() -> Iterator[None]:
    """Inside, every engine of one side compiles a statement that another one has compiled no more."""
    places: list[tuple[str, Any]] = [("counter", encrypted), ("server", database)]
    with pytest.MonkeyPatch.context() as patch:
        for side, place in places:
            patch.setattr(place, "create_engine", _sharing(side, sqlalchemy.create_engine))
        yield


@pytest.fixture(scope="session", autouse=True)
def engines_share_statements() -> Iterator[None]:
    """For a room's conftest.py: all its tests run inside :func:`compiled_once`."""
    with compiled_once():
        yield
