"""Turns what the row-writer wrote into one feed commit: images grouped by who may see them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Table

from domain.kernel import wire
from domain.kernel.audiences import Audiences, is_parent
from domain.kernel.channels import Audience, Row, masked
from domain.kernel.queries_sums import carried
from domain.kernel.tables import row_values, sync_info
from server_stub.sync import repository, repository_edits, repository_retention as retention
from server_stub.sync.deltas import Deltas
from server_stub.sync.network import NetworkTree
from server_stub.sync.repository_push import Commit


@dataclass(slots=True)
class Change:
    """What a command did to a row.

    Attributes:
        row: its last image, None when it is gone.
        before: its image before the command, None when it is new.
        version: of the last image, or of the tombstone.
    """

    table: Table
    row: Row | None
    before: Row | None
    version: int


class FeedJournal:
    """A row-writer's journal on the server.

    Attributes:
        bulk: rows are not fed one by one; the generation of every channel that they enter or leave is raised instead.
            So it is for what a moved dealer takes along, always: those rows do not change.
        written: rows written so far.
    """

    def __init__(
        self,
        connection: Connection,
        tree: NetworkTree,
        bulk: bool = False,
        now_ms: int = 0,
        device_id: str = "",
        person_name: str = "",
    ) -> None:
        """Args:
        tree: the network, for audiences.
        now_ms: the server's instant, kept with tombstones and edits.
        device_id, person_name: whose command it is.
        """
        self.bulk = bulk
        self.written = 0
        self._connection = connection
        self._now_ms = now_ms
        self._device_id = device_id
        self._person_name = person_name
        self._edits: list[tuple[Table, Row]] = []
        self._tree = tree
        self._audiences = Audiences(tree, self._row)
        self._changes: dict[tuple[str, str], Change] = {}
        self._deltas = Deltas()
        self._bulk_channels: set[str] = set()
        self._bulk_parents: dict[tuple[str, str], Row] = {}
        self._dead: list[Row] = []

    def inserted(self, table: Table, rows: Sequence[Row]) -> None:
        self.written += len(rows)
        if self.bulk:
            for row in rows:
                self._note_bulk(table, None, row)
            return
        for row in rows:
            self._changes[table.name, row["id"]] = Change(table, row, None, row["version"])

    def updated(self, table: Table, before: Row, after: Row) -> None:
        self.written += 1
        self._bulk_channels.update(self._tree.note(table, before, after))
        if sync_info(table).merged and self._device_id:
            self._edits.append((table, before))
        if self.bulk:
            self._note_bulk(table, before, after)
            return
        self._note(table, before, after, after["version"])

    def counted(self, table: Table, rows: Sequence[Row]) -> None:
        self.written += len(rows)
        for row in rows:
            # Counters move by one version at a time, and nothing that decides who sees a row is a counter.
            before = {**row, "version": row["version"] - 1} if row["version"] > 1 else None
            if self.bulk:
                self._note_bulk(table, before, row)
            elif before is not None:
                self._note(table, before, row, row["version"])
            else:
                self._changes[table.name, row["id"]] = Change(table, row, None, row["version"])

    def deleted(self, table: Table, before: Row) -> None:
        self.written += 1
        version = before["version"] + 1
        self._dead.append(
            {"table_name": table.name, "row_id": before["id"], "version": version, "deleted_at": self._now_ms}
        )
        if self.bulk:
            self._note_bulk(table, before, None)
            return
        self._note(table, before, None, version)

    def _note(self, table: Table, before: Row, after: Row | None, version: int) -> None:
        known = self._changes.get((table.name, before["id"]))
        self._changes[table.name, before["id"]] = Change(table, after, known.before if known else before, version)

    def read(self, table: Table, row_id: str) -> None:
        """Reads leave no trace on the server: rows are locked, not watched."""

    def _note_bulk(self, table: Table, before: Row | None, after: Row | None) -> None:
        row = after or before
        if row is not None and is_parent(table):
            self._bulk_parents[table.name, row["id"]] = row
        for image, sign in ((before, -1), (after, 1)):
            if image is not None:
                members, month = self._audiences.placed(table, image)
                self._deltas.note(members, str(table.name), month, image["id"], image["version"], sign)
                self._bulk_channels.update(channel for channel, _ in members)

    def flush(self, commit_id: str) -> None:
        """Write the commit's body and queue it for its number; nothing when nobody may see anything."""
        commit = self.gather(commit_id)
        if commit is not None:
            repository.store_commit(self._connection, *commit)

    def gather(self, commit_id: str) -> Commit | None:
        """The commit, for the caller to write; None when nobody may see anything. What goes with it is written."""
        if self._bulk_channels:
            repository.raise_generation(self._connection, sorted(self._bulk_channels))
        if self._dead:
            retention.add_tombstones(self._connection, self._dead)
        repository_edits.keep(self._connection, self._edits, (self._device_id, self._person_name), self._now_ms)
        groups = self._grouped()
        for move in self._tree.moves:
            taken_along = carried(self._connection, move.party_id)
            self._deltas.note_sums(move.left, taken_along, -1)
            self._deltas.note_sums(move.entered, taken_along, 1)
        sums = self._deltas.packed()
        commit = Commit(commit_id, *_assemble(groups), self._personal_ids(), sums) if groups or sums else None
        for kept in (self._changes, self._deltas, self._bulk_channels, self._bulk_parents, self._dead, self._edits):
            kept.clear()
        return commit

    def _personal_ids(self) -> str | None:
        ids = [row_id for (_, row_id), change in self._changes.items() if sync_info(change.table).personal]
        return ",".join(ids) or None

    def _grouped(self) -> dict[tuple[Audience, ...], dict[str, list[Change]]]:
        """Changes by audience, then table; tombstones for channels that a row has left."""
        groups: dict[tuple[Audience, ...], dict[str, list[Change]]] = defaultdict(lambda: defaultdict(list))
        formerly = Audiences(self._tree.before, self._row)
        for change in self._changes.values():
            now, month = self._audiences.placed(change.table, change.row)
            was, month_then = formerly.placed(change.table, change.before)
            name = str(change.table.name)
            if change.before is not None:
                self._deltas.note(was, name, month_then, change.before["id"], change.before["version"], -1)
            if change.row is not None:
                self._deltas.note(now, name, month, change.row["id"], change.version, 1)
            left = [entry for entry in was if entry[0] not in dict(now)]
            if now:
                groups[tuple(now)][change.table.name].append(change)
            if left:
                gone = Change(change.table, None, change.before, change.version)
                groups[tuple(left)][change.table.name].append(gone)
        return groups

    def _row(self, table: Table, row_id: str) -> Row | None:
        known = self._changes.get((table.name, row_id))
        if known is not None:
            return known.row or known.before
        return self._bulk_parents.get((table.name, row_id)) or repository.row_by_id(self._connection, table, row_id)


def _assemble(groups: dict[tuple[Audience, ...], dict[str, list[Change]]]) -> tuple[bytes, str]:
    """(body, entries as JSON): each distinct image list once, each channel with its slices."""
    body = bytearray()
    slices: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for members, tables in groups.items():
        # A device may read two channels of a row: the image that shows all of it comes last and holds.
        for mask in sorted({mask for _, mask in members}, key=lambda name: (name == "full", name)):
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
            gone.append((change.before["id"], change.version))
    return wire.Rows(str(table.name), rows, gone)
