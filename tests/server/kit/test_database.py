"""Transactions on both databases: what commits, what reruns, who waits for whom."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from domain.kernel.ids import derive_id
from server_stub.kit import database as kit
from server_stub.kit.database import Database, WrongPragma, refusal_of
from server_stub.kit.errors import Unavailable
from tests.support.postgres import Cluster

AN_ID = derive_id("018f0000-0000-7000-8000-000000000000", "test")


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    made = Database(database_url, sleep=lambda _seconds: None)
    with made.write() as connection:
        connection.execute(text("CREATE TABLE box (id varchar(40) PRIMARY KEY, n integer NOT NULL)"))
        connection.execute(text("INSERT INTO box VALUES ('a', 0), ('b', 0)"))
    yield made
    made.dispose()


def value(db: Database, key: str) -> int:
    with db.read() as connection:
        return int(connection.execute(text("SELECT n FROM box WHERE id = :id"), {"id": key}).scalar_one())


def add(connection: Connection, key: str, by: int = 1) -> None:
    connection.execute(text("UPDATE box SET n = n + :by WHERE id = :id"), {"id": key, "by": by})


def test_write_commits_and_rolls_back(db: Database) -> None:
    with db.write() as connection:
        add(connection, "a")
    with pytest.raises(ZeroDivisionError), db.write() as connection:
        add(connection, "a")
        _ = 1 // 0
    assert value(db, "a") == 1


def test_run_gives_the_result_and_other_errors_as_they_are(db: Database) -> None:
    assert db.run(lambda connection: connection.execute(text("SELECT n FROM box WHERE id = 'a'")).scalar()) == 0
    with pytest.raises(IntegrityError):
        db.run(lambda connection: connection.execute(text("INSERT INTO box VALUES ('a', 1)")))


def test_writers_of_one_process_lose_nothing(db: Database) -> None:
    def work() -> None:
        for _ in range(25):
            db.run(lambda connection: add(connection, "a"))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert value(db, "a") == 150


def test_stable_read_sees_one_state(db: Database) -> None:
    with db.read(stable=True) as connection:
        first = connection.execute(text("SELECT n FROM box WHERE id = 'a'")).scalar()
        thread = threading.Thread(target=lambda: db.run(lambda writing: add(writing, "a")))
        thread.start()
        thread.join()
        assert connection.execute(text("SELECT n FROM box WHERE id = 'a'")).scalar() == first
    assert value(db, "a") == 1


def test_read_cannot_write_by_mistake(db: Database, database_kind: str) -> None:
    """On PostgreSQL only the stable kind says so; every test runs on SQLite too, which always does."""
    with pytest.raises(DBAPIError), db.read(stable=database_kind == "postgresql") as connection:
        add(connection, "a")


def test_parameters_stand_in_no_error(db: Database) -> None:
    with pytest.raises(IntegrityError) as caught:
        db.run(lambda connection: connection.execute(text("INSERT INTO box VALUES (:id, 1)"), {"id": "a"}))
    assert "hide_parameters" in str(caught.value)


@pytest.mark.parametrize(
    "url",
    ["sqlite://", "sqlite:///:memory:", "postgresql://u:hush@h/d", "postgresql+psycopg2://u:hush@h/d", "mysql://h/d"],
)
def test_other_databases_are_refused_without_telling_the_password(url: str) -> None:
    with pytest.raises(ValueError, match="neither") as caught:
        Database(url)
    assert "hush" not in str(caught.value)


@pytest.mark.postgresql
class TestPostgresql:
    @pytest.fixture
    def db(self, pg_database: str) -> Iterator[Database]:
        made = Database(pg_database, sleep=lambda _seconds: None)
        with made.write() as connection:
            connection.execute(text("CREATE TABLE box (id varchar(40) PRIMARY KEY, n integer NOT NULL)"))
            connection.execute(text("INSERT INTO box VALUES ('a', 0), ('b', 0)"))
        yield made
        made.dispose()

    def test_deadlock_runs_again(self, db: Database) -> None:
        """Two transactions take two rows in opposite order; one of them is chosen to die and must run again."""
        barrier = threading.Barrier(2)
        runs: list[str] = []

        def work(first: str, second: str) -> None:
            def change(connection: Connection) -> None:
                runs.append(first)
                add(connection, first)
                if len(runs) <= 2:
                    barrier.wait(10)
                add(connection, second)

            db.run(change)

        threads = [threading.Thread(target=work, args=order) for order in (("a", "b"), ("b", "a"))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        # One dies and runs again; under load the database may choose both.
        assert 3 <= len(runs) <= 2 * kit.ATTEMPTS["postgresql"]
        assert (value(db, "a"), value(db, "b")) == (2, 2)

    def test_endless_conflict_ends_as_busy(self, db: Database) -> None:
        fail = text("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40001'; END $$")
        pauses: list[float] = []
        db._sleep = pauses.append
        with pytest.raises(Unavailable, match="database_busy"):
            db.run(lambda connection: connection.execute(fail))
        assert len(pauses) == kit.ATTEMPTS["postgresql"]
        assert max(pauses) <= kit.LONGEST_PAUSE

    def test_ids_are_text_in_every_way(self, db: Database) -> None:
        with db.read() as connection:
            one, many = connection.execute(
                text("SELECT CAST(:id AS uuid), ARRAY[CAST(:id AS uuid)]"), {"id": AN_ID}
            ).one()
        assert (one, many) == (AN_ID, [AN_ID])

    def test_idle_connection_that_died_is_replaced(
        self, db: Database, pg_server: Cluster, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(kit, "IDLE_SECONDS", -1.0)
        with db.read() as connection:
            pid = connection.execute(text("SELECT pg_backend_pid()")).scalar()
        other = Database(pg_server.url("postgres"))
        with other.read() as connection:
            connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
        other.dispose()
        assert value(db, "a") == 0

    def test_lost_connection_is_no_bug_of_ours(self, db: Database) -> None:
        with pytest.raises(DBAPIError) as caught, db.read() as connection:
            connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        trouble = refusal_of(caught.value)
        assert trouble is not None
        assert trouble.code == "database_unreachable"

    def test_server_that_is_not_there(self, db: Database) -> None:
        nowhere = Database(db.engine.url.set(host="/nonexistent").render_as_string(hide_password=False))
        assert not nowhere.reachable()
        with pytest.raises(DBAPIError) as caught, nowhere.read() as connection:
            connection.execute(text("SELECT 1"))
        trouble = refusal_of(caught.value)
        assert trouble is not None
        assert trouble.code == "database_unreachable"


@pytest.mark.sqlite
class TestSqlite:
    @pytest.fixture
    def db(self, sqlite_database: str) -> Iterator[Database]:
        made = Database(sqlite_database, sleep=lambda _seconds: None)
        yield made
        made.dispose()

    def test_pragmas(self, db: Database) -> None:
        with db.write() as connection:
            found = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "cache_size", "busy_timeout")
            }
        assert found == {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 0,
            "cache_size": -64 * 1024,
            "busy_timeout": kit.BUSY_TIMEOUT_MS,
        }

    def test_pragma_that_is_not_taken_stops_everything(self, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(kit, "BUSY_TIMEOUT_MS", -1)
        with pytest.raises(WrongPragma), db.write():
            pass

    def test_nested_write_is_told_instead_of_waiting_for_itself(self, db: Database) -> None:
        with db.write(), pytest.raises(RuntimeError, match="writing already"), db.write():
            pass
        with db.write():
            pass

    def test_writer_of_another_process_is_told_as_busy(self, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(kit, "BUSY_TIMEOUT_MS", 1)
        other = Database(db.engine.url.render_as_string())
        with other.write(), pytest.raises(Unavailable, match="database_busy"):
            db.run(lambda connection: connection.execute(text("SELECT 1")))
        other.dispose()

    def test_reader_does_not_wait_for_the_writer(self, db: Database) -> None:
        with db.write() as writing:
            writing.execute(text("CREATE TABLE later (id integer)"))
            with db.read() as reading:
                assert reading.execute(text("SELECT count(*) FROM sqlite_master")).scalar() == 0
