"""The one door to synced tables: every write passes here and tells the journal.

On the server the journal turns writes into feed entries; on a counter it keeps what undoes them. A lint forbids other
DML on synced tables. Source: SYNC points 1, 10, 16.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Protocol

from sqlalchemy import Connection, Delete, Insert, Select, Table, Update, bindparam, delete, insert, select, update

from domain.kernel.channels import Row
from domain.kernel.errors import NotFound
from domain.kernel.tables import complete

# Statements are made once per table: building them anew cost more than running them.


@cache
def _select_one(table: Table) -> Select[Any]:
    return select(table).where(table.c.id == bindparam("row_id"))


@cache
def _select_many(table: Table, locking: bool) -> Select[Any]:
    statement = select(table).where(table.c.id.in_(bindparam("row_ids", expanding=True))).order_by(table.c.id)
    return statement.with_for_update() if locking else statement


@cache
def _insert(table: Table) -> Insert:
    return insert(table)


@cache
def _update(table: Table, changed: tuple[str, ...]) -> Update:
    values = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in changed}
    return update(table).where(table.c.id == bindparam("row_id")).values(values)


@cache
def _delete(table: Table) -> Delete:
    return delete(table).where(table.c.id == bindparam("row_id"))


@cache
def _add(table: Table, columns: tuple[str, ...], dialect: str) -> Any:
    # Of the dialect in force, which is loaded: a counter's start must not pay for the server's.
    statement = importlib.import_module(f"sqlalchemy.dialects.{dialect}").insert(table)
    changes: dict[str, Any] = {name: table.c[name] + statement.excluded[name] for name in (*columns, "version")}
    if "as_of" in table.c:
        changes["as_of"] = statement.excluded["as_of"]
    upsert: Any = statement.on_conflict_do_update(index_elements=[table.c.id], set_=changes)
    return upsert.returning(*table.c)


class Journal(Protocol):
    """What is told about each read and write of a command, in order."""

    def inserted(self, table: Table, rows: Sequence[Row]) -> None:
        """New rows."""

    def updated(self, table: Table, before: Row, after: Row) -> None:
        """One row changed."""

    def counted(self, table: Table, rows: Sequence[Row]) -> None:
        """Counters moved (server only); *rows* are the images after."""

    def deleted(self, table: Table, before: Row) -> None:
        """One row gone."""

    def read(self, table: Table, row_id: str) -> None:
        """A row was looked at: the command depends on it."""


class RowWriter:
    """Reads and writes rows of synced tables for one command in one transaction.

    Attributes:
        connection: the transaction's connection.
        authority: on the server versions rise and rows are locked; on a counter a new row has version 0 and a changed
            row keeps the version it had.
    """

    def __init__(self, connection: Connection, journal: Journal, *, authority: bool) -> None:
        self.connection = connection
        self.authority = authority
        self._journal = journal
        self._locking = authority and connection.dialect.name == "postgresql"

    def get(self, table: Table, row_id: str | None) -> Row | None:
        """The row, or None; remembered as read."""
        if not row_id:
            return None
        self._journal.read(table, row_id)
        found = self.connection.execute(_select_one(table), {"row_id": row_id}).mappings().first()
        return dict(found) if found else None

    def looked_at(self, table: Table, row_ids: Iterable[str]) -> None:
        """These rows were read by other means than :meth:`get`: the command depends on them."""
        for row_id in sorted(set(row_ids)):
            self._journal.read(table, row_id)

    def require(self, table: Table, row_id: str | None) -> Row:
        """The row.

        Raises:
            NotFound: there is none here.
        """
        row = self.get(table, row_id)
        if row is None:
            raise NotFound("not_found", what=str(table.name), id=row_id or "")
        return row

    def lock(self, table: Table, row_ids: Iterable[str]) -> dict[str, Row]:
        """Rows by id, locked in key order where the database locks rows."""
        ids = sorted(set(row_ids))
        for row_id in ids:
            self._journal.read(table, row_id)
        statement = _select_many(table, self._locking)
        return {row["id"]: dict(row) for row in self.connection.execute(statement, {"row_ids": ids}).mappings()}

    def insert(self, table: Table, rows: Sequence[Row] | Row) -> list[Row]:
        """Insert rows; missing columns are blank. Returns the whole rows."""
        given = [rows] if isinstance(rows, dict) else rows
        if not given:
            return []
        version = 1 if self.authority else 0
        full = [complete(table, {**row, "version": version}) for row in given]
        self.connection.execute(_insert(table), full)
        self._journal.inserted(table, full)
        return full

    def update(self, table: Table, row_id: str, **changes: Any) -> Row:
        """Change one row under its lock; returns it as it is now.

        Raises:
            NotFound: there is none here.
        """
        before = self.lock(table, [row_id]).get(row_id)
        if before is None:
            raise NotFound("not_found", what=str(table.name), id=row_id)
        after = complete(table, {**before, **changes, "version": before["version"] + (1 if self.authority else 0)})
        if after == before:
            return before
        changed = {name: value for name, value in after.items() if value != before[name]}
        values = {f"new_{name}": value for name, value in changed.items()}
        self.connection.execute(_update(table, tuple(changed)), {"row_id": row_id, **values})
        self._journal.updated(table, before, after)
        return after

    def count(self, table: Table, rows: Sequence[Row], columns: Sequence[str]) -> list[Row]:
        """Add to counters: insert each row, or add its *columns* to the row that has its id (server only).

        Rows with one id are merged first; the rest of a row is written only when it is new, but for ``as_of``, which
        is always the newest. Returns the images after, in key order.
        """
        if not self.authority:
            raise RuntimeError(f"{table.name} is projected by the server")
        if not rows:
            return []
        merged: dict[str, Row] = {}
        for row in rows:
            known = merged.setdefault(row["id"], {**row, **dict.fromkeys(columns, 0)})
            for column in columns:
                known[column] += row[column]
        full = [complete(table, {**merged[key], "version": 1}) for key in sorted(merged)]
        statement = _add(table, tuple(columns), self.connection.dialect.name)
        after = [dict(row) for row in self.connection.execute(statement, full).mappings()]
        self._journal.counted(table, after)
        return after

    def delete(self, table: Table, row_id: str) -> None:
        """Remove one row; audiences get a tombstone. Nothing happens when it is gone already."""
        before = self.lock(table, [row_id]).get(row_id)
        if before is None:
            return
        self.connection.execute(_delete(table), {"row_id": row_id})
        self._journal.deleted(table, before)
