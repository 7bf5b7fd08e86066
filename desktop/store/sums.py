"""This PC's sums of what the server showed it: kept with every write of server rows, counted anew when in doubt.

They are of the server's layer: rows that a pending command made (version 0) are not in them, and a row that a pending
command changed keeps its version. Source: SYNC point 20.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam, select

from desktop.store.cache import get_meta, set_meta
from desktop.store.undo import row_before
from domain.kernel.audiences import Audiences, deciding_rules
from domain.kernel.channels import Row
from domain.kernel.history import deciding, history_of
from domain.kernel.queries_scope import Scope
from domain.kernel.queries_sums import counted
from domain.kernel.sums import BITS, Sums, add, row_number
from domain.kernel.tables import metadata, sync_info
from domain.parties import queries as parties, rules
from domain.parties.queries import ids_below

_OF, _COUNTED_AT = "sums_of", "sums_counted_at"
_AT_ONCE = 500


def channels_of(connection: Connection) -> list[str] | None:
    """The channels whose sums are kept, None while nothing has been counted."""
    kept = get_meta(connection, _OF)
    return json.loads(kept) if kept else None


def counted_at(connection: Connection) -> int:
    """When the rows were last counted, 0 for never (ms)."""
    return int(get_meta(connection, _COUNTED_AT) or 0)


def kept(connection: Connection) -> Sums:
    """The sums as they are kept."""
    found = connection.exec_driver_sql("SELECT channel, table_name, month, total FROM local_sum WHERE total <> 0")
    return {(row[0], row[1], row[2]): row[3] for row in found}


def count(connection: Connection, channels: Sequence[str]) -> Sums | None:
    """The sums of the rows that are here; None while a pending command hides one of them, or shows it to others."""
    if connection.exec_driver_sql("SELECT 1 FROM undo WHERE op = 'D' LIMIT 1").first() is not None:
        return None
    if _shown_to_others(connection):
        return None
    sums: Sums = {}
    for channel in channels:
        sums.update(counted(connection, Scope((channel,), ids_below)))
    return sums


def _shown_to_others(connection: Connection) -> bool:
    """Whether a pending command changed who sees a row of the server's: a shop's own product is everybody's now."""
    changed = connection.exec_driver_sql("SELECT table_name, row_id, before FROM undo WHERE op = 'U' ORDER BY n DESC")
    below = {(table_name, row_id): before for table_name, row_id, before in changed}
    for (table_name, row_id), before in below.items():
        table = metadata.tables[table_name]
        decide = () if sync_info(table).inherit else deciding_rules(table)[1]
        now = connection.execute(select(table).where(table.c.id == row_id)).mappings().first() if decide else None
        was = row_before(table, before)
        if now is not None and any(was[name] != now[name] for name in decide):
            return True
    return False


def keep(connection: Connection, channels: Sequence[str], sums: Sums, now_ms: int) -> None:
    """Put counted sums in the place of the kept ones."""
    connection.exec_driver_sql("DELETE FROM local_sum")
    if sums:
        rows = [(*key, number) for key, number in sums.items()]
        connection.exec_driver_sql("INSERT INTO local_sum VALUES (?, ?, ?, ?)", rows)
    set_meta(connection, _OF, json.dumps(sorted(channels)))
    set_meta(connection, _COUNTED_AT, str(now_ms))


def moving(connection: Connection, touched: Iterable[tuple[str, str]], write: Callable[[], None]) -> None:
    """Run *write*, which changes rows of the server's layer, and move the sums by what it did to *touched* rows.

    Each row is looked at before and after, so whatever the merge decides (an older version, a tombstone, another
    audience) the sums follow what is really here.
    """
    channels = channels_of(connection)
    if channels is None:
        write()
        return
    ids: dict[str, list[str]] = defaultdict(list)
    for table_name, row_id in touched:
        ids[table_name].append(row_id)
    change: Sums = {}
    _add_rows(connection, ids, frozenset(channels), change, -1)
    write()
    _add_rows(connection, ids, frozenset(channels), change, 1)
    moved = [(*key, number, BITS) for key, number in change.items() if number]
    if moved:
        connection.exec_driver_sql(
            "INSERT INTO local_sum VALUES (?1, ?2, ?3, ?4) ON CONFLICT (channel, table_name, month)"
            " DO UPDATE SET total = (total + ?4) & ?5",
            moved,
        )


@dataclass(slots=True)
class _Parents:
    """Rows that decide about their children, read once; the tree of this PC's parties."""

    connection: Connection
    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    known: dict[str, Sequence[str]] = field(default_factory=dict)

    def read(self, table: Table, ids: Iterable[str]) -> None:
        """Read what the children of these rows will ask for."""
        wanted = sorted({one for one in ids if (table.name, one) not in self.rows})
        for start in range(0, len(wanted), _AT_ONCE):
            for row in _rows(self.connection, table, wanted[start : start + _AT_ONCE]):
                self.rows[table.name, row["id"]] = row

    def find(self, table: Table, row_id: str) -> Row | None:
        return self.rows.get((str(table.name), row_id))

    def ancestors(self, party_id: str) -> Sequence[str]:
        found = self.known.get(party_id)
        if found is None:
            row = parties.party_by_id(self.connection, party_id)
            found = self.known[party_id] = rules.ancestors(row) if row else ()
        return found


def _rows(connection: Connection, table: Table, ids: Sequence[str]) -> list[Row]:
    """Id, version and what decides about a row: who sees it, its month, or its parent."""
    if len(ids) == 1:  # mostly: a list would be written into the statement anew
        found = connection.execute(_deciding_columns(table, one=True), {"id": ids[0]})
    else:
        found = connection.execute(_deciding_columns(table, one=False), {"ids": list(ids)})
    return [dict(row) for row in found.mappings()]


@cache
def _deciding_columns(table: Table, *, one: bool) -> Select[Any]:
    inherit, history = sync_info(table).inherit, history_of(table)
    names = {"id", "version"} | ({inherit.column} if inherit else set(_columns(table)))
    if history is not None and inherit is None:
        names.add(history.date)
    wanted = table.c.id == bindparam("id") if one else table.c.id.in_(bindparam("ids", expanding=True))
    return select(*(table.c[name] for name in sorted(names))).where(wanted, table.c.version > 0)


def _columns(table: Table) -> Iterable[str]:
    """What the rules of a table and of its children look at."""
    return {rule.column for rule in sync_info(table).rules if rule.column} | set(deciding_rules(table)[1])


def _add_rows(
    connection: Connection, ids: dict[str, list[str]], channels: frozenset[str], sums: Sums, sign: int
) -> None:
    parents = _Parents(connection)
    audiences = Audiences(parents, parents.find)
    for table_name, wanted in ids.items():
        table = metadata.tables[table_name]
        inherit = sync_info(table).inherit
        for start in range(0, len(wanted), _AT_ONCE):
            rows = _rows(connection, table, wanted[start : start + _AT_ONCE])
            if inherit is not None:
                parents.read(deciding(table), [row[inherit.column] for row in rows])
            for row in rows:
                members, month = audiences.placed(table, row)
                number = sign * row_number(table_name, row["id"], row["version"])
                for channel, _mask in members:
                    if channel in channels:
                        add(sums, (channel, table_name, month), number)
