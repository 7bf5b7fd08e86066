"""A served network with people in it, and PCs to talk to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from domain.kernel.clock import FixedClock
from server_stub import bootstrap
from server_stub.accounts.service import AccountService
from server_stub.kit.database import Database
from server_stub.settings import Settings
from tests.server.accounts.network import NOON, prepare
from tests.server.accounts.pc import Pc
from tests.server.kit.serving import served
from tests.support.databases import Preparation

PLENTY = 100_000


@pytest.fixture(scope="session")
def database_preparation() -> Preparation:
    return prepare


@pytest.fixture
def clock() -> FixedClock:
    """The server's clock; a test moves it by ``clock.ms``."""
    return FixedClock(NOON)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Cheap passwords, and limits that only their own tests meet."""
    return Settings(
        home=tmp_path,
        database_url=database_url,
        argon2_memory=8,
        argon2_passes=1,
        sign_ins_per_name=PLENTY,
        sign_ins_per_peer=PLENTY,
        refreshes_per_peer=PLENTY,
    )


@pytest.fixture
def server(settings: Settings, clock: FixedClock) -> Iterator[bootstrap.Server]:
    """The parts of an API process."""
    made = bootstrap.build(settings, clock)
    yield made
    made.db.dispose()


@pytest.fixture
def db(server: bootstrap.Server) -> Database:
    return server.db


@pytest.fixture
def accounts(server: bootstrap.Server) -> AccountService:
    return server.services[AccountService]


@pytest.fixture
def new_pc(server: bootstrap.Server) -> Iterator[Callable[[], Pc]]:
    """Makes PCs that talk to the served API."""
    with served(server) as url:
        made: list[Pc] = []

        def make() -> Pc:
            made.append(Pc(url))
            return made[-1]

        yield make
        for each in made:
            each.close()


@pytest.fixture
def pc(new_pc: Callable[[], Pc]) -> Pc:
    """One PC, not enrolled yet."""
    return new_pc()
