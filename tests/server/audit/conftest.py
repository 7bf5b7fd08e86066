"""The tests' network at a fresh database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.databases import Preparation
from tests.support.network import Network, network_at, prepare


@pytest.fixture(scope="session")
def database_preparation() -> Preparation:
    return prepare


@pytest.fixture
def network(database_url: str, tmp_path: Path) -> Iterator[Network]:
    """The network of :mod:`tests.support.factories.parties`."""
    with network_at(database_url, tmp_path) as made:
        yield made
