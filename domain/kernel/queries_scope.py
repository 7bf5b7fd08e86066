"""Which rows a set of channels shows, as SQL: the rules that sort rows into the feed, read the other way.

The server takes snapshots by it; a counter clears by the same rules what no channel of its own shows any longer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    and_,
    bindparam,
    case,
    false,
    literal,
    or_,
    select,
    true,
)

from domain.kernel.channels import CATALOGUE, HQ, Mask, Rule, masked
from domain.kernel.errors import Invalid
from domain.kernel.ids import HQ_PARTY_ID, is_id
from domain.kernel.queries_kept import kept
from domain.kernel.tables import metadata, row_values, sync_info

PARENTS = 2000
"""At most so many parents' rows make one chunk of an inheriting table; finding them costs more than reading them."""

STATEMENTS = 512
"""Built ones that are kept, of each shape: devices of a party ask for the same tables by the same channels."""

Values = Sequence[str | int | None]
Below = Callable[[Sequence[str]], Select[Any]]
"""Ids of the parties below any of these: how the tree is written down is not the kernel's business."""
ALL_ROWS = {"everyone": CATALOGUE, "hq": HQ}
"""Kinds of rules that show every row of a table to a channel."""
PREFIX = {
    "party": "party:",
    "down": "down:",
    "up": "up:",
    "price_list": "price-list:",
    "range": "range:",
    "device": "device:",
}


def table_named(name: str) -> Table:
    """A synced table.

    Raises:
        Invalid: ``bad_input``.
    """
    table = metadata.tables.get(name)
    if table is None or "sync" not in table.info:
        raise Invalid("bad_input", field="table")
    return table


@dataclass(frozen=True, slots=True)
class Scope:
    """A set of channels.

    Attributes:
        channels: their names.
        below: how to find the parties below one, for ``down`` rules.
        since: month from which on history is shown besides what is open; empty shows all.
    """

    channels: tuple[str, ...]
    below: Below
    since: str = ""

    def shows(self, table: Table) -> tuple[ColumnElement[bool], ColumnElement[Any]]:
        """(may see, by which mask) for rows of *table*; what is inherited is asked of the parent's row."""
        inherit = sync_info(table).inherit
        if inherit is None:
            return self._shown(table, sync_info(table).rules)
        parent = metadata.tables[inherit.parent]
        visible, mask = self._shown(parent, _inherited(table))
        column = table.c[inherit.column]
        seen = column.in_(select(parent.c.id).where(visible))
        return seen, select(mask).where(parent.c.id == column).scalar_subquery()

    def reaches(self, table: Table) -> bool:
        """Whether these channels can show a row of *table* at all: the database need not be asked when they cannot."""
        rules = sync_info(table).rules if sync_info(table).inherit is None else _inherited(table)
        return any(self._admits(rule) for rule in rules)

    def rows_after(
        self, connection: Connection, table: Table, after: str, limit: int, *, only: Scope | None = None
    ) -> tuple[list[Values], str]:
        """Masked images of visible rows after a key, and the key to go on from (empty when there are no more).

        Args:
            only: a part of the channels: rows that this part shows, as the whole set may see them.

        Raises:
            Invalid: ``bad_input`` when *after* is no key.
        """
        if after and not is_id(after):
            raise Invalid("bad_input", field="after")
        if not (only or self).reaches(table):
            return [], ""
        if sync_info(table).inherit is not None:
            return self._children_after(connection, table, after, limit, only or self)
        statement = _shown_rows(self, only or self, table, behind=bool(after))
        found = connection.execute(statement, {"after": after, "most": limit}).all()
        following = found[-1][0] if len(found) == limit else ""
        veiled = any(_veil(table, row[-1]) for row in found) if sync_info(table).masks else False
        if not veiled:
            return [row[:-1] for row in found], following
        return [_image(table, row[:-1], row[-1]) for row in found], following

    def _children_after(
        self, connection: Connection, table: Table, after: str, limit: int, only: Scope
    ) -> tuple[list[Values], str]:
        """All children of some parents; of fewer parents as soon as these have more than *limit* children."""
        inherit = sync_info(table).inherit
        if inherit is None:
            raise RuntimeError(f"{table.name} inherits nothing")
        parent = metadata.tables[inherit.parent]
        parents = _shown_parents(self, only, table, parent, behind=bool(after))
        masks = {row[0]: row[1] for row in connection.execute(parents, {"after": after, "most": PARENTS})}
        if not masks:
            return [], ""
        at = list(table.c).index(table.c[inherit.column])
        children = _children(table, table.c[inherit.column])
        found = connection.execute(children, {"parents": list(masks), "most": limit}).all()
        following = max(masks) if len(masks) == PARENTS else ""
        if len(found) == limit:
            found, following = _whole_families(connection, table, found, table.c[inherit.column], at)
        if not any(_veil(table, mask) for mask in set(masks.values())):
            return [tuple(row) for row in found], following
        return [_image(table, row, masks[row[at]]) for row in found], following

    def _seen_through(
        self, only: Scope, table: Table, rules: Sequence[Rule]
    ) -> tuple[ColumnElement[bool], ColumnElement[Any]]:
        visible, mask = self._shown(table, rules)
        return (visible if only is self else and_(visible, only._shown(table, rules)[0])), mask

    def _shown(self, table: Table, rules: Iterable[Rule]) -> tuple[ColumnElement[bool], ColumnElement[Any]]:
        """(may see, by which mask); an unmasked way in wins."""
        full: list[ColumnElement[bool]] = []
        veiled: list[tuple[ColumnElement[bool], str]] = []
        for rule in rules:
            condition = self._condition(table, rule)
            if condition is None:
                continue
            if rule.when:
                condition = and_(condition, table.c[rule.when].is_not(None))
            if rule.unless:
                condition = and_(condition, table.c[rule.unless].is_(None))
            if rule.mask == "full":
                full.append(condition)
            else:
                veiled.append((condition, rule.mask))
        if not full and not veiled:
            return false(), literal("full")
        ways = [(or_(*full), "full")] if full else []
        mask = case(*ways, *veiled, else_="full")
        return or_(*full, *[condition for condition, _ in veiled]), mask

    def _condition(self, table: Table, rule: Rule) -> ColumnElement[bool] | None:
        if not self._admits(rule):
            return None
        if rule.kind in ALL_ROWS:
            return true()
        column, owners = table.c[rule.column], self._owners(rule.kind)
        if rule.kind == "range":
            ways: list[ColumnElement[bool]] = [column.is_(None)] if CATALOGUE in self.channels else []
            ways += [_is_of(column, owners)] if owners else []
            return or_(*ways)
        return column.in_(self.below(owners)) if rule.kind == "down" else _is_of(column, owners)

    def _admits(self, rule: Rule) -> bool:
        """Whether any row at all can be shown by *rule*: what is of no range is in the catalogue."""
        channel = CATALOGUE if rule.kind == "range" else ALL_ROWS.get(rule.kind)
        return channel in self.channels or (rule.kind not in ALL_ROWS and bool(self._owners(rule.kind)))

    def _owners(self, kind: str) -> list[str]:
        prefix = PREFIX[kind]
        found = [channel.removeprefix(prefix) for channel in self.channels if channel.startswith(prefix)]
        if kind == "party" and HQ in self.channels:
            found.append(HQ_PARTY_ID)
        return found


