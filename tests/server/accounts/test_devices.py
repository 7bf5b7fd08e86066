"""Who sees and revokes which devices: the same answer for foreign and for missing ones."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from domain.kernel.errors import NotFound
from domain.kernel.ids import derive_id
from server_stub.accounts import endpoints, repository, service
from server_stub.kit.database import Database
from tests.server.accounts.network import BASE, NORTH
from tests.server.accounts.pc import Pc, told

NewPc = Callable[[], Pc]
USERS = ("admin", "staff", "hq-stock", "north", "north-clerk", "south", "shop")


@pytest.fixture
def pcs(new_pc: NewPc) -> dict[str, Pc]:
    """One PC for each person, by name."""
    found = {}
    for user in USERS:
        found[user] = new_pc()
        assert found[user].enrol(user).ok
    return found


def seen(pc: Pc) -> list[str]:
    return sorted(each["person_name"] for each in pc.send("GET", "/v1/devices").json()["devices"])


def test_everybody_sees_his_own_party_and_the_office_all(pcs: dict[str, Pc]) -> None:
    everything = sorted(USERS)
    at_hq = ["admin", "hq-stock", "staff"]
    north = ["north", "north-clerk"]
    assert {user: seen(pcs[user]) for user in USERS} == {
        "admin": everything,
        "staff": everything,
        "hq-stock": at_hq,
        "north": north,
        "north-clerk": north,
        "south": ["south"],
        "shop": ["shop"],
    }


def test_what_a_list_tells(pcs: dict[str, Pc]) -> None:
    found = pcs["south"].send("GET", "/v1/devices").json()
    device = found["devices"][0]
    assert found["next"] is None
    assert (device["party_code"], device["party_name"], device["number"]) == ("S1", "南店", 1)
    assert (device["status"], device["epoch"], device["name"]) == ("active", 1, "前台")
    assert device["enrolled_at"] == device["last_seen_at"] > 0
    assert not device.keys() & {"public_key"}


def test_pages(pcs: dict[str, Pc], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "PAGE", 3)
    found: list[str] = []
    after = ""
    while True:
        page = pcs["admin"].send("GET", f"/v1/devices?after={after}").json()
        found += [each["id"] for each in page["devices"]]
        if page["next"] is None:
            break
        after = page["next"]
    assert len(found) == len(set(found)) == len(USERS)
    assert found == sorted(found)


@pytest.mark.parametrize("after", ["x", "1 OR 1=1", "%00", "018F0000-0000-7000-8000-000000000000"])
def test_odd_page_is_refused(pcs: dict[str, Pc], after: str) -> None:
    assert told(pcs["admin"].send("GET", f"/v1/devices?after={after}")) == (422, "bad_input")


def revoke(pc: Pc, device_id: str) -> tuple[int, str]:
    answer = pc.send("POST", f"/v1/devices/{device_id}/revoke")
    return (answer.status_code, answer.json()["code"]) if answer.content else (answer.status_code, "")


@pytest.mark.parametrize("user", ["staff", "hq-stock", "north-clerk"])
def test_only_owners_and_the_admin_revoke(pcs: dict[str, Pc], user: str) -> None:
    for target in USERS:
        assert revoke(pcs[user], pcs[target].signed_in["device_id"]) == (403, "role_not_allowed")


@pytest.mark.parametrize("target", ["south", "shop", "admin", "missing", "garbage", "injected"])
def test_foreign_and_missing_are_the_same(pcs: dict[str, Pc], target: str) -> None:
    odd = {"missing": derive_id(BASE, "no device"), "garbage": "1", "injected": "x' OR '1'='1"}
    device_id = odd.get(target) or pcs[target].signed_in["device_id"]
    answer = pcs["north"].send("POST", f"/v1/devices/{device_id}/revoke")
    assert answer.status_code == 404
    assert answer.json() == {
        "code": "device_not_found",
        "params": {},
        "message": answer.json()["message"],
    }
    assert all(pcs[user].me().status_code == 200 for user in USERS)


def test_an_owner_revokes_in_his_own_shop(pcs: dict[str, Pc]) -> None:
    device_id = pcs["north-clerk"].signed_in["device_id"]
    assert revoke(pcs["north"], device_id) == (204, "")
    assert told(pcs["north-clerk"].me()) == (401, "device_revoked")
    assert pcs["north"].me().status_code == 200
    assert revoke(pcs["north"], device_id) == (204, "")


def test_the_admin_revokes_anywhere(pcs: dict[str, Pc]) -> None:
    for target in ("south", "shop", "staff"):
        assert revoke(pcs["admin"], pcs[target].signed_in["device_id"]) == (204, "")
        assert told(pcs[target].me()) == (401, "device_revoked")


def test_nobody_sees_devices_without_signing_in(pc: Pc) -> None:
    assert told(pc.send("GET", "/v1/devices")) == (401, "not_signed_in")
    assert revoke(pc, BASE) == (401, "not_signed_in")


class TestForCommandLines:
    def test_list_and_revoke(self, pcs: dict[str, Pc], db: Database) -> None:
        with db.read() as connection:
            assert len(service.list_devices(connection)) == len(USERS)
            mine = service.list_devices(connection, NORTH)
        assert [(row["party_code"], row["number"], row["person_name"]) for row in mine] == [
            ("N1", 1, "north"),
            ("N1", 2, "north-clerk"),
        ]
        db.run(lambda connection: service.revoke_device(connection, mine[0]["id"]))
        assert told(pcs["north"].me()) == (401, "device_revoked")

    def test_revoking_what_is_not_there(self, db: Database) -> None:
        for device_id in (BASE, "x"):
            with db.write() as connection, pytest.raises(NotFound, match="device_not_found"):
                service.revoke_device(connection, device_id)

    def test_a_new_epoch_for_a_cloned_device(self, pcs: dict[str, Pc], db: Database) -> None:
        device_id = pcs["north"].signed_in["device_id"]
        assert db.run(lambda connection: repository.raise_epoch(connection, device_id, 1)) == 2
        assert pcs["north"].me().json()["epoch"] == 2
