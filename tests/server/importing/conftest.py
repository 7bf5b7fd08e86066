"""The tests' network, and an office that takes files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.importing.desk import Desk, desk_at
from tests.support.databases import Preparation
from tests.support.network import prepare


@pytest.fixture(scope="session")
def database_preparation() -> Preparation:
    return prepare


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    """An office at a fresh database of each kind."""
    with desk_at(database_url, tmp_path) as made:
        yield made
