"""Pages by key over a real table are the same rows that counting from the first would give, and cost no such count."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given, strategies as st

from desktop.widgets.grid import KeysetSource, Query
from desktop.widgets.grid.anchors import AnchorBook
from desktop.widgets.grid.keyset import STEP

ROWS = 12_345


class Table:
    """Rows (id, amount) with many equal amounts; remembers how far each read skipped."""

    def __init__(self) -> None:
        self.skipped: list[int] = []
        self.database = sqlite3.connect(":memory:")
        self.database.execute("CREATE TABLE line (id INTEGER PRIMARY KEY, amount INT)")
        chance = random.Random(7)
        rows = ((number, chance.randrange(50)) for number in range(ROWS))
        self.database.executemany("INSERT INTO line VALUES (?, ?)", rows)
        self.database.execute("CREATE INDEX by_amount ON line (amount, id)")

    def count(self, query: Query) -> int:
        return int(self.database.execute("SELECT count(*) FROM line").fetchone()[0])

    def fetch(self, query: Query, after: Any, skip: int, n: int) -> Sequence[Any]:
        self.skipped.append(skip)
        order, compare = ("DESC", "<") if query.descending else ("ASC", ">")
        where = f"WHERE (amount, id) {compare} (?, ?)" if after is not None else ""
        sql = f"SELECT id, amount FROM line {where} ORDER BY amount {order}, id {order} LIMIT ? OFFSET ?"
        return self.database.execute(sql, (*(after or ()), n, skip)).fetchall()

    def all(self, query: Query) -> list[Any]:
        return list(self.fetch(query, None, 0, ROWS + 10))


def source_of(table: Table) -> KeysetSource:
    return KeysetSource(table.count, table.fetch, lambda query, row: (row[1], row[0]), lambda row: row[0])


@pytest.fixture
def table() -> Iterator[Table]:
    table = Table()
    yield table
    table.database.close()


@pytest.mark.parametrize("descending", [False, True])
def test_pages_and_jumps_give_the_rows_that_stand_there(table: Table, descending: bool) -> None:
    query = Query("amount", descending)
    truth = table.all(query)
    source = source_of(table)
    assert source.count(query) == ROWS
    chance = random.Random(3)
    for first in (0, 64, 128, ROWS - 10, *(chance.randrange(ROWS) for _ in range(200)), 0, 1):
        assert list(source.rows(query, first, 64)) == truth[first : first + 64]


def test_paging_on_skips_nothing(table: Table) -> None:
    source, query = source_of(table), Query("amount")
    source.count(query)
    for first in range(0, 6_400, 64):
        source.rows(query, first, 64)
    assert table.skipped == [0] * 100


def test_once_warm_no_jump_skips_more_than_a_step(table: Table) -> None:
    source, query = source_of(table), Query("amount")
    source.count(query)
    while not source.warm(query):
        pass
    table.skipped.clear()
    chance = random.Random(5)
    for _ in range(200):
        source.rows(query, chance.randrange(ROWS), 64)
    assert max(table.skipped) <= STEP


def test_rows_that_came_make_it_learn_again(table: Table) -> None:
    source, query = source_of(table), Query("amount")
    source.count(query)
    source.rows(query, 5_000, 64)
    table.database.execute("INSERT INTO line VALUES (-1, -1)")
    assert source.count(query) == ROWS + 1
    assert list(source.rows(query, 5_064, 2)) == table.all(query)[5_064:5_066]


def test_rows_that_moved_need_to_be_told(table: Table) -> None:
    source, query = source_of(table), Query("amount")
    source.count(query)
    source.rows(query, 5_000, 64)
    table.database.execute("UPDATE line SET amount = -1 WHERE id > 12000")
    source.forget()
    source.count(query)
    assert list(source.rows(query, 5_064, 2)) == table.all(query)[5_064:5_066]


def test_a_query_that_was_never_counted_is_not_warmed(table: Table) -> None:
    assert source_of(table).warm(Query("amount"))


@given(st.dictionaries(st.integers(0, 200), st.text(max_size=2)), st.integers(0, 210))
def test_the_anchor_is_the_last_known_row_before(known: dict[int, str], asked: int) -> None:
    book = AnchorBook()
    for number, key in known.items():
        book.learn(number, key)
    before = [number for number in known if number < asked]
    assert book.before(asked) == ((max(before), known[max(before)]) if before else None)
    assert len(book) == len(known)
