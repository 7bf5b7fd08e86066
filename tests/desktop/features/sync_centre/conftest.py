"""A filled counter, and PCs of a network whose real server says no."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

import i18n
from desktop.platform.theme import Look, theme
from tests.support.bench import Bench
from tests.support.counter import Counter
from tests.support.databases import Preparation
from tests.support.network import Network, network_at, prepare

Sit = Callable[[str], Bench]


@pytest.fixture(scope="session")
def database_preparation() -> Preparation:
    return prepare


@pytest.fixture(autouse=True)
def look(qapp: QApplication) -> None:
    """A fresh PC's."""
    i18n.set_language("zh_CN")
    theme().apply(Look("light"))


@pytest.fixture
def counter(qapp: QApplication, tmp_path: Path) -> Iterator[Counter]:
    """A counter without a server."""
    made = Counter(tmp_path)
    yield made
    made.close()


@pytest.fixture
def network(sqlite_database: str, tmp_path: Path) -> Iterator[Network]:
    """The network of :mod:`tests.support.factories.parties`."""
    with network_at(sqlite_database, tmp_path) as made:
        yield made


@pytest.fixture
def sit(network: Network, tmp_path: Path) -> Iterator[Sit]:
    """Sit down at a new PC as somebody."""
    made: list[Bench] = []

    def begin(user: str) -> Bench:
        made.append(Bench(network.counter(user), tmp_path / f"pc-{len(made)}"))
        return made[-1]

    yield begin
    for bench in made:
        bench.close()
