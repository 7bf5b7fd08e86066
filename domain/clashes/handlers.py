"""Decide and apply for clashes."""

from __future__ import annotations

import msgspec

from domain.clashes.commands import Seen, SettleClash
from domain.kernel import merging
from domain.kernel.channels import Row
from domain.kernel.clash import OPEN, OTHER, STAYS, field_clash
from domain.kernel.commands import applies, projects
from domain.kernel.context import ApplyContext, DecideContext, Decision
from domain.kernel.errors import Invalid, NotFound, Refused
from domain.kernel.queries_clashes import clash_by_id


def decide_settle(ctx: DecideContext, clash_id: str, *, keep: str) -> Decision:
    """Choose: ``stays`` or ``other``.

    Raises:
        NotFound: ``clash_unknown``. Refused: ``clash_settled``. Invalid: ``bad_input``.
    """
    row = clash_by_id(ctx.connection, clash_id)
    if row is None:
        raise NotFound("clash_unknown")
    if row["state"] != OPEN:
        raise Refused("clash_settled", person=row["settled_by"])
    if keep not in (STAYS, OTHER):
        raise Invalid("bad_input", field="keep")
    payload = SettleClash(clash_id=clash_id, keep=keep)  # type: ignore[arg-type]  # just looked at
    seen = Seen(stays=row["stays"], other=row["other"])
    return Decision(payload, row["record_id"], personal=seen, depends_on=())


@applies(SettleClash)
def apply_settle(ctx: ApplyContext, settle: SettleClash) -> None:
    """Write the value and close the clash.

    Raises:
        Refused: ``clash_settled``: somebody has chosen otherwise meanwhile. ``clash_moved``: the value that stood there
            is another one by now, and whoever chose has not seen it.
    """
    clash = ctx.rows.lock(field_clash, [settle.clash_id]).get(settle.clash_id)
    if clash is None:
        raise NotFound("clash_unknown")
    if clash["state"] != OPEN:
        if clash["state"] == settle.keep:
            return
        raise Refused("clash_settled", person=clash["settled_by"])
    seen: Seen | None = ctx.personal
    if seen is not None and (seen.stays, seen.other) != (clash["stays"], clash["other"]):
        raise Refused("clash_moved")
    if settle.keep == OTHER:
        _write(ctx, clash)
    told = {"state": settle.keep, "settled_by": ctx.actor.person_name, "settled_at": ctx.at}
    ctx.rows.update(field_clash, settle.clash_id, **told)


def _write(ctx: ApplyContext, clash: Row) -> None:
    """The other value, with everything that an edit of this record does."""
    fields = {clash["field"]: msgspec.json.decode(clash["other"])}
    merging.follow(ctx, clash["record_id"], fields, but=clash["id"])
    merging.editor_of(clash["table_name"]).write(ctx, clash["record_id"], fields)


@projects(SettleClash)
def resolve(ctx: ApplyContext, settle: SettleClash) -> None:
    """With the last clash of the record nobody need look at it any longer."""
    clash = ctx.rows.require(field_clash, settle.clash_id)
    merging.resolve(ctx, clash["party_id"], clash["record_id"])
