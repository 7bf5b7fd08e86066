"""The tests' network at a fresh database, and a server process that serves it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.databases import Preparation
from tests.support.network import prepare
from tests.support.patience import patience
from tests.support.postgres import Cluster
from tests.support.processes import Server, running_server

__all__ = ["patience"]


@pytest.fixture(scope="session")
def database_preparation() -> Preparation:
    return prepare


@pytest.fixture
def server(database_url: str, tmp_path: Path) -> Iterator[Server]:
    """A running server with the network of :mod:`tests.support.factories.parties`."""
    with running_server(tmp_path, database_url) as made:
        yield made


@pytest.fixture
def sqlite_server(sqlite_database: str, tmp_path: Path) -> Iterator[Server]:
    """The same on SQLite only, for what does not depend on the server's database."""
    with running_server(tmp_path, sqlite_database) as made:
        yield made


@pytest.fixture
def empty_database(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database of each kind with nothing in it."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    cluster: Cluster = request.getfixturevalue("pg_server")
    name = cluster.create()
    yield cluster.url(name)
    cluster.drop(name)
