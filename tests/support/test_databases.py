"""The database fixtures: fresh each time, of both kinds, copied from what a room prepares."""

from __future__ import annotations

import os
import select
import subprocess
import sys

import psycopg
import pytest
from sqlalchemy import create_engine, text

from tests.support.databases import Preparation
from tests.support.postgres import Cluster, find_binaries


def prepare(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE parties (name varchar(20))"))
        connection.execute(text("INSERT INTO parties VALUES ('prepared')"))
    engine.dispose()


class TestPrepared:
    @pytest.fixture
    def database_preparation(self) -> Preparation:
        return prepare

    @pytest.mark.parametrize("attempt", [1, 2])
    def test_each_test_gets_its_own_copy(self, database_url: str, attempt: int) -> None:
        engine = create_engine(database_url)
        with engine.begin() as connection:
            assert connection.execute(text("SELECT name FROM parties")).scalars().all() == ["prepared"]
            connection.execute(text("INSERT INTO parties VALUES (:name)"), {"name": f"attempt {attempt}"})
        engine.dispose()


def test_database_is_empty_unless_prepared(database_url: str, database_kind: str) -> None:
    engine = create_engine(database_url)
    assert engine.dialect.name == database_kind
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE parties (name varchar(20))"))
    engine.dispose()


@pytest.mark.postgresql
def test_server_listens_on_no_port_and_speaks_chinese(pg_database: str) -> None:
    engine = create_engine(pg_database)
    with engine.connect() as connection:
        assert connection.execute(text("SHOW listen_addresses")).scalar() == ""
        assert connection.execute(text("SELECT length('经销台')")).scalar() == 3
    engine.dispose()


@pytest.mark.postgresql
def test_left_open_connections_do_not_keep_a_database_alive(pg_server: Cluster) -> None:
    name = pg_server.create()
    engine = create_engine(pg_server.url(name))
    connection = engine.connect()
    pg_server.drop(name)
    with pytest.raises(Exception, match="does not exist"):
        psycopg.connect(f"host={pg_server.folder} user=postgres dbname={name}")
    connection.invalidate()
    engine.dispose()


@pytest.mark.postgresql
def test_killed_run_takes_its_server_along() -> None:
    """A worker that dies without cleaning up leaves no server behind."""
    program = (
        "import os, sys; from tests.support.postgres import Cluster, find_binaries;"
        "cluster = Cluster(find_binaries()); pid = cluster.folder / 'data' / 'postmaster.pid';"
        "print(pid.read_text().split()[0], flush=True); sys.stdin.read(); os.kill(os.getpid(), 9)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdout is not None
        # Taken while the server surely lives: a process that is gone already has no descriptor.
        watcher = os.pidfd_open(int(worker.stdout.readline()))
        try:
            worker.communicate(timeout=20)
            assert worker.returncode == -9
            # A process descriptor becomes readable when the process ends.
            assert select.select([watcher], [], [], 20)[0]
        finally:
            os.close(watcher)


def test_binaries_are_those_of_the_newest_server() -> None:
    assert (find_binaries() / "initdb").exists()
