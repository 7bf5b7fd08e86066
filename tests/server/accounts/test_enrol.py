"""A new PC joins: what it is told, what it must prove, and what a lost answer must not do."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import update

from domain.kernel import sealedbox
from domain.kernel.ids import HQ_PARTY_ID
from domain.parties.model import party
from server_stub.accounts import keys, service
from server_stub.kit.database import Database
from tests.server.accounts.network import NOON, NORTH, PASSWORD, person_id
from tests.server.accounts.pc import Pc, encoded, told

NewPc = Callable[[], Pc]


def test_a_new_pc_is_told_all_it_needs(pc: Pc) -> None:
    answer = pc.enrol("north")
    assert answer.status_code == 200
    given = answer.json()
    assert (given["device_number"], given["epoch"]) == (1, 1)
    assert given["party"] == {
        "id": NORTH,
        "code": "N1",
        "name": "北店",
        "home": 1,
        "currency": "CNY",
        "tier": 1,
        "parent_id": HQ_PARTY_ID,
        "status": "active",
    }
    assert given["person"] == {
        "id": person_id("north"),
        "name": "north",
        "role": "owner",
        "pin_stamp": "",
        "password_stamp": "",
    }
    assert given["expires_at"] == NOON + 15 * 60_000
    assert given["session_expires_at"] == NOON + 90 * 86_400_000
    assert given["database_id"]
    me = pc.me().json()
    assert (me["device_id"], me["device_number"], me["device_name"]) == (given["device_id"], 1, "前台")
    assert (me["person"], me["party"], me["database_id"]) == (given["person"], given["party"], given["database_id"])
    assert me["server_time"] == NOON


def test_what_a_pc_closes_with_the_key_it_was_given_the_server_opens(pc: Pc, db: Database) -> None:
    key = base64.b64decode(pc.enrol("north").json()["server_key"])
    box = sealedbox.seal(key, b"unsent", "ledger")
    with db.read() as connection:
        secret = keys.load_key(connection, keys.BOX_KEY)
    assert sealedbox.open_box(secret, box, "ledger") == b"unsent"


def test_devices_are_numbered_within_their_party(new_pc: NewPc) -> None:
    users = ("north", "south", "north-clerk", "admin")
    assert [new_pc().enrol(user).json()["device_number"] for user in users] == [1, 1, 2, 1]


def test_a_lost_answer_makes_no_second_device(pc: Pc) -> None:
    first, second = pc.enrol("north").json(), pc.enrol("north").json()
    assert first["device_id"] == second["device_id"]
    assert pc.me().status_code == 200
    assert told(pc.me(token=first["access_token"])) == (401, "session_revoked")


def test_a_colleague_on_the_same_pc_gets_the_same_device_and_both_stay(pc: Pc) -> None:
    first, second = pc.enrol("north").json(), pc.enrol("north-clerk").json()
    assert first["device_id"] == second["device_id"]
    assert pc.me(token=first["access_token"]).json()["person"]["name"] == "north"
    assert pc.me(token=second["access_token"]).json()["person"]["name"] == "north-clerk"


def test_a_pc_belongs_to_one_party(pc: Pc) -> None:
    pc.enrol("north")
    assert told(pc.enrol("south")) == (409, "device_taken")


def test_many_at_once_get_numbers_without_holes(new_pc: NewPc) -> None:
    pcs = [new_pc() for _ in range(6)]
    threads = [threading.Thread(target=each.enrol, args=("north",)) for each in pcs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.signed_in["device_number"] for each in pcs) == [1, 2, 3, 4, 5, 6]


def test_the_same_pc_several_times_at_once_is_one_device(new_pc: NewPc) -> None:
    pcs = [new_pc() for _ in range(4)]
    for each in pcs[1:]:
        each.key = pcs[0].key
    threads = [threading.Thread(target=each.enrol, args=("north",)) for each in pcs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({each.signed_in["device_id"] for each in pcs}) == 1


class TestProof:
    def test_of_another_key_is_refused(self, pc: Pc, new_pc: NewPc) -> None:
        other = new_pc()
        body = {**pc.enrol_body("north"), "proof": other.proof("enrol", "north", pc.public_key)}
        assert told(pc.send("POST", "/v1/enrol", body)) == (401, "bad_proof")

    @pytest.mark.parametrize("parts", [("enrol", "admin"), ("sign-in", "north"), ("north",)])
    def test_of_other_words_is_refused(self, pc: Pc, parts: tuple[str, ...]) -> None:
        proof = pc.proof(*parts, pc.public_key)
        assert told(pc.enrol("north", changes={"proof": proof})) == (401, "bad_proof")

    def test_a_key_that_is_no_point_is_refused(self, pc: Pc) -> None:
        assert told(pc.enrol("north", changes={"public_key": encoded(b"\xff" * 32)})) == (401, "bad_proof")


class TestFields:
    @pytest.fixture
    def database_url(self, sqlite_database: str) -> str:
        """What is refused before any database is asked needs only one kind."""
        return sqlite_database

    @pytest.mark.parametrize(
        "extra",
        ["role", "party_id", "party", "device_number", "epoch", "person_id", "status", "home", "device_id", "is_admin"],
    )
    def test_mass_assignment_is_refused(self, pc: Pc, extra: str) -> None:
        answer = pc.enrol("north", changes={extra: "hq_admin"})
        assert told(answer) == (422, "bad_input")
        assert answer.json()["params"] == {"field": extra}
        assert pc.signed_in == {}

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("user", ""),
            ("user", "x" * 201),
            ("user", "north\nenrol"),
            ("user", None),
            ("user", ["north"]),
            ("user", "\x00"),
            ("password", ""),
            ("password", "x" * 513),
            ("password", 1),
            ("public_key", "short"),
            ("public_key", encoded(b"x" * 33)),
            ("public_key", "=" * 44),
            ("proof", encoded(b"x" * 63)),
            ("proof", ""),
            ("device_name", ""),
            ("device_name", "a\x1bb"),
        ],
    )
    def test_odd_values_are_refused_by_name(self, pc: Pc, field: str, value: object) -> None:
        answer = pc.enrol("north", changes={field: value})
        assert told(answer) == (422, "bad_input")
        assert answer.json()["params"] == {"field": field}

    @pytest.mark.parametrize("field", ["user", "password", "public_key", "proof", "device_name"])
    def test_missing_fields_are_named(self, pc: Pc, field: str) -> None:
        body = pc.enrol_body("north")
        del body[field]
        answer = pc.send("POST", "/v1/enrol", body)
        assert (told(answer), answer.json()["params"]) == ((422, "bad_input"), {"field": field})

    def test_oversize_body_is_told(self, pc: Pc) -> None:
        assert told(pc.enrol("north", changes={"device_name": "x" * 70_000})) == (413, "body_too_large")


class TestParties:
    @pytest.mark.parametrize(
        ("status", "admitted"), [("active", 200), ("suspended", 200), ("closed", 409), ("applied", 409)]
    )
    def test_only_living_parties_get_new_devices(self, pc: Pc, db: Database, status: str, admitted: int) -> None:
        db.run(lambda connection: connection.execute(update(party).where(party.c.id == NORTH).values(status=status)))
        assert pc.enrol("north").status_code == admitted

    def test_a_revoked_pc_cannot_come_back_with_its_key(self, pc: Pc, new_pc: NewPc, db: Database) -> None:
        device_id = pc.enrol("north").json()["device_id"]
        db.run(lambda connection: service.revoke_device(connection, device_id))
        assert told(pc.enrol("north")) == (401, "device_revoked")
        assert new_pc().enrol("north").json()["device_number"] == 2


@pytest.mark.parametrize("name", ["NORTH", " north ", "ｎｏｒｔｈ"])
def test_names_that_look_the_same_are_the_same(pc: Pc, name: str) -> None:
    assert pc.enrol(name, PASSWORD).status_code == 200


@pytest.mark.parametrize("odd", ["'; DROP TABLE session; --", "\ud7ff\uffff", "%00", "🎈" * 50, "<script>"])
def test_odd_names_are_only_unknown(pc: Pc, odd: str) -> None:
    assert told(pc.enrol(odd)) == (401, "bad_credentials")
