"""A device that the database has forgotten comes back by its passport, and nobody else does."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from sqlalchemy import delete, select

from domain.kernel.remainder import sign_revocation
from server_stub.accounts.keys import lease_key
from server_stub.accounts.models import device, session
from server_stub.kit.database import Database
from server_stub.sync import revocations
from server_stub.sync.alarms import DEVICE_RETURNED, REVOCATION_RETURNED
from server_stub.sync.models import alarm
from tests.server.accounts.pc import Pc, told

pytestmark = pytest.mark.usefixtures("expected_errors")


@pytest.fixture
def shop(pc: Pc) -> Pc:
    pc.enrol("north")
    return pc


def forget(db: Database) -> None:
    """What a backup from before the enrolment does to it."""
    with db.write() as connection:
        connection.execute(delete(session))
        connection.execute(delete(device))


def come_back(pc: Pc, user: str = "north", **changes: Any) -> Any:
    return pc.sign_in(user, changes={"passport": pc.signed_in["passport"], **changes})


def test_the_same_device_with_its_number(shop: Pc, db: Database) -> None:
    before = shop.signed_in
    forget(db)
    assert told(shop.sign_in("north")) == (401, "bad_proof")
    again = come_back(shop, "north-clerk").json()
    known = [again[name] for name in ("device_id", "device_number", "epoch", "returned")]
    assert known == [before["device_id"], before["device_number"], before["epoch"], True]
    assert shop.me().json()["device_id"] == before["device_id"]
    assert come_back(shop).json()["returned"] is False
    with db.read() as connection:
        assert list(connection.execute(select(alarm.c.kind)).scalars()) == [DEVICE_RETURNED]


def test_one_that_had_been_shut_out_stays_so_and_is_known_again(shop: Pc, db: Database) -> None:
    """What it has can be handed in: the row stays though the sign-in is refused."""
    device_id = shop.signed_in["device_id"]
    forget(db)
    with db.write() as connection:
        word = sign_revocation(device_id, lease_key(connection))
        assert revocations.take(connection, [(device_id, word), (device_id, word)], 5) == 1
        assert revocations.take(connection, [(device_id, word)], 6) == 0
    for _ in range(2):
        assert told(come_back(shop)) == (401, "device_revoked")
    with db.read() as connection:
        assert connection.execute(select(device.c.id, device.c.status)).all() == [(device_id, "revoked")]
        assert not connection.execute(select(session.c.id)).all()
        assert set(connection.execute(select(alarm.c.kind)).scalars()) == {REVOCATION_RETURNED, DEVICE_RETURNED}


def test_a_number_that_is_taken_is_not_given_twice(shop: Pc, new_pc: Callable[[], Pc], db: Database) -> None:
    forget(db)
    other = new_pc()
    assert other.enrol("north").json()["device_number"] == 1
    again = come_back(shop).json()
    assert (again["device_number"], again["epoch"]) == (2, 1001)


def test_nobody_else_by_it(shop: Pc, new_pc: Callable[[], Pc], db: Database) -> None:
    thief = new_pc()
    thief.enrol("north-clerk")
    passports = (shop.signed_in["passport"], thief.signed_in["passport"])
    forget(db)
    thief.signed_in = {**thief.signed_in, "device_id": shop.signed_in["device_id"]}
    for passport in passports:
        # With the key of the one for the device of the other, and with a passport of its own for a foreign device.
        answer = thief.sign_in("north", changes={"passport": passport})
        assert told(answer) == (401, "bad_proof")
    raw = bytearray(base64.urlsafe_b64decode(passports[0]))
    raw[-5] ^= 1
    altered = base64.urlsafe_b64encode(bytes(raw)).decode()
    assert told(come_back(shop, passport=altered)) == (401, "bad_proof")
    inside = msgspec.json.decode(base64.urlsafe_b64decode(passports[0])[64:])
    forged = msgspec.json.encode({**inside, "key": thief.public_key})
    answer = thief.sign_in("north", changes={"passport": base64.urlsafe_b64encode(bytes(raw[:64]) + forged).decode()})
    assert told(answer) == (401, "bad_proof"), "an own key written into somebody else's passport"
    assert told(come_back(shop, password="falsch")) == (401, "bad_credentials")
    assert told(come_back(shop, "south")) == (403, "other_partys_device")
    with db.read() as connection:
        assert connection.execute(select(device)).first() is None
    assert come_back(shop).ok
