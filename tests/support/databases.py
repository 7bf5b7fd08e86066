"""``database_url``: every test that asks for it runs twice, on SQLite and on PostgreSQL.

The two runs carry the marks ``sqlite`` and ``postgresql`` (``-m postgresql``). By default the database is empty. A room
whose tests want tables overrides ``database_preparation`` in its own conftest.py with a function that fills the
database at an address; it runs once for each test process, and each test gets a copy.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.postgres import Cluster

Preparation = Callable[[str], None]

KINDS = (
    pytest.param("sqlite", marks=pytest.mark.sqlite),
    pytest.param("postgresql", marks=pytest.mark.postgresql),
)


@pytest.fixture(scope="session")
def database_preparation() -> Preparation | None:
    """What fills a new database; None leaves it empty. Override it where tables are wanted."""
    return None


@pytest.fixture(params=KINDS)
def database_kind(request: pytest.FixtureRequest) -> str:
    """``sqlite``, then ``postgresql``."""
    return str(request.param)


class PreparedFiles:
    """SQLite files that preparations have filled, to be copied."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[Preparation, Path] = {}

    def filled(self, prepare: Preparation) -> Path:
        """The file that ``prepare`` has filled, made once."""
        if prepare not in self._files:
            path = self._folder / f"{len(self._files)}.db"
            prepare(f"sqlite:///{path}")
            self._files[prepare] = path
        return self._files[prepare]


@pytest.fixture(scope="session")
def prepared_files(tmp_path_factory: pytest.TempPathFactory) -> PreparedFiles:
    """The filled SQLite files of this test process."""
    return PreparedFiles(tmp_path_factory.mktemp("prepared"))


@pytest.fixture
def sqlite_database(prepared_files: PreparedFiles, database_preparation: Preparation | None, tmp_path: Path) -> str:
    """The address of a fresh SQLite file, prepared as the room says."""
    path = tmp_path / "server.db"
    if database_preparation:
        shutil.copyfile(prepared_files.filled(database_preparation), path)
    return f"sqlite:///{path}"


@pytest.fixture
def pg_database(pg_server: Cluster, database_preparation: Preparation | None) -> Iterator[str]:
    """The address of a fresh PostgreSQL database, prepared as the room says; it is dropped after the test."""
    template = pg_server.template(database_preparation) if database_preparation else "template1"
    name = pg_server.create(template)
    yield pg_server.url(name)
    pg_server.drop(name)


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest) -> str:
    """The SQLAlchemy address of a fresh database of each kind."""
    # Asked for by name, so that a run on SQLite alone never starts a PostgreSQL.
    fixture = "sqlite_database" if database_kind == "sqlite" else "pg_database"
    return str(request.getfixturevalue(fixture))
