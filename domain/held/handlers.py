"""Decide and apply for held commands. Taking one again is the server's work, after the release has been committed."""

from __future__ import annotations

import msgspec

from domain.held.commands import Refuse, Release, See
from domain.held.events import HeldRefused
from domain.held.model import REFUSED, RELEASING, WAITING, held_command
from domain.held.queries import exception_by_id, held_by_id
from domain.kernel.channels import Row
from domain.kernel.commands import Nature, applies, command_named, projects
from domain.kernel.context import ApplyContext, DecideContext, Decision
from domain.kernel.errors import Invalid, NotFound, Refused
from domain.kernel.events import emit
from domain.kernel.outcome import Outcome, document_exception, outcome

DISMISSED = "held_dismissed"
"""Code of the outcome: somebody above decided that nothing comes of it."""


def decide_release(ctx: DecideContext, command_id: str, *, reason: str = "") -> Decision:
    """Have a held command taken again. Raises NotFound ``held_unknown``, Refused ``held_decided``."""
    _open(ctx, command_id)
    return Decision(Release(command_id=command_id, reason=reason.strip()), command_id)


def decide_refuse(ctx: DecideContext, command_id: str, *, reason: str) -> Decision:
    """Let nothing come of a held command. Raises also Invalid ``no_reason``."""
    _open(ctx, command_id)
    if not reason.strip():
        raise Invalid("no_reason")
    return Decision(Refuse(command_id=command_id, reason=reason.strip()), command_id)


def _open(ctx: DecideContext, command_id: str) -> None:
    row = held_by_id(ctx.connection, command_id)
    if row is None:
        raise NotFound("held_unknown")
    if row["state"] != WAITING:
        raise Refused("held_decided")


def _decided(ctx: ApplyContext, command_id: str, state: str, reason: str) -> Row:
    before = ctx.rows.lock(held_command, [command_id]).get(command_id)
    if before is None:
        raise NotFound("held_unknown")
    if before["state"] != WAITING:
        raise Refused("held_decided")
    told = {"reason": reason, "decided_by": ctx.actor.person_name, "decided_at": ctx.at}
    return ctx.rows.update(held_command, command_id, state=state, **told)


@applies(Release)
def apply_release(ctx: ApplyContext, release: Release) -> None:
    """waiting → releasing; the server takes the command again on its own."""
    _decided(ctx, release.command_id, RELEASING, release.reason)


@applies(Refuse)
def apply_refuse(ctx: ApplyContext, refuse: Refuse) -> None:
    """waiting → refused."""
    _decided(ctx, refuse.command_id, REFUSED, refuse.reason)


def decide_see(ctx: DecideContext, exception_id: str) -> Decision:
    """An exception of a shop below has been looked at. Raises NotFound ``held_unknown``, Refused ``held_decided``."""
    _unseen(exception_by_id(ctx.connection, exception_id))
    return Decision(See(exception_id=exception_id), exception_id)


@applies(See)
def apply_see(ctx: ApplyContext, see: See) -> None:
    """Who looked, and when. What the shop has put right meanwhile needs nobody to look at it."""
    _unseen(ctx.rows.lock(document_exception, [see.exception_id]).get(see.exception_id))
    ctx.rows.update(document_exception, see.exception_id, seen_by=ctx.actor.person_name, seen_at=ctx.at)


def _unseen(row: Row | None) -> None:
    if row is None:
        raise NotFound("held_unknown")
    if row["status"] != "open" or row["seen_by"]:
        raise Refused("held_decided")


@projects(Refuse)
def tell_device(ctx: ApplyContext, refuse: Refuse) -> None:
    """A request is refused. A fact cannot be: it stays in quarantine for good, and its device is told that too."""
    row = ctx.rows.require(held_command, refuse.command_id)
    status = Outcome.REFUSED if _is_request(row["kind"]) else Outcome.QUARANTINED
    told = msgspec.json.encode({"reason": refuse.reason, "person": ctx.actor.person_name}).decode()
    if ctx.rows.get(outcome, refuse.command_id) is not None:
        ctx.rows.update(outcome, refuse.command_id, status=str(status), code=DISMISSED, params=told, at=ctx.received_at)
    emit(ctx, HeldRefused(refuse.command_id, str(status), DISMISSED))


def _is_request(kind: str) -> bool:
    try:
        return command_named(kind).nature is Nature.REQUEST
    except Invalid:
        return False
