"""A PC is shut out while it has unsent sales: sealed, handed in, wiped, said. A real server, real command lines."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import create_engine, text

import i18n
from desktop.app.bootstrap import Client
from desktop.app.profile import DATABASE_KEY, DEVICE_KEY, SESSION, WRAPPING_KEY
from desktop.app.retirement import Retirement, retired
from desktop.features.sign_in.retired_page import RetiredPage
from desktop.features.sign_in.sign_in_view import SignInPage
from desktop.platform.paths import Paths
from desktop.platform.secrets import open_key_store
from desktop.store import attaching
from desktop.store.identity import Identity
from desktop.sync import http
from desktop.sync.transport import ServerRefused
from domain.kernel.errors import Invalid
from domain.kernel.remainder import close_remainder, sign_revocation
from domain.stock.handlers import decide_take_in
from tests.support.factories.attachments import digest_of, file_of
from tests.support.factories.parties import person_for
from tests.support.network import PASSWORD
from tests.support.processes import Pc, Server, environment_of, office

CLERK = person_for("M1", "clerk")
SALE = ("order", "sale", "--line", "TEA:1", "--pay", "cash:100")


class Shop:
    """An enrolled PC with two sales that the server has and two that it has not."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server, self.folder = server, folder
        self.pc = Pc(folder / "pc")
        self.device = self.pc.enrol(server, CLERK)["device"]
        self.pc.do("sync")
        for _ in range(2):
            self.pc.do(*SALE)
        self.pc.do("sync")
        self.unsent = [self.pc.do(*SALE)["number"] for _ in range(2)]

    def revoke(self) -> None:
        """By the operator."""
        home = self.folder / "server-home"
        assert office(self.server.database, home, "device", "revoke", self.device).code == 0

    def at_server(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the server's database."""
        engine = create_engine(self.server.database)
        with engine.connect() as connection:
            found = [tuple(row) for row in connection.execute(text(sql))]
        engine.dispose()
        return found

    def states(self) -> list[tuple[str, str]]:
        """(status, code) of this device's commands at the server, in order."""
        found = self.at_server(f"SELECT status, code FROM outcome WHERE device_id = '{self.device}' ORDER BY sequence")
        return [(str(status), str(code)) for status, code in found]


@pytest.fixture
def shop(server: Server, tmp_path: Path) -> Shop:
    return Shop(server, tmp_path)


@pytest.fixture
def small_shop(sqlite_server: Server, tmp_path: Path) -> Shop:
    """The same where the server's database does not matter."""
    return Shop(sqlite_server, tmp_path)


def test_what_was_unsent_reaches_the_server_without_effect_and_the_pc_is_empty(shop: Shop) -> None:
    orders = shop.at_server("SELECT count(*) FROM orders")
    shop.revoke()
    said = shop.pc.run("sync")
    assert said.code == 1
    assert "2" in said.err
    assert shop.states()[2:] == [("quarantined", "device_revoked")] * 2
    assert shop.at_server("SELECT count(*) FROM orders") == orders
    assert shop.at_server("SELECT kind FROM alarm") == [("revoked_device_handed_in",)]

    keys = open_key_store(shop.pc.home, environment_of(shop.pc.home))
    assert [keys.get(name) for name in (DATABASE_KEY, DEVICE_KEY, WRAPPING_KEY, SESSION)] == [None] * 4
    assert list((shop.pc.home / "data").iterdir()) == []
    for words in (SALE, ("orders", "list"), ("sync",)):
        refused = shop.pc.run(*words)
        assert (refused.code, refused.out) == (1, "")
        assert refused.err == said.err, "it goes on saying what happened"
    assert not shop.server.complaints() or all("alarm" in each for each in shop.server.complaints())


def test_a_copy_of_the_pc_hands_in_its_own_sales_too(shop: Shop) -> None:
    """Two PCs from one disk, both shut out: what either had sealed is kept, whose place in the chain it ever was."""
    copy = Pc(shop.folder / "copy")
    shutil.copytree(shop.pc.home, copy.home)
    shutil.copyfile(f"{shop.pc.home}.key", f"{copy.home}.key")
    sold = [*shop.unsent, shop.pc.do(*SALE)["number"]]
    for _ in range(2):
        copy.do(*SALE)
    shop.revoke()
    for pc in (shop.pc, copy, copy):
        assert pc.run("sync").code == 1
        assert list((pc.home / "data").iterdir()) == []
    assert sorted(shop.states()[2:]) == [("quarantined", "device_revoked")] * (len(sold) + 2)
    assert len(shop.at_server("SELECT id FROM held_command WHERE state = 'waiting'")) == len(sold) + 2
    kinds = [kind for (kind,) in shop.at_server("SELECT kind FROM alarm")]
    assert kinds == ["revoked_device_handed_in"] * 2, "one for each that handed in something new"


def test_what_a_restored_server_lost_is_handed_in_as_well(small_shop: Shop) -> None:
    """The PC does not know of the restore: it is shut out before it could hear of it."""
    shop = small_shop
    database = Path(shop.server.database.removeprefix("sqlite:///"))
    shop.server.stop()
    shutil.copyfile(database, shop.folder / "backup.db")
    shop.server.start()
    shop.pc.do("sync")
    later = [shop.pc.do(*SALE)["number"] for _ in range(2)]
    shop.server.stop()
    shutil.copyfile(shop.folder / "backup.db", database)
    shop.server.start()
    shop.revoke()
    said = shop.pc.run("sync")
    assert said.code == 1
    assert i18n.tr("people.retired.handed_in", n=len(shop.unsent) + len(later)) in said.err
    assert shop.states()[2:] == [("quarantined", "device_revoked")] * 4
    assert list((shop.pc.home / "data").iterdir()) == []


def test_the_pc_can_begin_again_as_a_new_device(small_shop: Shop) -> None:
    small_shop.revoke()
    small_shop.pc.run("sync")
    again = small_shop.pc.enrol(small_shop.server, CLERK)
    assert again["device"] != small_shop.device
    assert not (small_shop.pc.home / "retired.json").exists()
    small_shop.pc.do("sync")
    assert small_shop.pc.do("orders", "list")["total"] == 2
    assert small_shop.pc.do(*SALE)["state"] == "completed"


def test_a_signed_out_pc_hears_it_at_the_door(small_shop: Shop) -> None:
    """Its databases are closed; the same password opens them for the last time."""
    small_shop.pc.do("sign-out")
    small_shop.revoke()
    words = ("enrol", "--server", small_shop.server.url, "--user", CLERK, "--password-stdin")
    wrong = small_shop.pc.run(*words, stdin="falsch\n")
    assert wrong.code == 1
    assert small_shop.states()[2:] == []
    said = small_shop.pc.run(*words, stdin=PASSWORD + "\n")
    assert (said.code, said.out) == (1, "")
    assert "2" in said.err
    assert small_shop.states()[2:] == [("quarantined", "device_revoked")] * 2
    assert list((small_shop.pc.home / "data").iterdir()) == []


def test_offline_it_goes_on_selling_and_knows_nothing(small_shop: Shop) -> None:
    small_shop.revoke()
    small_shop.server.stop()
    assert small_shop.pc.run("sync").data["online"] is False
    assert small_shop.pc.do(*SALE)["state"] == "completed"
    small_shop.server.start()
    small_shop.pc.run("sync")
    assert len(small_shop.states()) == 5


def test_a_stranger_who_says_revoked_destroys_nothing(small_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line says it, the server's key does not."""
    shop = small_shop
    profile = shop.pc.profile()
    for word in ("", "AAAA", sign_revocation(shop.device, Ed25519PrivateKey.generate())):
        answer = json.dumps({"taken": 2, "revoked": word}).encode()
        monkeypatch.setattr(http.HttpClient, "call", lambda *_args, _answer=answer, **_more: _answer)
        with pytest.raises(Invalid, match="revocation_unproved"):
            Retirement(profile).prepare()
    monkeypatch.undo()
    with pytest.raises(Invalid, match="revocation_unproved"):
        Retirement(profile).prepare()  # the server itself: this device is not revoked
    assert retired(profile) is None
    assert profile.store.ledger.unsent().number == 2
    profile.close()
    assert shop.pc.do("sync")["pushed"] == 2


def test_a_wipe_that_was_interrupted_is_ended_at_the_next_start(small_shop: Shop) -> None:
    shop = small_shop
    shop.revoke()
    profile = shop.pc.profile()
    told = Retirement(profile).prepare()
    assert told is not None
    assert (told.unsent, told.handed_in, told.file) == (2, True, "")
    profile.close()  # the power goes here
    assert (shop.pc.home / "data" / "ledger.db").exists()
    assert shop.pc.run("outbox", "list").code == 1
    assert list((shop.pc.home / "data").iterdir()) == []


def test_what_the_server_does_not_take_stays_in_a_file_that_only_it_can_open(
    small_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = small_shop
    shop.revoke()
    profile = shop.pc.profile()
    files: list[bytes] = []
    real = http.HttpClient.call

    def call(client: http.HttpClient, method: str, path: str, **more: Any) -> bytes:
        files.append(more["data"])
        monkeypatch.setattr("domain.kernel.remainder.FORMAT", 2)  # the next box, that with the commands, is of later
        return real(client, method, path, **more)

    monkeypatch.setattr(http.HttpClient, "call", call)
    told = Retirement(profile).prepare()
    assert told is not None
    assert (told.unsent, told.handed_in) == (2, False)
    kept = profile.paths.home / told.file
    assert [kept.read_bytes()] == files[1:]
    for word in (b"TEA", b"complete_sale", CLERK.encode()):
        assert word not in kept.read_bytes()
    profile.close()


def attached(shop: Shop, *seeds: str) -> list[str]:
    """Pictures on an unsent document, kept on the PC and not uploaded; their digests."""
    profile = shop.pc.profile()
    taken_in = profile.store.perform(lambda ctx: decide_take_in(ctx, [("TEA", 1000)]))
    made = []
    for seed in seeds:
        path = shop.folder / f"{seed}.jpg"
        path.write_bytes(file_of(seed=seed))
        staged = attaching.stage(profile.store, path)
        attaching.attach(profile.store, "stock_document", taken_in.document_id, staged)
        made.append(staged.sha256)
    profile.close()
    return made


def contents_of(shop: Shop) -> set[str]:
    """Digests of the whole contents that the server has of this PC's dealer, read from its pieces."""
    found: dict[str, bytes] = {}
    rows = shop.at_server(
        "SELECT p.sha256, p.data FROM attachment_piece p JOIN attachment_proof o ON o.sha256 = p.sha256"
        " ORDER BY p.sha256, p.number"
    )
    for sha256, data in rows:
        found[str(sha256)] = found.get(str(sha256), b"") + bytes(data)
    assert all(digest_of(data) == sha256 for sha256, data in found.items())
    return set(found)


def test_pictures_that_were_not_uploaded_are_handed_in_too(shop: Shop) -> None:
    pictures = attached(shop, "1", "2")
    shop.revoke()
    said = shop.pc.run("sync")
    assert said.code == 1
    assert i18n.tr("people.retired.contents_handed_in", n=2) in said.err
    assert contents_of(shop) == set(pictures)
    assert list((shop.pc.home / "data").iterdir()) == []
    assert not list(shop.pc.home.glob("unsent-*"))


def test_pictures_that_the_server_does_not_take_stay_in_files_that_its_operator_imports(
    small_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = small_shop
    pictures = attached(shop, "1", "2")
    shop.revoke()
    real = http.HttpClient.call

    def full(client: http.HttpClient, method: str, path: str, **more: Any) -> bytes:
        if len(more["data"]) > 100_000:
            raise ServerRefused("attachment_quota", most=1)
        return real(client, method, path, **more)

    profile = shop.pc.profile()
    with monkeypatch.context() as patch:
        patch.setattr(http.HttpClient, "call", full)
        retirement = Retirement(profile)
        told = retirement.prepare()
        assert told is not None
        retirement.finish(told)
    assert (told.handed_in, told.contents, told.content_files, told.contents_lost) == (True, 0, 2, 0)
    profile.close()
    files = sorted(shop.pc.home.glob("unsent-*.sealed"))
    assert len(files) == 2
    assert b"\xff\xd8\xff" not in files[0].read_bytes()[:200]
    assert contents_of(shop) == set()
    for _ in range(2):
        for file in files:
            said = office(shop.server.database, shop.folder / "server-home", "ledger", "import", str(file))
            assert (said.code, said.data["taken"], said.data["quarantined"]) == (0, 1, 0)
    assert contents_of(shop) == set(pictures)


def test_the_window_says_what_happened_and_begins_again(qtbot: QtBot, qapp: QApplication, small_shop: Shop) -> None:
    home = small_shop.pc.home
    client = Client(Paths(home), environment=environment_of(home), synchronise=False)
    client.start()
    assert client.window is not None
    small_shop.revoke()
    client.window.scheduler.run_now()
    qtbot.waitUntil(lambda: isinstance(client.sign_in, RetiredPage))
    assert client.window is None
    client.threads.writer.run(lambda: None).result()  # behind the wipe
    assert list((home / "data").iterdir()) == []
    page = client.sign_in
    assert isinstance(page, RetiredPage)
    assert page.fate.text() == i18n.tr("people.retired.handed_in", n=2)
    client.close()

    again = Client(Paths(home), environment=environment_of(home), synchronise=False)
    page = again.start()
    assert isinstance(page, RetiredPage), "it goes on saying so after a restart"
    QTest.keyClick(page.primary, Qt.Key.Key_Space)
    assert isinstance(again.sign_in, SignInPage)
    again.close()
    assert small_shop.states()[2:] == [("quarantined", "device_revoked")] * 2


def test_nobody_else_hands_in_for_a_device(small_shop: Shop) -> None:
    """Another key, another device's box, an altered one: refused; the server keeps nothing of it."""
    shop = small_shop
    shop.revoke()
    profile = shop.pc.profile()
    retirement = Retirement(profile)
    known = profile.store.known
    good = retirement._close(retirement._batches(), known)
    altered = bytearray(good)
    altered[-80] ^= 1
    client = http.HttpClient(shop.server.url)
    stranger = close_remainder([], known.device_id, Ed25519PrivateKey.generate(), base64.b64decode(known.server_key))
    for content in (bytes(altered), stranger, _of_another(known, retirement), b"nonsense", b""):
        with pytest.raises(Exception, match=r"bad_proof|bad_encoding|bad_input"):
            client.call("POST", "/v1/devices/remainder", data=content)
    client.close()
    profile.close()
    assert len(shop.states()) == 2


def _of_another(known: Identity, retirement: Retirement) -> bytes:
    return retirement._close([], replace(known, device_id="018f0000-0000-7000-8000-000000000000"))


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    caplog.clear()
