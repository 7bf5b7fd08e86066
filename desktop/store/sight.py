"""What this PC holds and may no longer: asked of its own rows by the rules that the server sorts them by.

When the set of channels changes no row changes, so nothing comes down for it. Rows that only a pending command made are
never of a channel and stay. Source: SYNC point 18.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import ColumnElement, Connection, Table, and_, column, false, func, not_, select, table as named

from desktop.store import rebase, undo
from domain.kernel.channels import masked
from domain.kernel.history import history_of
from domain.kernel.queries_kept import kept
from domain.kernel.queries_scope import Scope
from domain.kernel.tables import row_values, sync_info, synced_tables
from domain.parties.model import party
from domain.parties.queries import ids_below

SLICE = 2000
_UNDO = named("undo", column("op"), column("table_name"), column("row_id"))
Ids = dict[str, list[str]]
Keys = Callable[[str, str, str], set[str]]
"""(table, behind this id, up to this id) → ids that a snapshot holds."""


def scope_of(channels: Sequence[str]) -> Scope:
    """The channels' rules over this PC's tree."""
    return Scope(tuple(channels), ids_below)


def out_of_sight(connection: Connection, shown: Scope) -> Ids:
    """Rows that no channel shows, by table."""
    return {
        table.name: found for table in _children_first() if (found := _ids(connection, table, ~_seen(shown, table)))
    }


def outdated(connection: Connection, since: str) -> Ids:
    """Closed rows of the months before *since*, by table; what only a pending command made stays."""
    return {
        table.name: found
        for table in _children_first()
        if history_of(table) is not None and (found := _ids(connection, table, not_(kept(table, since))))
    }


def _ids(connection: Connection, table: Table, condition: ColumnElement[bool]) -> list[str]:
    return list(connection.execute(select(table.c.id).where(condition, _settled(table))).scalars())


def _seen(scope: Scope, table: Table) -> ColumnElement[bool]:
    """Never unknown: a row without a buyer is of no buyer."""
    seen: ColumnElement[bool] = func.coalesce(scope.shows(table)[0], false())
    return seen


def _settled(table: Table) -> ColumnElement[bool]:
    """The row came from the server, not from a pending command."""
    made = select(_UNDO.c.row_id).where(_UNDO.c.op == undo.INSERTED, _UNDO.c.table_name == table.name)
    return not_(table.c.id.in_(made))


def _children_first() -> list[Table]:
    """Parents are asked for by their children, parties by everyone."""
    tables = synced_tables()
    inheriting = [table for table in tables if sync_info(table).inherit is not None]
    rest = [table for table in tables if sync_info(table).inherit is None and table is not party]
    return [*inheriting, *rest, party]


def missing(connection: Connection, shown: Scope, again: Scope, has: Keys) -> Ids:
    """Rows that the channels *again* would show, that their new snapshot lacks and that no other channel shows."""
    others = scope_of([channel for channel in shown.channels if channel not in again.channels])
    found: Ids = {}
    for table in _children_first():
        lost = list(_lacking(connection, table, and_(_seen(again, table), ~_seen(others, table)), has))
        if lost:
            found[table.name] = lost
    return found


def _lacking(connection: Connection, table: Table, condition: ColumnElement[bool], has: Keys) -> Iterator[str]:
    after = ""
    statement = select(table.c.id).where(condition, _settled(table)).order_by(table.c.id).limit(SLICE)
    while ids := list(connection.execute(statement.where(table.c.id > after)).scalars()):
        there = has(table.name, after, ids[-1])
        yield from (one for one in ids if one not in there)
        after = ids[-1]


def unmasked(connection: Connection, shown: Scope) -> dict[str, list[list[str | int | None]]]:
    """Images, masked, of rows that this PC knows whole and may know only masked."""
    found: dict[str, list[list[str | int | None]]] = {}
    for table in synced_tables():
        masks = sync_info(table).masks
        if not masks:
            continue
        visible, mask = shown.shows(table)
        statement = select(table, mask.label("mask_name")).where(visible, mask != "full")
        for row in connection.execute(statement).mappings():
            whole = {name: value for name, value in row.items() if name != "mask_name"}
            veil = masks.get(row["mask_name"])
            veiled = masked(whole, veil) if veil else whole
            if veiled != whole:
                found.setdefault(table.name, []).append(row_values(table, veiled))
    return found


def cut(cleared: Ids) -> Iterator[rebase.Staged]:
    """The clearing in slices, so that a person's command comes in between."""
    for name, ids in cleared.items():
        for start in range(0, len(ids), SLICE):
            staged = rebase.Staged()
            staged.clear(name, ids[start : start + SLICE])
            yield staged
