"""The tests' network at a fresh database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from server_stub.attachments.service import Attachments
from server_stub.kit.limits import RateLimit
from tests.support.databases import Preparation
from tests.support.network import Network, network_at, prepare

MANY = 10**6
QUOTA = 4 * 1024 * 1024


@pytest.fixture(scope="session")
def database_preparation() -> Preparation:
    return prepare


@pytest.fixture
def network(database_url: str, tmp_path: Path) -> Iterator[Network]:
    """The network of :mod:`tests.support.factories.parties`."""
    with network_at(database_url, tmp_path) as made:
        yield made


@pytest.fixture
def attachments(network: Network) -> Attachments:
    """The server's side of contents."""
    return Attachments(network.db, network.clock, RateLimit(network.clock, burst=MANY, per_minute=MANY), QUOTA)
