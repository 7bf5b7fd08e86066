"""What makes the suites quick does it, and does no more."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, make_url, text

from server_stub.kit import database
from tests.support.engines import compiled_once
from tests.support.memory import roomy_folder


def used(path: Path) -> Engine:
    """An engine of the server that has been at its database, and is closed again."""
    engine = database._sqlite_engine(make_url(f"sqlite:///{path}"), read_only=False)
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    engine.dispose()
    return engine


def test_engines_share_their_statements_inside_only(tmp_path: Path) -> None:
    with compiled_once():
        first, second = used(tmp_path / "one.db"), used(tmp_path / "two.db")
    assert second.dialect is first.dialect
    assert second._compiled_cache is first._compiled_cache
    outside = used(tmp_path / "three.db")
    assert outside.dialect is not first.dialect
    assert outside._compiled_cache is not first._compiled_cache


def test_folder_in_memory_is_not_used_without_room() -> None:
    assert roomy_folder(10**15) is None
