"""A small network to sign in to: headquarters, two dealers, and a shop below the first."""

from __future__ import annotations

from sqlalchemy import Connection, insert

from domain.kernel.clock import FixedClock
from domain.kernel.ids import HQ_PARTY_ID, derive_id
from domain.kernel.tables import complete
from domain.parties.model import party, person
from server_stub.accounts import repository
from server_stub.accounts.hashing import Hasher
from server_stub.accounts.rules import name_key
from server_stub.bootstrap import prepare_database
from server_stub.kit.database import Database

NOON = 1_800_000_000_000
PASSWORD = "白云山-42"
BASE = "018f0000-0000-7000-8000-000000000000"
NORTH, SOUTH, SHOP = (derive_id(BASE, "party", number) for number in range(3))
PARTIES: dict[str, dict[str, object]] = {
    HQ_PARTY_ID: {"code": "HQ", "name": "总部", "kind": "hq", "parent_id": None, "tier": 0, "path": "", "home": 0},
    NORTH: {"code": "N1", "name": "北店", "parent_id": HQ_PARTY_ID, "tier": 1, "path": HQ_PARTY_ID, "home": 1},
    SOUTH: {"code": "S1", "name": "南店", "parent_id": HQ_PARTY_ID, "tier": 1, "path": HQ_PARTY_ID, "home": 2},
    SHOP: {"code": "N11", "name": "北分店", "parent_id": NORTH, "tier": 2, "path": f"{NORTH}/{HQ_PARTY_ID}", "home": 1},
}
PEOPLE = {
    "admin": (HQ_PARTY_ID, "hq_admin"),
    "staff": (HQ_PARTY_ID, "hq_staff"),
    "hq-stock": (HQ_PARTY_ID, "warehouse"),
    "north": (NORTH, "owner"),
    "north-clerk": (NORTH, "clerk"),
    "south": (SOUTH, "owner"),
    "shop": (SHOP, "owner"),
    "gone": (NORTH, "clerk"),
}


def person_id(name: str) -> str:
    """The id of one of the people."""
    return derive_id(BASE, "person", list(PEOPLE).index(name))


def cheap_hasher() -> Hasher:
    """Argon2id as cheap as it can be."""
    return Hasher(8, 1)


def fill(connection: Connection) -> None:
    """Write parties, people and their passwords."""
    password_hash = cheap_hasher().hash(PASSWORD)
    for party_id, row in PARTIES.items():
        connection.execute(insert(party), complete(party, {"id": party_id, "version": 1, **row}))
    for name, (party_id, role) in PEOPLE.items():
        row = {"id": person_id(name), "version": 1, "party_id": party_id, "name": name, "role": role}
        row["status"] = "suspended" if name == "gone" else "active"
        connection.execute(insert(person), complete(person, row))
        repository.add_credential(connection, person_id(name), name_key(name), password_hash)


def prepare(url: str) -> None:
    """Fill the database at an address, for the fixture ``database_preparation``."""
    db = Database(url)
    prepare_database(db, FixedClock(NOON))
    db.run(fill)
    db.dispose()
