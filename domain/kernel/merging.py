"""Edits of one record by several people: field by field, and both values are kept when the same field clashes.

An edit names the version that its editor saw. At the server each of its fields is compared with what he saw: what he
did not change stays as others have made it, what only he changed is written, and where others changed the same field
to something else meanwhile, their value stays, and the outcome tells both. The clash is open until somebody who may
edit the record has chosen (:mod:`domain.clashes`), or both values have become the same. Source: SYNC point 21.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Table

from domain.kernel.channels import Row
from domain.kernel.clash import SAME, field_clash
from domain.kernel.context import Actor, ApplyContext
from domain.kernel.queries_clashes import open_of
from domain.kernel.queries_exceptions import open_ids
from domain.kernel.tables import metadata
from domain.kernel.telling import put_right

FIELD_CLASH = "field_clash"


@dataclass(frozen=True, slots=True)
class Step:
    """One write of a row since a version: the images before and after, from which device it came, who and when (ms)."""

    before: Row
    after: Row
    device_id: str
    person_name: str = ""
    at: int = 0

    def changed(self) -> Row:
        """What it wrote."""
        return {name: value for name, value in self.after.items() if value != self.before.get(name)}


Write = Callable[[ApplyContext, str, Row], object]
May = Callable[[Actor, Row, str], bool]


@dataclass(frozen=True, slots=True)
class Editor:
    """How the records of a table are edited.

    Attributes:
        may: whether this person may write this field of this record.
        write: writes fields, with everything else that an edit does.
    """

    may: May
    write: Write


_editors: dict[str, Editor] = {}


def edits(table: Table, may: May) -> Callable[[Write], Write]:
    """Register the decorated function as what writes fields of a table's records."""

    def register(write: Write) -> Write:
        _editors[str(table.name)] = Editor(may, write)
        return write

    return register


def editor_of(table_name: str) -> Editor:
    """The editor of a table whose edits are merged."""
    return _editors[table_name]


def may_choose(ctx: ApplyContext, clash: Row) -> bool:
    """Whether the actor may edit the field of a clash."""
    row = ctx.rows.get(metadata.tables[clash["table_name"]], clash["record_id"])
    return row is not None and editor_of(clash["table_name"]).may(ctx.actor, row, clash["field"])


def follow(ctx: ApplyContext, row_id: str, written: Mapping[str, Any], *, but: str = "") -> None:
    """Open clashes, except the one *but*, of a record of which fields are written: the new value is what stays, and a
    clash of which both values are now the same is closed.
    """
    same = ""
    for clash in open_of(ctx.rows.connection, row_id):
        if clash["field"] not in written or clash["id"] == but:
            continue
        value = _packed(written[clash["field"]])
        told = {"stays_by": ctx.actor.person_name, "stays_device": ctx.actor.device_id, "stays_at": ctx.at}
        if value == clash["other"]:
            told |= {"state": SAME, "settled_by": ctx.actor.person_name, "settled_at": ctx.at}
            same = clash["party_id"]
        if value != clash["stays"]:
            ctx.rows.update(field_clash, clash["id"], stays=value, **told)
    if same and ctx.rows.authority:
        resolve(ctx, same, row_id)


def resolve(ctx: ApplyContext, party_id: str, row_id: str) -> None:
    """The exceptions of the edits that came second are resolved with the last clash of their record (server only)."""
    connection = ctx.rows.connection
    if open_of(connection, row_id):
        return
    put_right(ctx, open_ids(connection, party_id, row_id, {FIELD_CLASH}), row_id)


def edit(ctx: ApplyContext, table: Table, row_id: str, fields: Mapping[str, Any], *, party_id: str) -> Row:
    """Which of *fields* are to be written; what clashes is flagged on the record, for *party_id* to look at.

    A counter writes everything: it shows its own edits until the server has spoken.

    Raises:
        NotFound: no such row.
    """
    current = ctx.rows.require(table, row_id)
    base = ctx.base.get((str(table.name), row_id))
    # At the counter that made it a row has version 0 until the server's version 1, which is the same row, comes down.
    seen_version = None if base is None else max(base, 1)
    if not ctx.rows.authority or seen_version is None or seen_version >= current["version"]:
        follow(ctx, row_id, {name: value for name, value in fields.items() if value != current[name]})
        return dict(fields)
    steps = ctx.steps(table, current, seen_version) if ctx.steps else []
    writes, clashes = merged(fields, current, steps, ctx.actor.device_id)
    follow(ctx, row_id, writes)
    if clashes:
        # The exception is for the party and headquarters, which may know the record masked only; the editor's own
        # device is told the values.
        ctx.flag(FIELD_CLASH, row_id, party_id, table=str(table.name), fields=sorted(clashes))
        ctx.flags[-1].told["values"] = _told(clashes)
        ctx.rows.insert(field_clash, _clash_rows(ctx, table, row_id, party_id, clashes, steps))
    return writes


def merged(
    fields: Mapping[str, Any], current: Row, steps: Sequence[Step], device_id: str
) -> tuple[Row, dict[str, tuple[Any, Any]]]:
    """(fields to write, field → (value of this edit, value that stays)).

    Without *steps* nobody knows what the editor saw: every difference is a clash.
    """
    if not steps:
        differs = {name: (value, current[name]) for name, value in fields.items() if value != current[name]}
        return {}, differs
    seen, others = dict(steps[0].before), set[str]()
    for step in steps:
        # What the same device wrote before, its editor had before his eyes.
        changed = step.changed()
        if step.device_id == device_id:
            seen.update(changed)
        else:
            others.update(changed)
    writes: Row = {}
    clashes: dict[str, tuple[Any, Any]] = {}
    for name, value in fields.items():
        if value in (seen.get(name), current[name]):
            continue
        if name in others:
            clashes[name] = (value, current[name])
        else:
            writes[name] = value
    return writes, clashes


def _told(clashes: Mapping[str, tuple[Any, Any]]) -> dict[str, dict[str, Any]]:
    return {name: {"mine": mine, "theirs": theirs} for name, (mine, theirs) in sorted(clashes.items())}


def _clash_rows(
    ctx: ApplyContext,
    table: Table,
    row_id: str,
    party_id: str,
    clashes: Mapping[str, tuple[Any, Any]],
    steps: Sequence[Step],
) -> list[Row]:
    """One row per field; who wrote what stays is not known when it was forgotten."""
    rows = []
    for index, (name, (mine, theirs)) in enumerate(sorted(clashes.items())):
        wrote = next((step for step in reversed(steps) if name in step.changed()), None)
        rows.append(
            {
                "id": ctx.derive("clash", index),
                "party_id": party_id,
                "table_name": str(table.name),
                "record_id": row_id,
                "field": name,
                "command_id": ctx.command_id,
                "stays": _packed(theirs),
                "stays_by": wrote.person_name if wrote else "",
                "stays_device": wrote.device_id if wrote else None,
                "stays_at": wrote.at if wrote else 0,
                "other": _packed(mine),
                "other_by": ctx.actor.person_name,
                "other_device": ctx.actor.device_id,
                "other_at": ctx.at,
            }
        )
    return rows


def _packed(value: Any) -> str:
    return msgspec.json.encode(value).decode()
