"""What keeps the window from opening is said, nothing is changed, and another try is one key away."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

import i18n
from desktop.app.bootstrap import Client
from desktop.app.main_window import MainWindow
from desktop.features.sign_in.trouble_page import TroublePage
from desktop.platform.paths import Paths
from desktop.widgets.accessible import unnamed_controls
from domain.kernel.clock import FixedClock
from tests.desktop.app.home import furnish
from tests.support.counter import NOW


def test_a_key_store_that_cannot_be_read_is_said_and_tried_again(qtbot: QtBot, tmp_path: Path) -> None:
    i18n.set_language("zh_CN")
    home = tmp_path / "home"
    environment = furnish(home)
    key_file = Path(environment["DEALERDESK_KEYFILE"])
    away = key_file.rename(key_file.with_suffix(".away"))
    before = (home / "data" / "ledger.db").read_bytes()
    client = Client(Paths(home), clock=FixedClock(NOW, "2026-11-18"), environment=environment, synchronise=False)
    page = client.start()
    assert isinstance(page, TroublePage)
    assert page.said.text() == i18n.message("keyfile_missing", {"file": str(key_file)})
    assert unnamed_controls(page) == []
    QTest.keyClick(page.primary, Qt.Key.Key_Space)
    assert isinstance(client.sign_in, TroublePage), "still away"
    assert (home / "data" / "ledger.db").read_bytes() == before
    away.rename(key_file)
    assert client.sign_in is not page
    QTest.keyClick(client.sign_in.primary, Qt.Key.Key_Space)
    assert isinstance(client.window, MainWindow)
    client.close()


def test_a_damaged_vault_stops_no_shop(qtbot: QtBot, tmp_path: Path) -> None:
    home = tmp_path / "home"
    environment = furnish(home)
    client = Client(Paths(home), clock=FixedClock(NOW, "2026-11-18"), environment=environment, synchronise=False)
    client.profile.vault.set_screen_locked(True)
    client.close()
    vault = home / "data" / "vault.bin"
    vault.write_bytes(bytes(len(vault.read_bytes())))
    client = Client(Paths(home), clock=FixedClock(NOW, "2026-11-18"), environment=environment, synchronise=False)
    posted: list[str] = []
    client.messages.posted.connect(lambda notice: posted.append(notice.code))
    assert isinstance(client.start(), MainWindow)
    assert "vault_broken" in posted
    client.close()
