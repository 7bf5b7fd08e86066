"""Layers: what each pending command did to the cache, so that it can be taken off again and put back on top.

Source: SYNC points 2, 10. A layer holds per row what was there before; reads are kept too, because a command that
looked at a row must be applied again when that row changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec
from sqlalchemy import Connection, Table

from desktop.store.cache import delete_sql, upsert_sql
from domain.kernel.channels import Row
from domain.kernel.tables import blank, metadata, row_values

INSERTED, UPDATED, DELETED, READ = "I", "U", "D", "R"
Touched = set[tuple[str, str]]
"""(table name, row id)."""


@dataclass(slots=True)
class UndoJournal:
    """A row-writer's journal on a counter: collects one command's layer.

    Attributes:
        changed: ids of rows written, by table: the change set of the command.
    """

    changed: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _entries: list[tuple[str, str, str, bytes | None]] = field(default_factory=list)
    _seen: Touched = field(default_factory=set)
    _looked: Touched = field(default_factory=set)

    def inserted(self, table: Table, rows: Sequence[Row]) -> None:
        for row in rows:
            self._note(INSERTED, table, row["id"], None)

    def updated(self, table: Table, before: Row, after: Row) -> None:
        if (table.name, after["id"]) not in self._seen:
            self._note(UPDATED, table, after["id"], _packed(table, before))
        self.changed[table.name].add(after["id"])

    def counted(self, table: Table, rows: Sequence[Row]) -> None:
        raise RuntimeError(f"{table.name} is projected by the server")

    def deleted(self, table: Table, before: Row) -> None:
        self._note(DELETED, table, before["id"], _packed(table, before))

    def read(self, table: Table, row_id: str) -> None:
        self._looked.add((table.name, row_id))

    def _note(self, op: str, table: Table, row_id: str, before: bytes | None) -> None:
        self._seen.add((table.name, row_id))
        self._entries.append((op, table.name, row_id, before))
        self.changed[table.name].add(row_id)

    def flush(self, connection: Connection, sequence: int) -> None:
        """Write the layer of command *sequence*."""
        only_read = self._looked - self._seen
        entries = [(sequence, *entry) for entry in self._entries]
        entries += [(sequence, READ, table, row_id, None) for table, row_id in sorted(only_read)]
        if entries:
            connection.exec_driver_sql(
                "INSERT INTO undo (sequence, op, table_name, row_id, before) VALUES (?, ?, ?, ?, ?)", entries
            )


def _packed(table: Table, row: Row) -> bytes:
    return msgspec.msgpack.encode(row_values(table, row))


def row_before(table: Table, before: bytes) -> Row:
    """What a layer keeps of a row that it changed."""
    return {**blank(table), **dict(zip(blank(table), msgspec.msgpack.decode(before), strict=False))}


def pending(connection: Connection) -> list[int]:
    """Sequences that have a layer, oldest first."""
    found = connection.exec_driver_sql("SELECT DISTINCT sequence FROM undo ORDER BY sequence")
    return [int(row[0]) for row in found]


def affected(connection: Connection, touched: Iterable[tuple[str, str]], acknowledged: Iterable[int]) -> list[int]:
    """Sequences whose layers must come off: those that met the page, the acknowledged, and what stands on them."""
    connection.exec_driver_sql("CREATE TEMP TABLE IF NOT EXISTS met (table_name TEXT, row_id TEXT)")
    connection.exec_driver_sql("DELETE FROM temp.met")
    pairs = list(touched)
    if pairs:
        connection.exec_driver_sql("INSERT INTO temp.met VALUES (?, ?)", pairs)
    found = {
        int(row[0])
        for row in connection.exec_driver_sql(
            "SELECT DISTINCT u.sequence FROM temp.met m JOIN undo u ON u.table_name = m.table_name"
            " AND u.row_id = m.row_id"
        )
    }
    found |= set(acknowledged)
    grown = set(found)
    while grown:
        grown = _standing_on(connection, grown) - found
        found |= grown
    return sorted(found)


def _standing_on(connection: Connection, sequences: set[int]) -> set[int]:
    """Later sequences that wrote or read a row which one of *sequences* wrote."""
    connection.exec_driver_sql("CREATE TEMP TABLE IF NOT EXISTS base (sequence INTEGER PRIMARY KEY)")
    connection.exec_driver_sql("DELETE FROM temp.base")
    connection.exec_driver_sql("INSERT INTO temp.base VALUES (?)", [(one,) for one in sorted(sequences)])
    found = connection.exec_driver_sql(
        "SELECT DISTINCT later.sequence FROM temp.base b JOIN undo u ON u.sequence = b.sequence AND u.op <> 'R'"
        " JOIN undo later ON later.table_name = u.table_name AND later.row_id = u.row_id"
        " AND later.sequence > u.sequence"
    )
    return {int(row[0]) for row in found}


def take_off(connection: Connection, sequences: Sequence[int], replaced: Touched) -> dict[str, set[str]]:
    """Undo the layers newest first and forget them; rows that the page replaces anyway are left to it.

    Returns the rows that changed, by table.
    """
    if not sequences:
        return {}  # an empty list of parameters is no statement for the driver
    changed: dict[str, set[str]] = defaultdict(set)
    inserted: dict[str, list[tuple[str]]] = defaultdict(list)
    for sequence in sorted(sequences, reverse=True):
        entries = connection.exec_driver_sql(
            "SELECT op, table_name, row_id, before FROM undo WHERE sequence = ? AND op <> 'R' ORDER BY n DESC",
            (sequence,),
        ).all()
        for op, table_name, row_id, before in entries:
            changed[table_name].add(row_id)
            if op != INSERTED:
                _restore(connection, table_name, before)
            elif (table_name, row_id) not in replaced:
                inserted[table_name].append((row_id,))
    for table_name, ids in inserted.items():
        connection.exec_driver_sql(delete_sql(metadata.tables[table_name]), ids)
    connection.exec_driver_sql("DELETE FROM undo WHERE sequence = ?", [(one,) for one in sequences])
    return changed


def _restore(connection: Connection, table_name: str, before: bytes) -> None:
    values = msgspec.msgpack.decode(before)
    table = metadata.tables[table_name]
    connection.exec_driver_sql(delete_sql(table), (values[0],))
    write_rows(connection, upsert_sql(table), table, [values])


def write_rows(connection: Connection, sql: str, table: Table, rows: Sequence[Sequence[object]]) -> int:
    """Write images in bulk; shorter ones come from an older side and are filled, longer ones cut. Returns how many
    were written.
    """
    if not rows:
        return 0
    width = len(blank(table))
    if len(rows[0]) == width:
        images = rows if isinstance(rows[0], tuple) else [tuple(row) for row in rows]
    else:
        rest = list(blank(table).values())
        images = [(*row[:width], *rest[len(row) :]) for row in rows]
    return connection.exec_driver_sql(sql, images).rowcount
