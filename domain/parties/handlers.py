"""Decide and apply for the network."""

from __future__ import annotations

from typing import Any

import msgspec

from domain.kernel import merging
from domain.kernel.channels import Row
from domain.kernel.commands import applies, projects
from domain.kernel.context import Actor, ApplyContext, DecideContext, Decision
from domain.kernel.errors import Invalid, NotFound, Refused
from domain.kernel.events import emit
from domain.kernel.ids import HQ_PARTY_ID
from domain.parties import queries
from domain.parties.commands import (
    AcknowledgeAlarms,
    AddDealer,
    AddPerson,
    EditDealer,
    EditPerson,
    FoundNetwork,
    ResetPin,
    Secret,
    SetPassword,
    SetPolicy,
)
from domain.parties.events import AlarmsAcknowledged, NetworkFounded, PartyAdded, PasswordChanged, PersonAdded
from domain.parties.model import device_health, network_policy, party, person
from domain.parties.rules import MAX_TIER, by_office, may_give_role, path_below

HQ_CODE = "HQ"


def decide_add_dealer(
    ctx: DecideContext, *, code: str, name: str, parent_code: str, region: str = "", grade: str = ""
) -> Decision:
    """A dealer below the party with *parent_code*.

    Raises:
        NotFound: no such parent. Refused: ``too_deep``, ``code_taken``.
    """
    parent = queries.party_by_code(ctx.connection, parent_code)
    if parent is None:
        raise NotFound("unknown_dealer", code=parent_code)
    if parent["tier"] >= MAX_TIER:
        raise Refused("too_deep", code=parent_code)
    if queries.party_by_code(ctx.connection, code):
        raise Refused("code_taken", code=code)
    home = parent["home"] if parent["id"] != HQ_PARTY_ID else queries.last_home(ctx.connection) + 1
    payload = AddDealer(
        party_id=ctx.new_id(),
        code=code,
        name=name,
        parent_id=parent["id"],
        tier=parent["tier"] + 1,
        home=home,
        region=region,
        grade=grade,
        currency=parent["currency"],
    )
    return Decision(payload, document_id=payload.party_id, number=code)


@applies(AddDealer)
def apply_add_dealer(ctx: ApplyContext, add: AddDealer) -> None:
    """Write the party below its parent and let others know."""
    parent = ctx.rows.require(party, add.parent_id)
    if parent["tier"] >= MAX_TIER:
        raise Refused("too_deep", code=parent["code"])
    ctx.rows.insert(
        party,
        {
            "id": add.party_id,
            "code": add.code,
            "name": add.name,
            "tier": parent["tier"] + 1,
            "parent_id": add.parent_id,
            "path": path_below(parent),
            "home": add.home,
            "region": add.region,
            "grade": add.grade,
            "currency": add.currency,
            "created_at": ctx.at,
        },
    )
    emit(ctx, PartyAdded(add.party_id))


@projects(AddDealer)
def check_code_is_new(ctx: ApplyContext, add: AddDealer) -> None:
    """Codes are unique in the network; the server decides when two offices took one."""
    if queries.code_is_taken(ctx.rows.connection, add.code, add.party_id):
        raise Refused("code_taken", code=add.code)


def decide_edit_dealer(
    ctx: DecideContext, *, party_id: str, name: str, region: str, grade: str, status: str, pause_at_zero: bool
) -> Decision:
    """Change a dealer's file."""
    row = queries.party_by_id(ctx.connection, party_id)
    if row is None:
        raise NotFound("unknown_dealer", code=party_id)
    payload = EditDealer(
        party_id=party_id,
        name=name,
        region=region,
        grade=grade,
        status=status,  # type: ignore[arg-type]  # msgspec checks the literal at sealing
        pause_at_zero=pause_at_zero,
    )
    return Decision(payload, document_id=party_id, number=row["code"], base=(("party", party_id, row["version"]),))


