"""Reading the network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, or_, select

from domain.kernel.channels import Row
from domain.kernel.ids import HQ_PARTY_ID
from domain.kernel.tables import blank
from domain.parties.model import device_health, network_policy, party, person

_BY_ID = select(party).where(party.c.id == bindparam("party_id"))
"""Made once: every request to the server asks it."""


def party_by_code(connection: Connection, code: str) -> Row | None:
    """The party with this code."""
    found = connection.execute(select(party).where(party.c.code == code)).mappings().first()
    return dict(found) if found else None


def party_by_id(connection: Connection, party_id: str) -> Row | None:
    """The party with this id."""
    found = connection.execute(_BY_ID, {"party_id": party_id}).mappings().first()
    return dict(found) if found else None


def person_by_id(connection: Connection, person_id: str) -> Row | None:
    """A person."""
    found = connection.execute(select(person).where(person.c.id == person_id)).mappings().first()
    return dict(found) if found else None


def person_by_name(connection: Connection, name: str) -> Row | None:
    """The person who signs in with this name."""
    found = connection.execute(select(person).where(person.c.name == name)).mappings().first()
    return dict(found) if found else None


def code_is_taken(connection: Connection, code: str, own_id: str) -> bool:
    """Whether another party than *own_id* has this code."""
    other = select(party.c.id).where(party.c.code == code, party.c.id != own_id).limit(1)
    return connection.execute(other).first() is not None


def name_is_taken(connection: Connection, name: str, own_id: str) -> bool:
    """Whether another person than *own_id* signs in with this name."""
    other = select(person.c.id).where(person.c.name == name, person.c.id != own_id).limit(1)
    return connection.execute(other).first() is not None


def last_home(connection: Connection) -> int:
    """The highest territory number given so far."""
    return int(connection.execute(select(func.coalesce(func.max(party.c.home), 0))).scalar_one())


def list_parties(connection: Connection, search: str = "") -> list[Row]:
    """All parties this side knows, by tier and code."""
    statement = select(party).order_by(party.c.tier, party.c.code)
    if search:
        like = f"%{search}%"
        statement = statement.where(or_(party.c.code.ilike(like), party.c.name.ilike(like)))
    return [dict(row) for row in connection.execute(statement).mappings()]


def list_persons(connection: Connection, party_id: str | None = None) -> list[Row]:
    """People this side knows, with the code and name of their party; of one party when given."""
    statement = (
        select(person, party.c.code.label("party_code"), party.c.name.label("party_name"))
        .join(party, party.c.id == person.c.party_id, isouter=True)
        .order_by(party.c.tier, party.c.code, person.c.name)
    )
    if party_id:
        statement = statement.where(person.c.party_id == party_id)
    return [dict(row) for row in connection.execute(statement).mappings()]


def network_rules(connection: Connection) -> Row:
    """What headquarters decided for the whole network; the usual where it decided nothing."""
    found = connection.execute(select(network_policy)).mappings().first()
    return dict(found) if found else {**blank(network_policy), "id": HQ_PARTY_ID}


def revocations(connection: Connection) -> list[tuple[str, str]]:
    """(device, the server's word that it is shut out) of those that this side knows of."""
    statement = select(device_health.c.id, device_health.c.revocation).where(device_health.c.revocation != "")
    return [(row[0], row[1]) for row in connection.execute(statement.order_by(device_health.c.id))]


def lease_days(connection: Connection) -> int:
    """For how many days a PC may go without the server."""
    return int(network_rules(connection)["lease_days"])


def parties_below(connection: Connection, party_id: str) -> list[Row]:
    """The parties anywhere below, from the top down."""
    statement = select(party).where(party.c.id.in_(ids_below([party_id]))).order_by(party.c.tier, party.c.id)
    return [dict(row) for row in connection.execute(statement).mappings()]


def children(connection: Connection, party_id: str) -> list[Row]:
    """The parties directly below."""
    statement = select(party).where(party.c.parent_id == party_id).order_by(party.c.code)
    return [dict(row) for row in connection.execute(statement).mappings()]


def ids_below(owners: Sequence[str]) -> Select[Any]:
    """Ids of the parties anywhere below one of these: what ``down`` means to :mod:`domain.kernel.queries_scope`."""
    return select(party.c.id).where(or_(*[party.c.path.contains(owner, autoescape=True) for owner in owners]))
