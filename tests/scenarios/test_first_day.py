"""A novice's first minutes: signs a new PC in, goes through the first steps by keys, sells once without harm."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

import i18n
from desktop.app.desks import Desks
from desktop.app.main_window import MainWindow
from desktop.features.guide.guide_view import GuidePage
from desktop.features.order_entry.order_entry_view import OrderEntryPage
from desktop.features.sign_in.pin_dialog import PinDialog
from desktop.features.sign_in.sign_in_view import SignInPage
from desktop.platform.paths import Paths
from desktop.widgets.key_button import KeyButton
from tests.support.factories.parties import person_for
from tests.support.network import PASSWORD
from tests.support.processes import Server, environment_of, office

CLERK = person_for("M1", "clerk")
WATER = "6999000000018"


class Novice:
    """Presses keys, and nothing else; counts them.

    Attributes:
        keys: how many were pressed.
    """

    def __init__(self, desks: Desks, qtbot: QtBot) -> None:
        self.desks, self.qtbot, self.keys = desks, qtbot, 0

    @property
    def window(self) -> MainWindow:
        assert self.desks.client.window is not None
        return self.desks.client.window

    def key(self, key: Qt.Key, where: QWidget | None = None) -> None:
        """One key for whatever has the focus."""
        self.keys += 1
        QTest.keyClick(where or QApplication.focusWidget() or self.window, key)

    def press(self, words_key: str) -> None:
        """Tab to a button of the first steps, and press it."""
        words = i18n.tr(words_key)
        for _ in range(40):
            has = QApplication.focusWidget()
            if isinstance(has, KeyButton) and has.words == words:
                return self.key(Qt.Key.Key_Space)
            self.key(Qt.Key.Key_Tab)
        raise AssertionError(f"the keyboard does not reach {words}")

    def sign_in(self, url: str) -> None:
        """Three fields and Enter."""
        page = self.desks.client.sign_in
        assert isinstance(page, SignInPage)
        for field, text in ((page.server, url), (page.user, CLERK), (page.password, PASSWORD)):
            field.setFocus()
            field.insert(text)
        self.key(Qt.Key.Key_Return, page.password)
        self.qtbot.waitUntil(lambda: self.desks.client.window is not None)

    def go_through(self, guide: GuidePage) -> None:
        """The first steps: some done, some skipped, then to training."""
        self.press("guide.skip")
        self.desks.client.scanner.scanned.emit("4000000000006")
        self.qtbot.waitUntil(lambda: "4000000000006" in guide.heard.text())
        self.press("guide.next")
        self.press("guide.skip")
        self.press("guide.pin.choose")
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, PinDialog)
        for field in (dialog.pin, dialog.again):
            QTest.keyClicks(field, "7410")
        self.key(Qt.Key.Key_Return, dialog.again)
        self.qtbot.waitUntil(lambda: guide.turn == "sale")
        self.window.focus_page()
        self.press("guide.sale.begin")

    def sell_once(self) -> None:
        """Scan, pay, Enter."""
        page = self.window.page
        assert isinstance(page, OrderEntryPage)
        self.qtbot.waitUntil(lambda: page.is_ready)
        self.desks.client.scanner.scanned.emit(WATER)
        self.qtbot.waitUntil(lambda: page.can("pay"))
        bench = self.desks.client.workbench
        assert bench is not None
        with self.qtbot.waitSignal(bench.performed):
            self.key(Qt.Key.Key_F9, page.box)
            self.qtbot.waitUntil(lambda: QApplication.activeModalWidget() is not None)
            paying = QApplication.activeModalWidget()
            assert paying is not None
            self.key(Qt.Key.Key_Return, paying.focusWidget())


@pytest.fixture
def desks(qapp: QApplication, tmp_path: Path) -> Iterator[Desks]:
    """The program on a PC that belongs to nobody yet."""
    i18n.set_language("zh_CN")
    made = opened(tmp_path / "shop")
    yield made
    made.close()


def opened(home: Path) -> Desks:
    made = Desks(Paths(home), environment=environment_of(home), synchronise=False)
    made.start()
    return made


def test_from_a_new_pc_to_a_first_sale_that_harms_nothing(
    qtbot: QtBot, sqlite_server: Server, sqlite_database: str, desks: Desks, tmp_path: Path
) -> None:
    novice = Novice(desks, qtbot)
    novice.sign_in(sqlite_server.url)

    guide = novice.window.page
    assert isinstance(guide, GuidePage), "the first steps are in front, once"
    novice.window.activateWindow()
    qtbot.waitUntil(novice.window.isActiveWindow)
    novice.window.focus_page()
    novice.go_through(guide)
    qtbot.waitUntil(lambda: desks.training and desks.client.window is not None)

    novice.sell_once()
    with qtbot.waitSignal(novice.window.scheduler.ended):
        novice.window.scheduler.run_now()
    qtbot.waitUntil(lambda: novice.window.info.to_upload == 0)
    assert desks.client.profile.store.ledger.unsent().number == 0
    assert novice.keys < 60

    strip = novice.window.strip
    assert strip is not None
    [out] = strip.findChildren(KeyButton)
    QTest.keyClick(out, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not desks.training)
    assert desks.client.doorkeeper is not None
    assert desks.client.doorkeeper.locked, "the PIN chosen before opens the real counter"
    assert desks.client.profile.store.known.person_name == CLERK
    sqlite_server.stop()
    told = office(sqlite_database, tmp_path / "hq", "report", "sales", "--json")
    assert told.data["orders"] == 0


def test_the_second_start_begins_with_selling(
    qtbot: QtBot, sqlite_server: Server, desks: Desks, tmp_path: Path
) -> None:
    Novice(desks, qtbot).sign_in(sqlite_server.url)
    desks.close()
    again = opened(tmp_path / "shop")
    assert again.client.window is not None
    assert isinstance(again.client.window.page, OrderEntryPage)
    again.close()
