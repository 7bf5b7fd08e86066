"""The command by which somebody chooses one of two values."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from domain.kernel import merging
from domain.kernel.clash import field_clash
from domain.kernel.commands import REQUEST, Id, Payload, command
from domain.kernel.context import ApplyContext
from domain.parties import roles

Value = Annotated[str, msgspec.Meta(max_length=100_000)]


class Seen(Payload, frozen=True, kw_only=True):
    """The detachable part: both values (JSON) as the person who chose saw them."""

    stays: Value
    other: Value


def _may_edit(ctx: ApplyContext, payload: Any) -> bool:
    clash = ctx.rows.get(field_clash, payload.clash_id)
    return clash is not None and merging.may_choose(ctx, clash)


@command("clashes.settle", nature=REQUEST, roles=roles.ALL, entitled=_may_edit, personal=Seen)
class SettleClash(Payload, frozen=True, kw_only=True):
    """Which of the two values holds: the one that stays, or the other one. Whoever may edit the field may say so."""

    clash_id: Id
    keep: Literal["stays", "other"]
