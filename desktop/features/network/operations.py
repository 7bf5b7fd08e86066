"""Dealers and people."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from desktop.store.store import Performed, Store
from domain.kernel.channels import Row
from domain.kernel.context import Actor
from domain.kernel.ids import HQ_PARTY_ID
from domain.parties import queries, roles
from domain.parties.handlers import (
    decide_add_dealer,
    decide_add_person,
    decide_edit_dealer,
    decide_edit_person,
    decide_reset_pin,
    decide_set_password,
    decide_set_policy,
)
from domain.parties.moving import decide_move_dealer
from domain.parties.rules import MAX_TIER, may_give_role

ROLES = (roles.HQ_ADMIN, roles.HQ_STAFF, roles.OWNER, roles.CLERK, roles.WAREHOUSE)


@dataclass(frozen=True, slots=True)
class Branch:
    """A party in the tree: how deep below the topmost known one, and how many people of it are known."""

    party: Row
    depth: int
    people: int

    @property
    def id(self) -> str:
        """The party's id."""
        return str(self.party["id"])


def add_dealer(store: Store, *, code: str, name: str, parent_code: str, region: str = "", grade: str = "") -> Performed:
    """A dealer below another party."""
    return store.perform(
        lambda ctx: decide_add_dealer(ctx, code=code, name=name, parent_code=parent_code, region=region, grade=grade)
    )


def edit_dealer(
    store: Store, party_id: str, *, name: str, region: str, grade: str, status: str, pause_at_zero: bool = False
) -> Performed:
    """Change a dealer's file."""
    return store.perform(
        lambda ctx: decide_edit_dealer(
            ctx,
            party_id=party_id,
            name=name,
            region=region,
            grade=grade,
            status=status,
            pause_at_zero=pause_at_zero,
        )
    )


def move_dealer(store: Store, party_id: str, *, to_code: str) -> Performed:
    """A dealer, with everybody below it, to below another party."""
    return store.perform(lambda ctx: decide_move_dealer(ctx, party_id=party_id, to_code=to_code))


def add_person(store: Store, *, party_code: str, name: str, role: str, password_hash: str) -> Performed:
    """Somebody who may sign in; the caller hashes the password (:mod:`desktop.platform.passwords`)."""
    return store.perform(
        lambda ctx: decide_add_person(ctx, party_code=party_code, name=name, role=role, password_hash=password_hash)
    )


def edit_person(store: Store, person_id: str, *, role: str, status: str) -> Performed:
    """Change a role, or suspend somebody."""
    return store.perform(lambda ctx: decide_edit_person(ctx, person_id=person_id, role=role, status=status))


def set_password(store: Store, person_id: str, *, password_hash: str) -> Performed:
    """Replace a password."""
    return store.perform(lambda ctx: decide_set_password(ctx, person_id=person_id, password_hash=password_hash))


def reset_pin(store: Store, person_id: str) -> Performed:
    """End the PINs that somebody has on any PC; he chooses a new one after his password."""
    return store.perform(lambda ctx: decide_reset_pin(ctx, person_id=person_id))


def set_network_rules(store: Store, *, lease_days: int, expired_sale: str) -> Performed:
    """What holds for the whole network; see :data:`domain.parties.model.network_policy`."""
    return store.perform(lambda ctx: decide_set_policy(ctx, lease_days=lease_days, expired_sale=expired_sale))


def network_rules(store: Store) -> Row:
    """What holds now."""
    with store.read() as connection:
        return queries.network_rules(connection)


def parties(store: Store, search: str = "") -> list[Row]:
    """The parties this PC knows."""
    with store.read() as connection:
        return queries.list_parties(connection, search)


def persons(store: Store) -> list[Row]:
    """The people this PC knows: headquarters all, a dealer its own."""
    scope = None if store.known.party_id == HQ_PARTY_ID else store.known.party_id
    with store.read() as connection:
        return queries.list_persons(connection, scope)


def tree(store: Store) -> list[Branch]:
    """The parties this PC knows, each followed by those below it."""
    with store.read() as connection:
        rows = queries.list_parties(connection)
        people = Counter(row["party_id"] for row in queries.list_persons(connection))
    return _branches(rows, people)


def people_of(store: Store, party_id: str) -> list[Row]:
    """The people of one party that this PC knows."""
    with store.read() as connection:
        return queries.list_persons(connection, party_id)


def may_maintain_dealers(actor: Actor) -> bool:
    """Whether this person adds and edits dealers: the rule that the commands name."""
    return actor.role in roles.OFFICE and actor.party_id == HQ_PARTY_ID


def may_set_policy(actor: Actor) -> bool:
    """Whether this person decides for the whole network."""
    return actor.role in roles.ADMIN and actor.party_id == HQ_PARTY_ID


def may_add_below(actor: Actor, party: Row) -> bool:
    """Whether this person may add a dealer below that party."""
    return may_maintain_dealers(actor) and party["tier"] < MAX_TIER


def may_edit_dealer(actor: Actor, party: Row) -> bool:
    """Whether this person may change that dealer's file; headquarters has none."""
    return may_maintain_dealers(actor) and party["id"] != HQ_PARTY_ID


def roles_to_give(actor: Actor, party_id: str) -> list[str]:
    """The roles that this person may give at that party."""
    if actor.role not in roles.MANAGING:
        return []
    return [role for role in ROLES if may_give_role(actor.role, actor.party_id, party_id, role)]


def may_edit_person(actor: Actor, person: Row) -> bool:
    """Whether this person may change that one's role or suspend him; nobody changes himself."""
    return person["id"] != actor.person_id and person["role"] in roles_to_give(actor, person["party_id"])


def may_set_password(actor: Actor, person: Row) -> bool:
    """Whether this person may replace that one's password: the own one, or of those he manages."""
    return person["id"] == actor.person_id or person["role"] in roles_to_give(actor, person["party_id"])


def _branches(rows: Sequence[Row], people: Counter[str]) -> list[Branch]:
    known = {row["id"] for row in rows}
    below: dict[str | None, list[Row]] = defaultdict(list)
    for row in rows:
        below[row["parent_id"] if row["parent_id"] in known else None].append(row)
    found: list[Branch] = []
    waiting = [(row, 0) for row in reversed(below[None])]
    while waiting:
        row, depth = waiting.pop()
        found.append(Branch(row, depth, people[row["id"]]))
        waiting += [(child, depth + 1) for child in reversed(below[row["id"]])]
    return found
