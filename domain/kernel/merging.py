"""Edits of one record by several people: field by field, and both values are kept when the same field clashes.

An edit names the version that its editor saw. At the server each of its fields is compared with what he saw: what he
did not change stays as others have made it, what only he changed is written, and where others changed the same field
to something else meanwhile, their value stays, and the outcome tells both. Source: SYNC point 21.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table

from domain.kernel.channels import Row
from domain.kernel.context import ApplyContext

FIELD_CLASH = "field_clash"


@dataclass(frozen=True, slots=True)
class Step:
    """One write of a row since a version: the images before and after, and from which device it came."""

    before: Row
    after: Row
    device_id: str

    def changed(self) -> Row:
        """What it wrote."""
        return {name: value for name, value in self.after.items() if value != self.before.get(name)}


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
        return dict(fields)
    steps = ctx.steps(table, current, seen_version) if ctx.steps else []
    writes, clashes = merged(fields, current, steps, ctx.actor.device_id)
    if clashes:
        # The exception is for the party and headquarters, which may know the record masked only; the editor's own
        # device is told the values.
        ctx.flag(FIELD_CLASH, row_id, party_id, table=str(table.name), fields=sorted(clashes))
        ctx.flags[-1].told["values"] = _told(clashes)
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
