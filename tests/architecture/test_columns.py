"""Rows travel and are kept as arrays in column order: bodies of the feed, layers, older programs. So columns are only
ever appended, and never go, once a program with them has left the house.
``python -m tests.architecture.test_columns`` writes down what there is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import Column, MetaData, Table, Text

from domain import registry
from domain.kernel.tables import synced_tables

KEPT = Path(__file__).with_name("columns.json")
Columns = Mapping[str, Sequence[str]]


def loaded() -> list[Table]:
    """The synced tables of every noun."""
    assert registry.commands()
    return synced_tables()


def columns_of(tables: Sequence[Table]) -> dict[str, list[str]]:
    """Table → its columns in order."""
    return {str(table.name): [str(column.name) for column in table.columns] for table in tables}


def moved(kept: Columns, now: Columns) -> list[str]:
    """Tables whose columns are no longer the kept ones, with or without new ones behind."""
    return [name for name, columns in kept.items() if list(now.get(name, ()))[: len(columns)] != list(columns)]


def test_columns_of_synced_tables_are_only_appended() -> None:
    now = columns_of(loaded())
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    assert moved(kept, now) == [], "append columns; an older program reads rows by their place"
    assert kept.keys() == now.keys(), "a table came or went: python -m tests.architecture.test_columns"


def test_a_column_between_others_is_seen() -> None:
    kept = {"thing": ["id", "name"]}
    for columns, wrong in ((("id", "name", "new"), []), (("id", "new", "name"), ["thing"]), (("id",), ["thing"])):
        made = Table("thing", MetaData(), *[Column(name, Text) for name in columns])
        assert moved(kept, columns_of([made])) == wrong


if __name__ == "__main__":
    KEPT.write_text(json.dumps(columns_of(loaded()), indent=1) + "\n", encoding="utf-8")
