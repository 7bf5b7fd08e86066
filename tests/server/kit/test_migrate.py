"""A migrated database has exactly the tables that the code declares, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import Column, MetaData, Text, inspect, text

from domain.kernel.clock import FixedClock
from server_stub.accounts.keys import load_key
from server_stub.bootstrap import prepare_database, server_device
from server_stub.kit import migrate
from server_stub.kit.database import Database
from server_stub.kit.errors import Unavailable
from server_stub.kit.tables import server_tables
from server_stub.migrations import schema

REMEDY = "run: python -m server_stub.migrations.make"


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    yield made
    made.dispose()


def test_migrated_schema_equals_the_tables_in_code(db: Database) -> None:
    assert not migrate.is_current(db)
    migrate.upgrade(db)
    assert migrate.is_current(db)
    with db.read() as connection:
        assert migrate.differences(connection, schema.load()) == [], REMEDY


def test_upgrade_again_changes_nothing(db: Database) -> None:
    migrate.upgrade(db)
    with db.write() as connection:
        connection.execute(text("INSERT INTO server_meta (key, value) VALUES ('kept', 'yes')"))
    migrate.upgrade(db)
    with db.read() as connection:
        assert connection.execute(text("SELECT value FROM server_meta")).scalar() == "yes"


def test_a_difference_is_noticed(db: Database) -> None:
    migrate.upgrade(db)
    changed = MetaData()
    for table in schema.load().tables.values():
        table.to_metadata(changed)
    changed.tables["credential"].append_column(Column("forgotten", Text))
    changed.remove(changed.tables["session"])
    with db.read() as connection:
        found = {each[0] for each in migrate.differences(connection, changed) if isinstance(each, tuple)}
    assert {"add_column", "remove_table"} <= found


def test_processes_that_upgrade_at_once_wait_for_each_other(db: Database, database_url: str) -> None:
    failures: list[BaseException] = []

    def work() -> None:
        mine = Database(database_url)
        try:
            prepare_database(mine, FixedClock(1))
        except Exception as error:  # noqa: BLE001 - told by the assertion below
            failures.append(error)
        finally:
            mine.dispose()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert migrate.is_current(db)


def test_secrets_are_made_once(db: Database) -> None:
    prepare_database(db, FixedClock(1))
    first = server_device(db, FixedClock(1)).key.private_bytes_raw()
    prepare_database(db, FixedClock(2))
    assert server_device(db, FixedClock(2)).key.private_bytes_raw() == first


def test_missing_secret_is_told(db: Database) -> None:
    migrate.upgrade(db)
    with db.read() as connection, pytest.raises(Unavailable, match="not_initialised"):
        load_key(connection, "tokens")


def test_ids_are_uuids_where_the_database_has_them(db: Database, database_kind: str) -> None:
    migrate.upgrade(db)
    columns = {column["name"]: column["type"] for column in inspect(db.engine).get_columns("device")}
    assert str(columns["id"]) == ("UUID" if database_kind == "postgresql" else "TEXT")


def test_accounts_tables_are_the_servers_alone() -> None:
    schema.load()
    names = {table.name for table in server_tables()}
    assert {"credential", "device", "session", "server_key"} <= names
