"""Rows are written through the row-writer and repositories, and statements stand where their file's name says so."""

from __future__ import annotations

import pytest

from tests.architecture.lints.sources import PRODUCT, Source, expect_none, load
from tests.architecture.lints.sql import check_reading, check_writing


def test_rows_are_written_through_the_doors() -> None:
    expect_none(found for source in load(*PRODUCT) for found in check_writing(source))


def test_statements_stand_in_their_files() -> None:
    expect_none(found for source in load(*PRODUCT) for found in check_reading(source))


@pytest.mark.parametrize(
    "planted",
    [
        "from sqlalchemy import insert",
        "from sqlalchemy.dialects.postgresql import insert as upsert",
        "import sqlalchemy as sa\nsa.update(orders)",
        "from sqlalchemy.dialects import sqlite\nsqlite.insert(orders)",
        "connection.execute(orders.delete())",
        "orders.insert().values(id=1)",
        "self.session.add(order)",
        "session.delete(order)",
        "statement = 'INSERT INTO orders VALUES (1)'",
        "statement = 'update orders set state = 1'",
        "statement = f'DELETE FROM {table}'",
        "statement = 'WITH x AS (SELECT 1) INSERT INTO orders SELECT * FROM x'",
    ],
)
def test_planted_write_is_found(planted: str) -> None:
    assert len(check_writing(Source("domain/orders/handlers.py", planted))) == 1


@pytest.mark.parametrize(
    "path",
    [
        "domain/kernel/rowwriter.py",
        "domain/kernel/rowwriter_bulk.py",
        "server_stub/settlement/repository.py",
        "server_stub/migrations/versions/0001.py",
        "desktop/store/outbox.py",
        "tests/server/test_push.py",
    ],
)
def test_doors_may_write(path: str) -> None:
    assert check_writing(Source(path, "from sqlalchemy import insert")) == []


@pytest.mark.parametrize(
    "path", ["domain/orders/queries.py", "domain/kernel/outcome.py", "server_stub/kit/database.py"]
)
def test_nobody_else_may_write(path: str) -> None:
    assert len(check_writing(Source(path, "from sqlalchemy import insert"))) == 1


@pytest.mark.parametrize(
    "innocent",
    [
        "lines.insert(0, line)",
        "values.update(other)",
        "chosen.update(a=1)",
        "requests.delete(url)",
        "self.delete()",
        "names.add(name)",
        '"""UPDATE orders SET state = 1 is what this avoids."""',
        "text = 'Update the list'",
    ],
)
def test_namesakes_pass(innocent: str) -> None:
    assert check_writing(Source("desktop/sync/pusher.py", innocent)) == []


@pytest.mark.parametrize(
    "planted",
    [
        "from sqlalchemy import Connection, select",
        "import sqlalchemy\nsqlalchemy.select(1)",
        "from sqlalchemy import text as sql",
        "connection.exec_driver_sql('PRAGMA x')",
    ],
)
def test_planted_query_is_found(planted: str) -> None:
    assert len(check_reading(Source("desktop/features/orders/operations.py", planted))) == 1


@pytest.mark.parametrize(
    "path",
    [
        "domain/orders/queries.py",
        "domain/orders/queries_reports.py",
        "server_stub/accounts/repository.py",
        "server_stub/kit/database.py",
        "server_stub/sync/feed.py",
        "desktop/store/cache.py",
    ],
)
def test_query_files_may_read(path: str) -> None:
    assert check_reading(Source(path, "from sqlalchemy import select, text")) == []


def test_table_definitions_may_hold_conditions_but_no_queries() -> None:
    assert check_reading(Source("domain/stock/model.py", "from sqlalchemy import text")) == []
    assert len(check_reading(Source("domain/stock/model.py", "from sqlalchemy import select"))) == 1
