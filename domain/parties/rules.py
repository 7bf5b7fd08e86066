"""Rules of the network: the tree, and who may act for whom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from domain.kernel.channels import Row
from domain.kernel.context import Actor, ApplyContext
from domain.kernel.errors import Refused
from domain.kernel.ids import HQ_PARTY_ID
from domain.parties import roles
from domain.parties.model import party

MAX_TIER = 3
STATUSES = frozenset({"applied", "active", "suspended", "closed"})


def ancestors(row: Row) -> Sequence[str]:
    """Ids of the parties above a party row, nearest first, headquarters last."""
    return [part for part in row["path"].split("/") if part]


def path_below(parent: Row) -> str:
    """The path of a child of *parent*."""
    return "/".join([parent["id"], *ancestors(parent)])


def check_move(moved: Row, below: Sequence[Row], to: Row) -> None:
    """Whether a dealer, with the parties *below* it, may stand below *to*.

    Raises:
        Refused: ``already_there``, ``below_itself``, ``too_deep``.
    """
    if moved["parent_id"] == to["id"]:
        raise Refused("already_there", code=moved["code"], upline=to["code"])
    if to["id"] == moved["id"] or moved["id"] in ancestors(to):
        raise Refused("below_itself", code=moved["code"], upline=to["code"])
    deepest = max((row["tier"] for row in below), default=moved["tier"])
    if to["tier"] + 1 + deepest - moved["tier"] > MAX_TIER:
        raise Refused("too_deep", code=to["code"])


def own(column: str) -> Callable[[ApplyContext, Any], bool]:
    """Entitlement: the payload's *column* names the actor's own party."""

    def check(ctx: ApplyContext, payload: Any) -> bool:
        return bool(getattr(payload, column) == ctx.actor.party_id)

    return check


def at_headquarters(ctx: ApplyContext, _payload: Any) -> bool:
    """Entitlement: the actor works at headquarters."""
    return ctx.actor.party_id == HQ_PARTY_ID


def by_office(actor: Actor, _row: Row, _field: str) -> bool:
    """Who may edit what headquarters keeps."""
    return actor.party_id == HQ_PARTY_ID and actor.role in roles.OFFICE


def may_give_role(actor_role: str, actor_party: str, party_id: str, role: str) -> bool:
    """Whether somebody may give *role* at *party_id*: headquarters' admin any, an owner the helpers of his own shop."""
    if role in (roles.HQ_ADMIN, roles.HQ_STAFF) and party_id != HQ_PARTY_ID:
        return False
    if role in (roles.OWNER, roles.CLERK) and party_id == HQ_PARTY_ID:
        return False
    if actor_role == roles.HQ_ADMIN and actor_party == HQ_PARTY_ID:
        return True
    return actor_role == roles.OWNER and actor_party == party_id and role in (roles.CLERK, roles.WAREHOUSE)


def party_row(ctx: ApplyContext, party_id: str | None) -> Row | None:
    """A party as this side knows it."""
    return ctx.rows.get(party, party_id)