@applies(EditDealer)
def apply_edit_dealer(ctx: ApplyContext, edit: EditDealer) -> None:
    """Write the dealer's file."""
    fields = {
        "name": edit.name,
        "region": edit.region,
        "grade": edit.grade,
        "status": edit.status,
        "pause_at_zero": int(edit.pause_at_zero),
    }
    write_dealer(ctx, edit.party_id, merging.edit(ctx, party, edit.party_id, fields, party_id=HQ_PARTY_ID))


@merging.edits(party, by_office)
def write_dealer(ctx: ApplyContext, party_id: str, writes: Row) -> None:
    """Write fields of a dealer's file."""
    ctx.rows.update(party, party_id, **writes)


def decide_add_person(ctx: DecideContext, *, party_code: str, name: str, role: str, password_hash: str) -> Decision:
    """A person for the party with *party_code*.

    Raises:
        NotFound: no such party. Refused: ``name_taken``. Invalid: ``role_does_not_fit``.
    """
    row = queries.party_by_code(ctx.connection, party_code)
    if row is None:
        raise NotFound("unknown_dealer", code=party_code)
    if queries.person_by_name(ctx.connection, name):
        raise Refused("name_taken", name=name)
    if (role in ("hq_admin", "hq_staff")) != (row["id"] == HQ_PARTY_ID) and role != "warehouse":
        raise Invalid("role_does_not_fit", role=role, code=party_code)
    payload = AddPerson(
        person_id=ctx.new_id(),
        party_id=row["id"],
        name=name,
        role=role,  # type: ignore[arg-type]  # msgspec checks the literal at sealing
    )
    return Decision(payload, document_id=payload.person_id, number=name, personal=Secret(password_hash=password_hash))


@applies(AddPerson)
def apply_add_person(ctx: ApplyContext, add: AddPerson) -> None:
    """Write the person; the secret goes to whoever keeps secrets on this side."""
    ctx.rows.insert(
        person,
        {
            "id": add.person_id,
            "party_id": add.party_id,
            "name": add.name,
            "role": add.role,
            "created_at": ctx.at,
        },
    )
    secret: Secret | None = ctx.personal
    emit(ctx, PersonAdded(add.person_id, add.party_id, add.name, secret.password_hash if secret else None))


@projects(AddPerson)
def check_name_is_new(ctx: ApplyContext, add: AddPerson) -> None:
    """Sign-in names are unique in the network, and the party must exist."""
    ctx.rows.require(party, add.party_id)
    if queries.name_is_taken(ctx.rows.connection, add.name, add.person_id):
        raise Refused("name_taken", name=add.name)


def decide_edit_person(ctx: DecideContext, *, person_id: str, role: str, status: str) -> Decision:
    """Change a person's role or status."""
    payload = EditPerson(person_id=person_id, role=role, status=status)  # type: ignore[arg-type]
    row = queries.person_by_id(ctx.connection, person_id)
    base = (("person", person_id, row["version"]),) if row else ()
    return Decision(payload, document_id=person_id, base=base)


@applies(EditPerson)
def apply_edit_person(ctx: ApplyContext, edit: EditPerson) -> None:
    """Write role and status: what the editor did not change stays as others have made it."""
    fields = {"role": edit.role, "status": edit.status}
    before = ctx.rows.require(person, edit.person_id)
    write_person(ctx, edit.person_id, merging.edit(ctx, person, edit.person_id, fields, party_id=before["party_id"]))


def _may_write_person(actor: Actor, row: Row, _field: str) -> bool:
    """Whoever may give the role that this person has, but nobody about himself."""
    return row["id"] != actor.person_id and may_give_role(actor.role, actor.party_id, row["party_id"], row["role"])


@merging.edits(person, _may_write_person)
def write_person(ctx: ApplyContext, person_id: str, writes: Row) -> None:
    """Write role and status; a role that the actor could not have given is not given by a choice either.

    Raises:
        Refused: ``clash_moved``.
    """
    before, role = ctx.rows.require(person, person_id), writes.get("role")
    if role is not None and not may_give_role(ctx.actor.role, ctx.actor.party_id, before["party_id"], role):
        raise Refused("clash_moved")
    ctx.rows.update(person, person_id, **writes)


