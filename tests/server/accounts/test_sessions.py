"""Staying signed in: rotation, lost answers, stolen tokens, signing in again, being shut out."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from domain.kernel.clock import FixedClock
from domain.kernel.ids import derive_id
from domain.parties.model import person
from server_stub.accounts import service
from server_stub.accounts.models import session
from server_stub.kit.database import Database
from tests.server.accounts.network import BASE, NOON, PASSWORD, person_id
from tests.server.accounts.pc import Pc, told

NewPc = Callable[[], Pc]
MINUTE, DAY = 60_000, 86_400_000


@pytest.fixture
def shop(pc: Pc) -> Pc:
    """A PC where the owner of the first dealer is signed in."""
    assert pc.enrol("north").ok
    return pc


class TestRotation:
    def test_gives_new_tokens_and_a_longer_life(self, shop: Pc, clock: FixedClock) -> None:
        old = shop.refresh_token
        clock.ms += DAY
        answer = shop.refresh()
        assert answer.status_code == 200
        assert answer.json().keys() == {
            "access_token",
            "refresh_token",
            "expires_at",
            "session_expires_at",
            "lease",
        }
        assert shop.refresh_token != old
        assert answer.json()["session_expires_at"] == NOON + DAY + 90 * DAY
        assert shop.me().status_code == 200

    def test_works_when_the_access_token_is_over(self, shop: Pc, clock: FixedClock) -> None:
        clock.ms += 15 * MINUTE + 10_000
        assert told(shop.me()) == (401, "token_expired")
        assert shop.refresh().status_code == 200
        assert shop.me().status_code == 200

    def test_a_lost_answer_is_given_again_as_often_as_needed(self, shop: Pc) -> None:
        answers = {shop.refresh(lost=True).json()["refresh_token"] for _ in range(20)}
        assert len(answers) == 1
        assert shop.refresh().json()["refresh_token"] in answers
        assert shop.refresh().status_code == 200
        assert shop.me().status_code == 200

    def test_a_late_first_answer_is_as_good_as_the_second(self, shop: Pc) -> None:
        """The client gave up waiting, asked again, and kept what came first."""
        first = shop.refresh(lost=True).json()
        shop.refresh(lost=True)
        assert shop.refresh(token=first["refresh_token"]).status_code == 200

    def test_six_at_once_get_the_same_answer(self, shop: Pc, new_pc: NewPc) -> None:
        twins = [new_pc() for _ in range(6)]
        for twin in twins:
            twin.key, twin.signed_in, twin.refresh_token = shop.key, shop.signed_in, shop.refresh_token
        threads = [threading.Thread(target=twin.refresh) for twin in twins]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len({twin.refresh_token for twin in twins}) == 1
        assert twins[0].refresh().status_code == 200

    def test_a_token_used_after_its_successor_ends_the_session(self, shop: Pc) -> None:
        stolen = shop.refresh_token
        shop.refresh()
        shop.refresh()
        assert told(shop.refresh(token=stolen, lost=True)) == (401, "session_revoked")
        assert told(shop.me()) == (401, "session_revoked")
        assert told(shop.refresh()) == (401, "session_revoked")
        assert shop.sign_in("north").status_code == 200
        assert shop.me().status_code == 200

    def test_a_made_up_token_of_a_real_session_ends_it_only_with_the_devices_key(self, shop: Pc, new_pc: NewPc) -> None:
        thief = new_pc()
        thief.signed_in = shop.signed_in
        guess = shop.refresh_token[:-4] + "AAAA"
        assert told(thief.refresh(token=guess)) == (401, "bad_proof")
        assert shop.refresh().status_code == 200

    def test_ninety_days_without_use_end_it(self, shop: Pc, clock: FixedClock) -> None:
        clock.ms += 90 * DAY - 1
        assert shop.refresh(lost=True).status_code == 200
        clock.ms += 90 * DAY
        assert told(shop.refresh()) == (401, "session_expired")
        assert shop.sign_in("north").status_code == 200

    def test_only_digests_are_stored(self, shop: Pc, db: Database) -> None:
        shop.refresh()
        with db.read() as connection:
            row = connection.execute(select(session)).mappings().one()
        secret = shop.refresh_token.partition(".")[2].encode()
        assert len(row["current_hash"]) == len(row["previous_hash"]) == 32
        assert all(secret not in bytes(value) for value in row.values() if isinstance(value, bytes))


class TestTheft:
    def test_a_refresh_token_without_the_devices_key_is_worth_nothing(self, shop: Pc, new_pc: NewPc) -> None:
        thief = new_pc()
        thief.signed_in, thief.refresh_token = shop.signed_in, shop.refresh_token
        assert told(thief.refresh()) == (401, "bad_proof")
        assert shop.refresh().status_code == 200

    def test_nor_on_another_device_of_the_party(self, shop: Pc, new_pc: NewPc) -> None:
        colleague = new_pc()
        colleague.enrol("north-clerk")
        assert told(colleague.refresh(token=shop.refresh_token)) == (401, "session_revoked")
        assert shop.refresh().status_code == 200

    def test_a_proof_is_bound_to_its_token(self, shop: Pc) -> None:
        old = shop.proof("refresh", shop.signed_in["device_id"], shop.refresh_token)
        shop.refresh()
        assert told(shop.refresh(changes={"proof": old})) == (401, "bad_proof")

    @pytest.mark.parametrize("odd", ["x", "no-session.abc", "." * 50, derive_id(BASE, "none") + ".abc", "a" * 200])
    def test_odd_tokens_are_no_session(self, shop: Pc, odd: str) -> None:
        assert told(shop.refresh(token=odd)) == (401, "session_revoked")

    @pytest.mark.parametrize("extra", ["person_id", "role", "session_id", "expires_at"])
    def test_unknown_fields_are_refused(self, shop: Pc, extra: str) -> None:
        answer = shop.refresh(changes={extra: "x"})
        assert (told(answer), answer.json()["params"]) == ((422, "bad_input"), {"field": extra})


class TestSignInAgain:
    def test_gives_the_same_device(self, shop: Pc) -> None:
        first = shop.signed_in
        answer = shop.sign_in("north")
        assert answer.status_code == 200
        assert {**answer.json(), **first} == {**first}

    def test_replaces_the_persons_session_there(self, shop: Pc) -> None:
        old = shop.access_token
        shop.sign_in("north")
        assert told(shop.me(token=old)) == (401, "session_revoked")

    def test_a_colleague_may(self, shop: Pc) -> None:
        assert shop.sign_in("north-clerk").json()["person"]["name"] == "north-clerk"

    @pytest.mark.parametrize("user", ["south", "shop", "admin"])
    def test_people_of_other_parties_may_not(self, shop: Pc, user: str) -> None:
        assert told(shop.sign_in(user)) == (403, "other_partys_device")

    def test_who_is_not_known_learns_nothing_of_the_device(self, shop: Pc) -> None:
        assert told(shop.sign_in("south", "wrong")) == (401, "bad_credentials")

    def test_an_unknown_device_looks_like_a_wrong_key(self, shop: Pc) -> None:
        shop.signed_in = {**shop.signed_in, "device_id": derive_id(BASE, "no device")}
        assert told(shop.sign_in("north")) == (401, "bad_proof")

    def test_proof_covers_device_user_and_instant(self, shop: Pc) -> None:
        good = shop.sign_in_body("north")
        for changes in ({"user": "north-clerk"}, {"timestamp": 2}):
            assert told(shop.send("POST", "/v1/sessions", {**good, **changes})) == (401, "bad_proof")

    @pytest.mark.parametrize("timestamp", [0, 1, NOON + 10 * 365 * DAY])
    def test_a_wrong_clock_keeps_nobody_out(self, shop: Pc, timestamp: int) -> None:
        body = shop.sign_in_body("north", PASSWORD, timestamp)
        assert shop.send("POST", "/v1/sessions", body).status_code == 200

    @pytest.mark.parametrize("extra", ["party_id", "role", "public_key", "epoch"])
    def test_unknown_fields_are_refused(self, shop: Pc, extra: str) -> None:
        assert told(shop.sign_in("north", changes={extra: "x"})) == (422, "bad_input")

    def test_a_shop_that_was_locked_out_by_a_stranger_stays_signed_in(self, shop: Pc, new_pc: NewPc) -> None:
        stranger = new_pc()
        for _ in range(6):
            stranger.enrol("north", "wrong")
        assert told(shop.sign_in("north")) == (429, "sign_in_locked")
        assert shop.refresh().status_code == 200


class TestBeingShutOut:
    def test_sign_out_ends_this_session_only(self, shop: Pc) -> None:
        north = shop.access_token
        shop.sign_in("north-clerk")
        assert shop.send("DELETE", "/v1/sessions").status_code == 204
        assert told(shop.me()) == (401, "session_revoked")
        assert told(shop.refresh()) == (401, "session_revoked")
        assert shop.me(token=north).status_code == 200

    def test_a_revoked_device_is_out_at_once(self, shop: Pc, db: Database) -> None:
        db.run(lambda connection: service.revoke_device(connection, shop.signed_in["device_id"]))
        assert told(shop.me()) == (401, "device_revoked")
        assert told(shop.refresh()) == (401, "device_revoked")
        assert told(shop.sign_in("north")) == (401, "device_revoked")

    def test_a_suspended_person_is_out_at_once(self, shop: Pc, db: Database) -> None:
        suspend = update(person).where(person.c.id == person_id("north")).values(status="suspended")
        db.run(lambda connection: connection.execute(suspend))
        assert told(shop.me()) == (401, "session_revoked")
        assert told(shop.refresh()) == (401, "session_revoked")
        assert told(shop.sign_in("north")) == (401, "bad_credentials")

    def test_a_new_role_counts_at_once(self, shop: Pc, db: Database) -> None:
        demote = update(person).where(person.c.id == person_id("north")).values(role="clerk")
        db.run(lambda connection: connection.execute(demote))
        assert shop.me().json()["person"]["role"] == "clerk"
        assert told(shop.send("POST", f"/v1/devices/{shop.signed_in['device_id']}/revoke")) == (403, "role_not_allowed")
