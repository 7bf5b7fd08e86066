"""What the party above, or headquarters, decides about commands that the server keeps without effect."""

from __future__ import annotations

from typing import Any

from domain.held.model import held_command
from domain.kernel.commands import REQUEST, Id, Note, Payload, command
from domain.kernel.context import ApplyContext
from domain.kernel.ids import HQ_PARTY_ID
from domain.parties import roles

DECIDING = roles.MANAGING | roles.OFFICE


def is_above(ctx: ApplyContext, payload: Any) -> bool:
    """Entitlement: headquarters, or the party that stood above the sender when the command came."""
    if ctx.actor.party_id == HQ_PARTY_ID:
        return True
    row = ctx.rows.get(held_command, payload.command_id)
    return row is not None and bool(row["upline_id"] == ctx.actor.party_id)


@command("held.release", nature=REQUEST, roles=DECIDING, entitled=is_above)
class Release(Payload, frozen=True, kw_only=True):
    """Take the command again, with the rights and the program of now."""

    command_id: Id
    reason: Note = ""


@command("held.refuse", nature=REQUEST, roles=DECIDING, entitled=is_above)
class Refuse(Payload, frozen=True, kw_only=True):
    """Nothing comes of the command; its device is told why."""

    command_id: Id
    reason: Note
