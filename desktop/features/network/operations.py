"""Dealers and people."""

from __future__ import annotations

from desktop.store.store import Performed, Store
from domain.kernel.channels import Row
from domain.kernel.ids import HQ_PARTY_ID
from domain.parties import queries
from domain.parties.handlers import (
    decide_add_dealer,
    decide_add_person,
    decide_edit_dealer,
    decide_edit_person,
    decide_set_password,
)


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


def parties(store: Store, search: str = "") -> list[Row]:
    """The parties this PC knows."""
    with store.read() as connection:
        return queries.list_parties(connection, search)


def persons(store: Store) -> list[Row]:
    """The people this PC knows: headquarters all, a dealer its own."""
    scope = None if store.known.party_id == HQ_PARTY_ID else store.known.party_id
    with store.read() as connection:
        return queries.list_persons(connection, scope)
