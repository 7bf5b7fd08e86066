"""A photographed delivery note: attached offline, sent to a server that dies on the way, seen by who may see it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.app.bootstrap import Client
from desktop.app.profile import Profile
from desktop.features.stock import operations as stock
from desktop.features.stock.stock_view import StockPage
from desktop.platform.paths import Paths
from desktop.store import attaching
from desktop.store.attaching import AWAY, SAVED, SENT, Attached
from desktop.sync.attachments import fetch
from desktop.sync.http_contents import HttpContents, contents_of
from desktop.sync.round import SyncRound
from desktop.sync.transport import ServerRefused
from desktop.widgets.attachment_pane import AttachmentPane
from desktop.widgets.picture import as_png
from server_stub.attachments.service import COMPLETED, PIECE_STORED
from tests.support.factories.attachments import file_of
from tests.support.factories.products import TEA
from tests.support.processes import KILLED, Pc, Server, environment_of

DATA = file_of()
"""Milliseconds; a round of commands goes before, on a busy machine."""
NOBODYS = "00000000-0000-7000-8000-000000000000"


def pc_of(server: Server, folder: Path, user: str) -> Pc:
    made = Pc(folder / user)
    made.enrol(server, user)
    made.do("sync")
    return made


def photograph(profile: Profile, folder: Path) -> tuple[str, Attached]:
    """Goods come in and the note that came with them is photographed."""
    picture = folder / "送货单 0482.JPG"
    picture.write_bytes(DATA)
    taken = stock.take_in(profile.store, [(TEA, 10_000)], supplier="老王")
    staged = attaching.stage(profile.store, picture)
    done = attaching.attach(profile.store, "stock_document", taken.document_id, staged)
    return taken.document_id, attaching.attachment(profile.store, done.document_id)


def state(pc: Pc, document_id: str) -> str:
    profile = pc.profile()
    [found] = attaching.attached_to(profile.store, "stock_document", document_id)
    profile.close()
    return found.state


def wire(profile: Profile) -> HttpContents:
    """After a round, which has a fresh token."""
    SyncRound(profile.store, profile.transport).once()
    made = contents_of(profile.transport)
    assert made is not None
    return made


def refusal(server: Server, folder: Path, user: str, attachment_id: str) -> tuple[str, object]:
    profile = pc_of(server, folder, user).profile()
    line = wire(profile)
    told = []
    for asked in (attachment_id, NOBODYS, "x"):
        with pytest.raises(ServerRefused) as refused:
            line.fetch_piece(asked, 0)
        told.append((refused.value.code, refused.value.params["what"]))
    line.close()
    profile.close()
    assert len(set(told)) == 1
    return told[0]


def test_from_the_camera_to_the_other_pc(server: Server, tmp_path: Path) -> None:
    shop = pc_of(server, tmp_path, "m1-owner")
    server.stop()
    profile = shop.profile()
    document_id, found = photograph(profile, tmp_path)
    profile.close()
    assert shop.run("sync").code == 1, "no server"
    assert state(shop, document_id) == SAVED
    said = []
    for fault in (f"{PIECE_STORED}:1", f"{PIECE_STORED}:2", COMPLETED):
        server.start(fault)
        said.append(shop.run("sync").code)
        assert server.died() == KILLED, fault
        assert state(shop, document_id) == SAVED
    assert said[0] == 0, "the commands went through"
    server.start()
    shop.do("sync")
    assert state(shop, document_id) == SENT

    other = pc_of(server, tmp_path, "m1-clerk").profile()
    line = wire(other)
    assert fetch(other.store, line, attaching.attachment(other.store, found.id))
    assert attaching.read(other.store, attaching.attachment(other.store, found.id)) == DATA
    line.close()
    other.close()
    assert refusal(server, tmp_path, "m2-owner", found.id) == ("not_found", "attachment")
    assert server.complaints() == []


def test_signing_out_says_what_is_unsent_and_a_revoked_pc_keeps_nothing(server: Server, tmp_path: Path) -> None:
    shop = pc_of(server, tmp_path, "m1-owner")
    server.stop()
    profile = shop.profile()
    _, found = photograph(profile, tmp_path)
    kept = profile.store.contents.path_of(found.sha256)
    profile.close()
    assert kept.exists()
    assert DATA[100:200] not in kept.read_bytes()
    server.start()
    assert shop.run("sign-out").data["unsent"] == 2
    shop.enrol(server, "m1-owner")
    office = pc_of(server, tmp_path, "admin").profile()
    device = shop.profile()
    device_id = device.store.known.device_id
    device.close()
    office.transport.post(f"/v1/devices/{device_id}/revoke")
    office.close()
    said = shop.run("sync")
    assert said.code == 1
    assert not kept.exists()
    assert list(kept.parent.glob("*")) == []


@contextmanager
def window_of(pc: Pc, qtbot: QtBot) -> Iterator[Client]:
    """The program's window on a PC that is enrolled."""
    client = Client(Paths(pc.home), environment=environment_of(pc.home))
    try:
        client.start()
        qtbot.waitUntil(lambda: client.window is not None and client.window.scheduler.online is True)
        yield client
    finally:
        client.close()


def files_of(client: Client, qtbot: QtBot, document_id: str) -> AttachmentPane:
    """The files of a stock document on screen."""
    assert client.window is not None
    client.window.open_screen("stock", tab="history")
    page = client.window.page
    assert isinstance(page, StockPage)
    qtbot.waitUntil(lambda: page.history is not None and page.history.grid.select_key(document_id))
    assert page.history is not None
    qtbot.waitUntil(page.may_attach)
    return page.history.files


def state_shown(pane: AttachmentPane) -> str:
    found = pane.grid.model.row(0) if pane.grid.model.rowCount() else None
    return found.state if found is not None else ""


def test_windows_send_and_fetch_by_themselves(sqlite_server: Server, tmp_path: Path, qtbot: QtBot) -> None:
    """What one hangs on a document at one PC goes up behind the sales, and Enter brings it to the other PC."""
    first, second = (pc_of(sqlite_server, tmp_path, user) for user in ("m1-owner", "m1-clerk"))
    picture = QImage(900, 600, QImage.Format.Format_RGB32)
    picture.fill(QColor("#3366cc"))
    note = tmp_path / "note.png"
    note.write_bytes(as_png(picture))
    with window_of(first, qtbot) as client:
        taken = stock.take_in(client.profile.store, [(TEA, 10_000)], supplier="老王")
        pane = files_of(client, qtbot, taken.document_id)
        pane.add_files([note])
        qtbot.waitUntil(lambda: state_shown(pane) in (SAVED, SENT))
        qtbot.waitUntil(lambda: state_shown(pane) == SENT)
        assert client.window is not None
        qtbot.waitUntil(lambda: client.window is not None and client.window.info.files == 0)
    with window_of(second, qtbot) as client:
        pane = files_of(client, qtbot, taken.document_id)
        qtbot.waitUntil(lambda: state_shown(pane) == AWAY)
        QTest.keyClick(pane.grid.table, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: pane.preview is not None)
        assert pane.preview is not None
        pane.preview.reject()
        qtbot.waitUntil(lambda: state_shown(pane) == SENT)
    assert sqlite_server.complaints() == []
