"""What is on a PC's disk, and who can open it: copied profiles, sign-out, forgotten passwords. A real server."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlcipher

from desktop.app.profile import DATABASE_KEY, Profile
from desktop.features.network import operations as network
from desktop.platform.passwords import hash_password
from desktop.platform.paths import Paths
from desktop.platform.secrets import open_key_store
from domain.kernel.clock import SystemClock
from domain.kernel.errors import NotEntitled, Refused
from domain.kernel.lease import DAY_MS
from tests.support.factories.parties import person_for
from tests.support.network import PASSWORD
from tests.support.processes import Pc, Server, environment_of, run_process

CLERK = person_for("M1", "clerk")
NEW = "ganz-neu-77"
SALE = ("order", "sale", "--line", "TEA:1", "--pay", "cash:100")


@pytest.fixture
def pc(sqlite_server: Server, tmp_path: Path) -> Pc:
    """An enrolled shop that has sold once since its last sync."""
    made = Pc(tmp_path / "pc")
    made.enrol(sqlite_server, CLERK)
    made.do("sync")
    made.do(*SALE)
    return made


def person_of(pc: Pc) -> str:
    profile = pc.profile()
    found = next(iter(profile.vault.contents.keepers))
    profile.close()
    return found


def test_a_copied_profile_gives_no_row_on_another_pc(pc: Pc, tmp_path: Path) -> None:
    copy = tmp_path / "stolen"
    shutil.copytree(pc.home, copy)
    environment = environment_of(copy)  # its key file is another one, and is not there
    thief = Profile(Paths(copy), SystemClock(), environment)
    for open_it in (lambda: thief.store, lambda: thief.enter(person_of(pc), PASSWORD)):
        with pytest.raises(Refused, match="keyfile_missing"):
            open_it()
    for name in ("ledger.db", "cache.db"):
        connection = sqlcipher.connect(str(copy / "data" / name))
        with pytest.raises(sqlcipher.DatabaseError, match="not a database"):
            connection.execute("SELECT * FROM sqlite_master").fetchall()
        connection.close()
    everything = b"".join(path.read_bytes() for path in copy.rglob("*") if path.is_file())
    for word in (CLERK, "TEA", PASSWORD, "orders.complete_sale", "CREATE TABLE"):
        assert word.encode() not in everything, word


def test_a_copied_profile_with_its_key_store_is_closed_after_sign_out(pc: Pc, tmp_path: Path) -> None:
    pc.do("sign-out")
    copy = tmp_path / "stolen"
    shutil.copytree(pc.home, copy)
    shutil.copy(pc.home.with_name("pc.key"), tmp_path / "stolen.key")
    thief = Profile(Paths(copy), SystemClock(), environment_of(copy))
    assert open_key_store(copy, environment_of(copy)).get(DATABASE_KEY) is None
    with pytest.raises(NotEntitled, match="not_signed_in"):
        _ = thief.store
    with pytest.raises(NotEntitled, match="secret_wrong"):
        thief.enter(person_of(pc), "guess")
    thief.close()


def test_sign_out_says_what_is_unsent_and_keeps_it(pc: Pc, sqlite_server: Server) -> None:
    sqlite_server.stop()
    said = pc.run("sign-out")
    assert (said.code, said.data) == (0, {"signed_out": True, "unsent": 1})
    for words in (SALE, ("outbox", "list"), ("sync",), ("orders", "list")):
        refused = pc.run(*words)
        assert (refused.code, refused.out) == (1, "")
        assert refused.err
    assert pc.do("sign-out")["unsent"] == 1, "again: nobody can count, but it is remembered"

    profile = pc.profile()
    profile.enter(person_of(pc), PASSWORD)
    profile.close()
    assert pc.do("outbox", "list")["unsent"] == 1
    assert pc.do(*SALE)["state"] == "completed"


def test_after_an_offline_sign_in_the_queue_is_held_until_the_server_knows_who(pc: Pc, sqlite_server: Server) -> None:
    pc.do("sign-out")
    profile = pc.profile()
    profile.enter(person_of(pc), PASSWORD)
    profile.close()
    held = pc.run("sync")
    assert held.code == 1
    assert held.err
    assert pc.do("outbox", "list")["unsent"] == 1
    pc.enrol(sqlite_server, CLERK)
    assert pc.do("sync")["pushed"] == 1


def test_a_forgotten_password_loses_no_work(pc: Pc, sqlite_server: Server, tmp_path: Path) -> None:
    """The owner sets a new one elsewhere; nothing on this PC knows it, and the server opens what it was left."""
    pc.do("sign-out")
    owner = Pc(tmp_path / "owner")
    owner.enrol(sqlite_server, person_for("M1", "owner"))
    owner.do("sync")
    profile = owner.profile()
    network.set_password(profile.store, person_of(pc), password_hash=hash_password(NEW))
    profile.close()
    assert owner.do("sync")["accepted"] == 1

    words = ("enrol", "--server", sqlite_server.url, "--user", CLERK, "--password-stdin")
    refused = pc.run(*words, stdin=PASSWORD + "\n")
    assert refused.code == 1
    assert pc.do(*words, stdin=NEW + "\n")["user"] == CLERK
    assert pc.do("outbox", "list")["unsent"] == 1
    assert pc.do("sync")["pushed"] == 1


def test_without_the_server_for_too_long_selling_and_syncing_go_on(
    pc: Pc, sqlite_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqlite_server.stop()
    now = SystemClock().now_ms() + 31 * DAY_MS
    with monkeypatch.context() as later:
        later.setattr(SystemClock, "now_ms", lambda _self: now)
        for words in (("stock", "list"), ("stock", "count", "--line", "TEA:1"), ("orders", "list")):
            refused = pc.run(*words)
            assert (refused.code, refused.out) == (1, ""), words
            assert "30" in refused.err
        assert pc.do(*SALE)["state"] == "completed"
        assert pc.do("outbox", "list")["unsent"] == 2
        assert pc.run("sync").data["online"] is False
        sqlite_server.start()
        assert pc.do("sync")["pushed"] == 2
        assert pc.do("stock", "list")["items"], "one contact brings all back"


def test_headquarters_decides_how_long(pc: Pc, sqlite_server: Server, tmp_path: Path) -> None:
    office = Pc(tmp_path / "hq")
    office.enrol(sqlite_server, "admin")
    office.do("sync")
    profile = office.profile()
    network.set_network_rules(profile.store, lease_days=7, expired_sale="dealer")
    profile.close()
    office.do("sync")
    pc.enrol(sqlite_server, CLERK)
    profile = pc.profile()
    assert profile.store.lease.state().days == 7
    profile.close()


def test_a_missing_or_locked_keyring_is_said_and_changes_nothing(tmp_path: Path) -> None:
    """The system's own key store with nothing behind it, as on a machine without one: never plain files instead."""
    home = tmp_path / "pc"
    environment = {**environment_of(home), "DEALERDESK_KEYRING": "system"}
    environment["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    said = run_process(
        "desktop.app.cli",
        ["enrol", "--server", "http://127.0.0.1:9", "--user", "u", "--password-stdin"],
        environment,
        stdin="x\n",
    )
    assert said.code == 1
    assert "keyring" in said.err
    assert not (home / "data" / "ledger.db").exists()


def test_enrolling_leaves_a_lease_of_thirty_days(pc: Pc) -> None:
    profile = pc.profile()
    state = profile.store.lease.state()
    profile.close()
    assert (state.days, state.left, state.ended) == (30, 29, False)
