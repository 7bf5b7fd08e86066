"""Commands of the network."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from domain.kernel.commands import FACT, REQUEST, Code, Currency, Id, Name, NonNegative, Payload, Short, command
from domain.kernel.context import ApplyContext
from domain.kernel.ids import HQ_PARTY_ID
from domain.parties import roles
from domain.parties.model import party, person
from domain.parties.rules import at_headquarters, may_give_role

Role = Literal["hq_admin", "hq_staff", "owner", "clerk", "warehouse"]


@command("parties.add_dealer", nature=REQUEST, roles=roles.OFFICE, entitled=at_headquarters)
class AddDealer(Payload, frozen=True, kw_only=True):
    """A new dealer below *parent_id*; tier and home are worked out at sealing."""

    party_id: Id
    code: Code
    name: Name
    parent_id: Id
    tier: Annotated[int, msgspec.Meta(ge=1, le=3)]
    home: NonNegative
    region: Short = ""
    grade: Short = ""
    currency: Currency = "CNY"


@command("parties.edit_dealer", nature=REQUEST, roles=roles.OFFICE, entitled=at_headquarters)
class EditDealer(Payload, frozen=True, kw_only=True):
    """Change what may change of a dealer."""

    party_id: Id
    name: Name
    region: Short
    grade: Short
    status: Literal["applied", "active", "suspended", "closed"]
    pause_at_zero: bool = False


@command("parties.move_dealer", nature=REQUEST, roles=roles.OFFICE, entitled=at_headquarters)
class MoveDealer(Payload, frozen=True, kw_only=True):
    """A dealer, with everybody below it, stands below another party from now on."""

    party_id: Id
    from_id: Id
    to_id: Id


class Secret(Payload, frozen=True, kw_only=True):
    """The detachable part of commands that set a password: Argon2id in PHC form."""

    password_hash: Annotated[str, msgspec.Meta(pattern=r"^\$argon2id\$.{20,400}$")]


def _may_give(ctx: ApplyContext, payload: Any) -> bool:
    return may_give_role(ctx.actor.role, ctx.actor.party_id, payload.party_id, payload.role)


def _may_manage(ctx: ApplyContext, payload: Any) -> bool:
    if payload.person_id == ctx.actor.person_id:
        return True
    row = ctx.rows.get(person, payload.person_id)
    return row is not None and may_give_role(ctx.actor.role, ctx.actor.party_id, row["party_id"], row["role"])


def _may_edit(ctx: ApplyContext, payload: Any) -> bool:
    row = ctx.rows.get(person, payload.person_id)
    if row is None or payload.person_id == ctx.actor.person_id:
        return False
    actor = ctx.actor
    return all(may_give_role(actor.role, actor.party_id, row["party_id"], role) for role in (row["role"], payload.role))


@command("parties.add_person", nature=REQUEST, roles=roles.MANAGING, entitled=_may_give, personal=Secret)
class AddPerson(Payload, frozen=True, kw_only=True):
    """Somebody who may sign in for a party."""

    person_id: Id
    party_id: Id
    name: Name
    role: Role


@command("parties.edit_person", nature=REQUEST, roles=roles.MANAGING, entitled=_may_edit)
class EditPerson(Payload, frozen=True, kw_only=True):
    """Change somebody's role or suspend him."""

    person_id: Id
    role: Role
    status: Literal["active", "suspended"]


@command("parties.set_password", nature=REQUEST, roles=roles.ALL, entitled=_may_manage, personal=Secret)
class SetPassword(Payload, frozen=True, kw_only=True):
    """Replace a password: one's own, or that of somebody one manages."""

    person_id: Id


@command("parties.reset_pin", nature=REQUEST, roles=roles.ALL, entitled=_may_manage)
class ResetPin(Payload, frozen=True, kw_only=True):
    """End the PINs that somebody has on any PC: one's own, or of somebody one manages. He chooses a new one there."""

    person_id: Id


@command(
    "parties.set_policy",
    nature=REQUEST,
    roles=roles.ADMIN,
    entitled=at_headquarters,
    version=2,
    upcasters={1: dict},
)
class SetPolicy(Payload, frozen=True, kw_only=True):
    """What holds for the whole network; see :data:`domain.parties.model.network_policy`."""

    lease_days: Annotated[int, msgspec.Meta(ge=1, le=365)]
    expired_sale: Literal["dealer", "never"] = "dealer"


@command("parties.acknowledge_alarms", nature=REQUEST, roles=roles.OFFICE, entitled=at_headquarters)
class AcknowledgeAlarms(Payload, frozen=True, kw_only=True):
    """Somebody has looked at the alarms about a device."""

    device_id: Id


def _server_itself(ctx: ApplyContext, _payload: Any) -> bool:
    return ctx.rows.authority and ctx.actor.party_id == HQ_PARTY_ID and ctx.rows.get(party, HQ_PARTY_ID) is None


@command("parties.found_network", nature=FACT, roles=roles.ADMIN, entitled=_server_itself)
class FoundNetwork(Payload, frozen=True, kw_only=True):
    """The network begins: headquarters and what every network has. Only an empty server takes it."""

    name: Name
    currency: Currency
    base_list_name: Name
