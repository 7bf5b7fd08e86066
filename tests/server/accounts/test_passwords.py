"""Wrong passwords: the same answer for everybody, locks that rise, limits that hold, memory that stays small."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable

import pytest
from sqlalchemy import select, text

from domain.kernel.clock import FixedClock
from domain.kernel.errors import Invalid
from server_stub import bootstrap
from server_stub.accounts import hashing, repository
from server_stub.accounts.hashing import Hasher, check_hash
from server_stub.accounts.models import credential, unknown_name
from server_stub.accounts.rules import LONGEST_LOCK_MS, NOBODY, lock_ms, name_key
from server_stub.accounts.service import AccountService
from server_stub.kit.database import Database
from server_stub.settings import Settings
from tests.server.accounts.network import PASSWORD, cheap_hasher, person_id
from tests.server.accounts.pc import Pc, told
from tests.server.kit.serving import served

NewPc = Callable[[], Pc]
WRONG = "白云山-43"


class CountingHasher(Hasher):
    """Counts how often a password was checked against anything."""

    def __init__(self) -> None:
        super().__init__(8, 1)
        self.checks = 0

    def verify(self, password_hash: str | None, password: str) -> bool:
        self.checks += 1
        return super().verify(password_hash, password)


def failed(db: Database, owner: str) -> int:
    with db.read() as connection:
        return int(connection.execute(select(credential.c.failed).where(credential.c.person_id == owner)).scalar_one())


class TestSameAnswer:
    @pytest.mark.parametrize("user", ["north", "nobody-at-all", "gone"])
    def test_wrong_unknown_and_suspended_cannot_be_told_apart(self, pc: Pc, user: str) -> None:
        answer = pc.enrol(user, PASSWORD if user == "gone" else WRONG)
        assert told(answer) == (401, "bad_credentials")
        assert answer.json()["params"] == {}
        assert answer.headers["WWW-Authenticate"] == "Bearer"

    @pytest.mark.parametrize("user", ["north", "nobody-at-all", "gone"])
    def test_they_cost_the_same_work(self, pc: Pc, db: Database, accounts: AccountService, user: str) -> None:
        """One check of a password and one counted failure each, whoever it is."""
        hasher = CountingHasher()
        accounts._hasher = hasher
        pc.enrol(user, PASSWORD if user == "gone" else WRONG)
        assert hasher.checks == 1
        assert failed(db, NOBODY if user == "nobody-at-all" else person_id(user)) == 1

    def test_they_are_locked_alike(self, pc: Pc) -> None:
        """Also who is not there is locked after five tries, for as long."""
        answers = [[pc.enrol(user, WRONG) for _ in range(7)] for user in ("north", "nobody-at-all")]
        known, unknown = ([(told(each), each.json()["params"]) for each in tries] for tries in answers)
        assert known == unknown
        assert [each.status_code for each in answers[0]] == [401] * 5 + [429] * 2


class TestLock:
    def test_locked_after_five_even_with_the_right_password(self, pc: Pc, clock: FixedClock) -> None:
        for _ in range(5):
            assert told(pc.enrol("north", WRONG)) == (401, "bad_credentials")
        locked = pc.enrol("north")
        assert told(locked) == (429, "sign_in_locked")
        assert locked.headers["Retry-After"] == str(locked.json()["params"]["seconds"])
        clock.ms += locked.json()["params"]["seconds"] * 1000
        assert pc.enrol("north").status_code == 200

    def test_each_further_failure_locks_for_longer(self, pc: Pc, clock: FixedClock) -> None:
        for _ in range(5):
            pc.enrol("north", WRONG)
        waits = []
        for _ in range(4):
            seconds = pc.enrol("north", WRONG).json()["params"]["seconds"]
            waits.append(seconds)
            clock.ms += seconds * 1000
            assert told(pc.enrol("north", WRONG)) == (401, "bad_credentials")
        assert waits == [31, 61, 121, 241]

    def test_lock_of_a_clock_that_was_put_back_holds_nobody(self, pc: Pc, clock: FixedClock) -> None:
        clock.ms += 100 * 86_400_000
        for _ in range(6):
            pc.enrol("north", WRONG)
        assert told(pc.enrol("north")) == (429, "sign_in_locked")
        clock.ms -= 100 * 86_400_000
        assert pc.enrol("north").status_code == 200

    def test_success_forgives(self, pc: Pc, db: Database) -> None:
        for _ in range(4):
            pc.enrol("north", WRONG)
        assert pc.enrol("north").status_code == 200
        assert failed(db, person_id("north")) == 0
        assert told(pc.enrol("north", WRONG)) == (401, "bad_credentials")

    def test_outlives_a_restart(self, pc: Pc, settings: Settings, clock: FixedClock) -> None:
        for _ in range(5):
            pc.enrol("north", WRONG)
        again = bootstrap.build(settings, clock)
        found = again.db.run(lambda connection: connection.execute(select(credential.c.locked_until)).scalars().all())
        again.db.dispose()
        assert max(found) > clock.ms

    def test_others_are_not_locked_with_him(self, pc: Pc) -> None:
        for _ in range(6):
            pc.enrol("north", WRONG)
        assert pc.enrol("north-clerk").status_code == 200

    def test_rises_within_bounds(self) -> None:
        waits = [lock_ms(failures) for failures in range(2000)]
        assert waits[:5] == [0, 0, 0, 0, 0]
        assert waits == sorted(waits)
        assert max(waits) == LONGEST_LOCK_MS

    def test_a_signed_in_colleague_is_not_thrown_out(self, pc: Pc, new_pc: NewPc) -> None:
        pc.enrol("north")
        stranger = new_pc()
        for _ in range(6):
            stranger.enrol("north", WRONG)
        assert pc.me().status_code == 200
        assert pc.refresh().status_code == 200


class TestLimits:
    @pytest.fixture
    def database_url(self, sqlite_database: str) -> str:
        """What is refused before any database is asked needs only one kind."""
        return sqlite_database

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return dataclasses.replace(settings, sign_ins_per_name=3, sign_ins_per_peer=8, refreshes_per_peer=2)

    def test_per_name_before_the_password_is_looked_at(self, pc: Pc, clock: FixedClock) -> None:
        assert [pc.enrol("north").status_code for _ in range(4)] == [200, 200, 200, 429]
        assert told(pc.enrol("NORTH ")) == (429, "too_many_attempts")
        clock.ms += 20_001
        assert pc.enrol("north").status_code == 200

    def test_per_address_whatever_the_names(self, pc: Pc, new_pc: NewPc) -> None:
        answers = [new_pc().enrol(f"name {number}").status_code for number in range(9)]
        assert answers == [401] * 8 + [429]
        assert told(pc.enrol("north")) == (429, "too_many_attempts")

    def test_refreshing_has_a_limit_of_its_own(self, pc: Pc) -> None:
        pc.enrol("north")
        assert [pc.refresh().status_code for _ in range(3)] == [200, 200, 429]

    def test_an_address_cannot_be_made_up(self, pc: Pc) -> None:
        """Only a load balancer that the settings name is believed."""
        answers = []
        for number in range(9):
            pc.headers["X-Forwarded-For"] = f"203.0.113.{number}"
            answers.append(pc.enrol(f"name {number}").status_code)
        assert answers == [401] * 8 + [429]

    def test_a_trusted_load_balancer_is_believed(self, settings: Settings, clock: FixedClock) -> None:
        server = bootstrap.build(dataclasses.replace(settings, proxies="127.0.0.1"), clock)
        with served(server) as url:
            pc = Pc(url)
            answers = []
            for number in range(9):
                pc.headers["X-Forwarded-For"] = f"203.0.113.{number}"
                answers.append(pc.enrol(f"name {number}").status_code)
            pc.close()
        assert answers == [401] * 9


def digest_of(name: object) -> bytes:
    return hashlib.sha256(str(name).encode()).digest()


class TestBounds:
    def test_a_flood_of_unknown_names_stays_in_bounds(self, db: Database) -> None:
        with db.write() as connection:
            for number in range(500):
                repository.record_unknown(connection, digest_of(number), number, most=100)
            kept = connection.execute(select(unknown_name.c.at).order_by(unknown_name.c.at)).scalars().all()
        assert kept == list(range(400, 500)), "the names not tried for longest are forgotten"

    def test_names_that_are_tried_on_are_remembered(self, db: Database) -> None:
        with db.write() as connection:
            for number in range(300):
                repository.record_unknown(connection, digest_of("target"), number, most=100)
                repository.record_unknown(connection, digest_of(number), number, most=100)
            until = repository.unknown_locked_until(connection, digest_of("target"))
        assert until == 299 + LONGEST_LOCK_MS

    def test_another_process_and_a_restart_know_the_lock(self, pc: Pc, settings: Settings, clock: FixedClock) -> None:
        for user in ("north", "nobody-at-all"):
            for _ in range(5):
                pc.enrol(user, WRONG)
        other = bootstrap.build(settings, clock)
        with served(other) as url:
            second = Pc(url)
            answers = [second.enrol(user, WRONG) for user in ("north", "nobody-at-all")]
            second.close()
        assert [told(each) for each in answers] == [(429, "sign_in_locked")] * 2
        assert answers[0].json()["params"] == answers[1].json()["params"]

    def test_what_was_typed_as_a_name_is_not_kept(self, pc: Pc, db: Database) -> None:
        pc.enrol("my-own-password")
        with db.read() as connection:
            [digest] = connection.execute(select(unknown_name.c.digest)).scalars().all()
        assert bytes(digest) != hashlib.sha256(b"my-own-password").digest()
        assert len(bytes(digest)) == 32

    def test_the_database_gets_no_rows_from_unknown_names(self, pc: Pc, db: Database) -> None:
        def rows() -> int:
            with db.read() as connection:
                return int(connection.execute(text("SELECT count(*) FROM credential")).scalar_one())

        before = rows()
        for number in range(10):
            pc.enrol(f"nobody {number}")
        assert rows() == before


class TestHashes:
    def test_made_and_checked(self) -> None:
        hasher = cheap_hasher()
        made = hasher.hash("口令")
        assert made.startswith("$argon2id$")
        assert made != hasher.hash("口令")
        assert hasher.verify(made, "口令")
        assert not hasher.verify(made, "口今")

    @pytest.mark.parametrize("broken", [None, "", "口令", "$argon2id$v=19$m=8,t=1,p=1$YQ$YQ", "$2b$12$abc"])
    def test_nothing_fits_a_missing_or_broken_hash(self, broken: str | None) -> None:
        assert not cheap_hasher().verify(broken, "口令")

    def test_defaults_are_recommended_strength(self) -> None:
        made = hashing.hash_password("口令")
        assert "m=19456,t=2,p=1" in made
        assert check_hash(made) == made

    @pytest.mark.parametrize(
        "hostile",
        [
            "$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHQ$aGFzaGhhc2hoYXNo",
            "$argon2id$v=19$m=19456,t=1000,p=1$c29tZXNhbHQ$aGFzaGhhc2hoYXNo",
            "$argon2id$v=19$m=19456,t=2,p=64$c29tZXNhbHQ$aGFzaGhhc2hoYXNo",
            "$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$aGFzaGhhc2hoYXNo",
            "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$" + "a" * 1000,
            "$argon2id$v=19$m=x,t=2,p=1$a$b",
            "plain",
            "",
        ],
    )
    def test_hostile_hashes_are_refused(self, hostile: str) -> None:
        with pytest.raises(Invalid, match="bad_password_hash"):
            check_hash(hostile)


def test_names_are_compared_as_they_look() -> None:
    assert name_key("  Ａｎｎａ ") == name_key("anna")
    assert name_key("李明") != name_key("李朋")