def _is_of(column: Column[Any], owners: Sequence[str]) -> ColumnElement[bool]:
    """Of one owner it is a plain comparison: a list is written into the statement anew with each execution."""
    return column == owners[0] if len(owners) == 1 else column.in_(owners)


@lru_cache(STATEMENTS)
def _shown_rows(scope: Scope, only: Scope, table: Table, *, behind: bool) -> Select[Any]:
    visible, mask = scope._seen_through(only, table, sync_info(table).rules)
    statement = select(table, mask.label("mask_name")).where(visible, kept(table, scope.since))
    return _slice(statement, table, behind=behind)


@lru_cache(STATEMENTS)
def _shown_parents(scope: Scope, only: Scope, table: Table, parent: Table, *, behind: bool) -> Select[Any]:
    visible, mask = scope._seen_through(only, parent, _inherited(table))
    return _slice(select(parent.c.id, mask).where(visible, kept(parent, scope.since)), parent, behind=behind)


def _slice(statement: Select[Any], table: Table, *, behind: bool) -> Select[Any]:
    """So many rows in the order of their keys, from the beginning or *behind* a key."""
    if behind:
        statement = statement.where(table.c.id > bindparam("after"))
    return statement.order_by(table.c.id).limit(bindparam("most"))


@cache
def _children(table: Table, column: Column[str]) -> Select[Any]:
    wanted = column.in_(bindparam("parents", expanding=True))
    return select(table).where(wanted).order_by(column).limit(bindparam("most"))


def _whole_families(
    connection: Connection, table: Table, found: Sequence[Row[Any]], column: ColumnElement[str], at: int
) -> tuple[Sequence[Row[Any]], str]:
    """Of rows that a limit cut off, those of whole parents, and the last of these; one parent's at least."""
    last = found[-1][at]
    whole = [row for row in found if row[at] != last]
    if whole:
        return whole, whole[-1][at]
    return connection.execute(select(table).where(column == last)).all(), last


def _inherited(table: Table) -> list[Rule]:
    inherit = sync_info(table).inherit
    if inherit is None:
        return []
    return [rule for rule in sync_info(metadata.tables[inherit.parent]).rules if rule.kind in inherit.only]


def _veil(table: Table, mask: str) -> Mask | None:
    return sync_info(table).masks.get(mask) if mask != "full" else None


def _image(table: Table, row: Values, mask: str) -> Values:
    veil = _veil(table, mask)
    if not veil:
        return list(row)
    names = [column.name for column in table.c]
    return row_values(table, masked(dict(zip(names, row, strict=True)), veil))
