"""Turns what the row-writer wrote into one feed commit: images grouped by who may see them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, Table

from domain.kernel import wire
from domain.kernel.channels import Audience, Row, Tree, audience, masked
from domain.kernel.tables import metadata, row_values, sync_info
from server_stub.sync import repository


@dataclass(slots=True)
class Change:
    """The last image of a row in this command; ``gone_from`` are channels it left."""

    table: Table
    row: Row | None
    before: Row | None


@dataclass(slots=True)
class FeedJournal:
    """A row-writer's journal on the server.

    Attributes:
        tree: the network, for audiences.
        bulk: rows are not fed one by one; the generation of their channels is raised instead.
        written: rows written so far.
    """

    connection: Connection
    tree: Tree
    bulk: bool = False
    written: int = 0
    _changes: dict[tuple[str, str], Change] = field(default_factory=dict)
    _bulk_channels: set[str] = field(default_factory=set)

    def inserted(self, table: Table, rows: Sequence[Row]) -> None:
        self.written += len(rows)
        if self.bulk:
            self._note_bulk(table, rows)
            return
        for row in rows:
            self._changes[table.name, row["id"]] = Change(table, row, None)

    def updated(self, table: Table, before: Row, after: Row) -> None:
        self.written += 1
        known = self._changes.get((table.name, after["id"]))
        self._changes[table.name, after["id"]] = Change(table, after, known.before if known else before)

    def counted(self, table: Table, rows: Sequence[Row]) -> None:
        self.inserted(table, rows)

    def deleted(self, table: Table, before: Row) -> None:
        self.written += 1
        known = self._changes.get((table.name, before["id"]))
        self._changes[table.name, before["id"]] = Change(table, None, known.before if known else before)

    def read(self, table: Table, row_id: str) -> None:
        """Reads leave no trace on the server: rows are locked, not watched."""

    def _note_bulk(self, table: Table, rows: Sequence[Row]) -> None:
        info = sync_info(table)
        if info.inherit is not None:
            return  # the parent's channels are raised by the parent, written in the same batch
        seen: set[tuple[object, ...]] = set()
        columns = [rule.column for rule in info.rules if rule.column]
        for row in rows:
            key = tuple(row[column] for column in columns)
            if key not in seen:
                seen.add(key)
                self._bulk_channels.update(channel for channel, _ in audience(info.rules, row, self.tree))

    def flush(self, commit_id: str) -> None:
        """Write the commit's body and queue it for its number; nothing when nobody may see anything."""
        if self._bulk_channels:
            repository.raise_generation(self.connection, sorted(self._bulk_channels))
        groups = self._grouped()
        if groups:
            body, entries = _assemble(groups)
            personal = self._personal_ids()
            repository.store_commit(self.connection, commit_id, body, entries, personal)
        self._changes.clear()
        self._bulk_channels.clear()

    def _personal_ids(self) -> str | None:
        ids = [row_id for (_, row_id), change in self._changes.items() if sync_info(change.table).personal]
        return ",".join(ids) or None

    def _grouped(self) -> dict[tuple[Audience, ...], dict[str, list[Change]]]:
        """Changes by audience, then table; tombstones for channels that a row has left."""
        groups: dict[tuple[Audience, ...], dict[str, list[Change]]] = defaultdict(lambda: defaultdict(list))
        for change in self._changes.values():
            now = self._audience(change.table, change.row)
            left = [entry for entry in self._audience(change.table, change.before) if entry[0] not in dict(now)]
            if now:
                groups[tuple(now)][change.table.name].append(change)
            if left and change.before is not None:
                gone = Change(change.table, None, change.before)
                groups[tuple(left)][change.table.name].append(gone)
        return groups

    def _audience(self, table: Table, row: Row | None) -> list[Audience]:
        if row is None:
            return []
        info = sync_info(table)
        if info.inherit is None:
            return audience(info.rules, row, self.tree)
        parent = self._row(metadata.tables[info.inherit.parent], row[info.inherit.column])
        if parent is None:
            return []
        rules = sync_info(metadata.tables[info.inherit.parent]).rules
        return audience([rule for rule in rules if rule.kind in info.inherit.only], parent, self.tree)

    def _row(self, table: Table, row_id: str) -> Row | None:
        known = self._changes.get((table.name, row_id))
        if known is not None:
            return known.row or known.before
        return repository.row_by_id(self.connection, table, row_id)


def _assemble(groups: dict[tuple[Audience, ...], dict[str, list[Change]]]) -> tuple[bytes, str]:
    """(body, entries as JSON): each distinct image list once, each channel with its slices."""
    body = bytearray()
    slices: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for members, tables in groups.items():
        for mask in sorted({mask for _, mask in members}):
            packed = wire.encode([_rows(changes, mask) for changes in tables.values()])
            start = len(body)
            body += packed
            for channel, of in members:
                if of == mask:
                    slices[channel].append((start, len(body)))
    return bytes(body), json.dumps(slices, separators=(",", ":"))


def _rows(changes: list[Change], mask: str) -> wire.Rows:
    table = changes[0].table
    veil = sync_info(table).masks.get(mask)
    rows, gone = [], []
    for change in changes:
        if change.row is not None:
            rows.append(row_values(table, masked(change.row, veil) if veil else change.row))
        elif change.before is not None:
            gone.append(change.before["id"])
    return wire.Rows(str(table.name), rows, gone)
