"""What the party above, or headquarters, decides about commands that the server keeps without effect, and about facts
that it is told of because they broke a rule.
"""

from __future__ import annotations

from typing import Any

from domain.held.model import held_command
from domain.kernel.commands import REQUEST, Id, Note, Payload, command
from domain.kernel.context import ApplyContext
from domain.kernel.ids import HQ_PARTY_ID
from domain.kernel.outcome import document_exception
from domain.parties import roles

DECIDING = roles.MANAGING | roles.OFFICE


def is_above(ctx: ApplyContext, payload: Any) -> bool:
    """Entitlement: headquarters, or the party that stood above the sender when the command came."""
    if ctx.actor.party_id == HQ_PARTY_ID:
        return True
    row = ctx.rows.get(held_command, payload.command_id)
    return row is not None and bool(row["upline_id"] == ctx.actor.party_id)


def is_told(ctx: ApplyContext, payload: Any) -> bool:
    """Entitlement: headquarters, or the party above that is told of the exception."""
    if ctx.actor.party_id == HQ_PARTY_ID:
        return True
    row = ctx.rows.get(document_exception, payload.exception_id)
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


@command("held.see", nature=REQUEST, roles=DECIDING, entitled=is_told)
class See(Payload, frozen=True, kw_only=True):
    """Somebody above has looked at an exception of a shop below; for the shop it stays open."""

    exception_id: Id