def decide_set_password(_ctx: DecideContext, *, person_id: str, password_hash: str) -> Decision:
    """Replace a password."""
    payload = SetPassword(person_id=person_id)
    return Decision(payload, document_id=person_id, personal=Secret(password_hash=password_hash))


@applies(SetPassword)
def apply_set_password(ctx: ApplyContext, change: SetPassword) -> None:
    """Hand the new secret to whoever keeps secrets on this side; what PCs keep of the old one ends.

    Somebody else's hand also ends the PINs: he may have been asked because they are known.
    """
    stamps = {"password_stamp": ctx.command_id}
    if change.person_id != ctx.actor.person_id:
        stamps["pin_stamp"] = ctx.command_id
    ctx.rows.update(person, change.person_id, **stamps)
    if ctx.personal:
        emit(ctx, PasswordChanged(change.person_id, ctx.personal.password_hash))


def decide_reset_pin(_ctx: DecideContext, *, person_id: str) -> Decision:
    """End somebody's PINs."""
    return Decision(ResetPin(person_id=person_id), document_id=person_id)


@applies(ResetPin)
def apply_reset_pin(ctx: ApplyContext, reset: ResetPin) -> None:
    """Every PC compares the stamp with what it keeps."""
    ctx.rows.update(person, reset.person_id, pin_stamp=ctx.command_id)


def decide_set_policy(ctx: DecideContext, **chosen: Any) -> Decision:
    """Choose what holds for the whole network; what is not named stays as it is.

    Raises:
        Invalid: ``bad_input`` for a name that is no part of the policy.
    """
    names = SetPolicy.__struct_fields__
    unknown = chosen.keys() - set(names)
    if unknown:
        raise Invalid("bad_input", field=min(unknown))
    now = queries.network_rules(ctx.connection)
    return Decision(SetPolicy(**{**{name: now[name] for name in names}, **chosen}), document_id=HQ_PARTY_ID)


@applies(SetPolicy)
def apply_set_policy(ctx: ApplyContext, policy: SetPolicy) -> None:
    """Write the network's one row."""
    if ctx.rows.get(network_policy, HQ_PARTY_ID) is None:
        ctx.rows.insert(network_policy, {"id": HQ_PARTY_ID, **msgspec.structs.asdict(policy)})
    else:
        ctx.rows.update(network_policy, HQ_PARTY_ID, **msgspec.structs.asdict(policy))


def decide_acknowledge_alarms(_ctx: DecideContext, *, device_id: str) -> Decision:
    """The alarms about a device have been looked at."""
    return Decision(AcknowledgeAlarms(device_id=device_id), document_id=device_id)


@applies(AcknowledgeAlarms)
def apply_acknowledge_alarms(ctx: ApplyContext, seen: AcknowledgeAlarms) -> None:
    """None is left to look at; who looked, and when, the server keeps with each alarm."""
    if ctx.rows.get(device_health, seen.device_id) is not None:
        ctx.rows.update(device_health, seen.device_id, alarms=0)
    emit(ctx, AlarmsAcknowledged(seen.device_id))


def decide_found_network(
    _ctx: DecideContext, *, name: str, currency: str = "CNY", base_list_name: str = "BASE"
) -> Decision:
    """Headquarters, with code ``HQ``, and its base price list."""
    payload = FoundNetwork(name=name, currency=currency, base_list_name=base_list_name)
    return Decision(payload, document_id=HQ_PARTY_ID, number=HQ_CODE)


@applies(FoundNetwork)
def apply_found_network(ctx: ApplyContext, found: FoundNetwork) -> None:
    """Write headquarters' party and let others add what every network has."""
    ctx.rows.insert(
        party,
        {
            "id": HQ_PARTY_ID,
            "code": HQ_CODE,
            "name": found.name,
            "kind": "hq",
            "currency": found.currency,
            "created_at": ctx.at,
        },
    )
    emit(ctx, PartyAdded(HQ_PARTY_ID))
    emit(ctx, NetworkFounded(found.currency, found.base_list_name))
