"""Which rows a set of channels holds, as SQL: the same rules that sort rows into the feed, read the other way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, case, false, literal, or_, select, true

from domain.kernel.channels import CATALOGUE, HQ, Mask, Rule, masked
from domain.kernel.errors import Invalid
from domain.kernel.ids import HQ_PARTY_ID, is_id
from domain.kernel.tables import metadata, row_values, sync_info
from domain.parties.model import party

PARENTS = 500
"""So many parents' rows make one chunk of an inheriting table."""

Values = Sequence[str | int | None]


def table_named(name: str) -> Table:
    """A synced table.

    Raises:
        Invalid: ``bad_input``.
    """
    table = metadata.tables.get(name)
    if table is None or "sync" not in table.info:
        raise Invalid("bad_input", field="table")
    return table


def _wanted(channels: Sequence[str], kind: str) -> list[str]:
    prefix = {"party": "party:", "down": "down:", "up": "up:", "price_list": "price-list:", "device": "device:"}[kind]
    found = [channel.removeprefix(prefix) for channel in channels if channel.startswith(prefix)]
    if kind == "party" and HQ in channels:
        found.append(HQ_PARTY_ID)
    return found


def _condition(table: Table, rule: Rule, channels: Sequence[str]) -> ColumnElement[bool] | None:
    if rule.kind == "everyone":
        return true() if CATALOGUE in channels else None
    if rule.kind == "hq":
        return true() if HQ in channels else None
    owners = _wanted(channels, rule.kind)
    if not owners:
        return None
    column = table.c[rule.column]
    if rule.kind != "down":
        return column.in_(owners)
    below = [party.c.path.contains(owner, autoescape=True) for owner in owners]
    return column.in_(select(party.c.id).where(or_(*below)))


def _visible(
    table: Table, rules: Iterable[Rule], channels: Sequence[str]
) -> tuple[ColumnElement[bool], ColumnElement[Any]]:
    """(may see, by which mask) for rows of *table*; an unmasked way in wins."""
    full: list[ColumnElement[bool]] = []
    veiled: list[tuple[ColumnElement[bool], str]] = []
    for rule in rules:
        condition = _condition(table, rule, channels)
        if condition is None:
            continue
        if rule.mask == "full":
            full.append(condition)
        else:
            veiled.append((condition, rule.mask))
    if not full and not veiled:
        return false(), literal("full")
    ways = [(or_(*full), "full")] if full else []
    mask = case(*ways, *veiled, else_="full")
    return or_(*full, *[condition for condition, _ in veiled]), mask


def rows_after(
    connection: Connection, table: Table, channels: Sequence[str], after: str, limit: int
) -> tuple[list[Values], str]:
    """Masked images of visible rows after a key, and the key to go on from (empty when there are no more).

    Raises:
        Invalid: ``bad_input`` when *after* is no key.
    """
    if after and not is_id(after):
        raise Invalid("bad_input", field="after")
    inherit = sync_info(table).inherit
    if inherit is not None:
        return _children_after(connection, table, channels, after)
    visible, mask = _visible(table, sync_info(table).rules, channels)
    statement = select(table, mask.label("mask_name")).where(visible).order_by(table.c.id).limit(limit)
    if after:
        statement = statement.where(table.c.id > after)
    found = connection.execute(statement).all()
    following = found[-1][0] if len(found) == limit else ""
    veiled = any(_veil(table, row[-1]) for row in found) if sync_info(table).masks else False
    if not veiled:
        return [row[:-1] for row in found], following
    return [_image(table, row[:-1], row[-1]) for row in found], following


def _children_after(
    connection: Connection, table: Table, channels: Sequence[str], after: str
) -> tuple[list[Values], str]:
    inherit = sync_info(table).inherit
    if inherit is None:
        raise RuntimeError(f"{table.name} inherits nothing")
    parent = metadata.tables[inherit.parent]
    rules = [rule for rule in sync_info(parent).rules if rule.kind in inherit.only]
    visible, mask = _visible(parent, rules, channels)
    statement = select(parent.c.id, mask).where(visible).order_by(parent.c.id).limit(PARENTS)
    if after:
        statement = statement.where(parent.c.id > after)
    masks = {row[0]: row[1] for row in connection.execute(statement)}
    if not masks:
        return [], ""
    column = table.c[inherit.column]
    at = list(table.c).index(column)
    children = connection.execute(select(table).where(column.in_(list(masks)))).all()
    following = max(masks) if len(masks) == PARENTS else ""
    if not any(_veil(table, mask) for mask in set(masks.values())):
        return [tuple(row) for row in children], following
    return [_image(table, row, masks[row[at]]) for row in children], following


def _veil(table: Table, mask: str) -> Mask | None:
    return sync_info(table).masks.get(mask) if mask != "full" else None


def _image(table: Table, row: Values, mask: str) -> Values:
    veil = _veil(table, mask)
    if not veil:
        return list(row)
    names = [column.name for column in table.c]
    return row_values(table, masked(dict(zip(names, row, strict=True)), veil))
