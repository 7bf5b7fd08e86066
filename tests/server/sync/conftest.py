"""The tests' network at a fresh database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.backups import Backups
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


@pytest.fixture
def network_at_pg(pg_database: str, tmp_path: Path) -> Iterator[Network]:
    """The same on PostgreSQL only."""
    with network_at(pg_database, tmp_path) as made:
        yield made


@pytest.fixture
def backups(network: Network, tmp_path: Path, database_kind: str, request: pytest.FixtureRequest) -> Iterator[Backups]:
    """Backups of the network's server."""
    cluster = request.getfixturevalue("pg_server") if database_kind == "postgresql" else None
    made = Backups(network, tmp_path, cluster)
    yield made
    made.clean()
