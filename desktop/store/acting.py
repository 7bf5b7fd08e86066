"""Who acts: the person at this PC, and whoever sealed a command that is applied again."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from desktop.store.identity import Identity
from domain.kernel.context import Actor
from domain.kernel.envelope import Body
from domain.parties.model import person


def actor_now(connection: Connection, known: Identity) -> Actor:
    """The person signed in, with the role that the network last told."""
    row = connection.exec_driver_sql("SELECT role FROM person WHERE id = ?", (known.person_id,)).first()
    return replace(known.actor, role=row[0]) if row and row[0] else known.actor


def actor_of(connection: Connection, known: Identity, body: Body) -> Actor:
    """Who sealed *body*, as the cache knows that person."""
    found = connection.execute(person.select().where(person.c.id == body.person)).mappings().first()
    if found is None:
        return replace(known.actor, person_id=body.person)
    return Actor(body.person, found["name"], found["role"], body.party, body.device)
