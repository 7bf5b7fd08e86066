"""F12 in the real program: who is at the counter, proved by key presses; nothing else switches anybody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

import i18n
from desktop.app.bootstrap import Client
from desktop.app.doorkeeper import Doorkeeper
from desktop.app.main_window import MainWindow
from desktop.app.profile import DATABASE_KEY, KeptTokens, card_of
from desktop.features.network import operations as network
from desktop.features.order_entry import operations
from desktop.features.order_entry.order_entry_view import OrderEntryPage
from desktop.features.replenishment.replenishment_view import ReplenishmentPage
from desktop.features.sign_in.again_dialog import AgainDialog
from desktop.features.sign_in.door_page import DoorPage
from desktop.features.sign_in.people_card import PeopleCard
from desktop.features.sign_in.pin_dialog import PinDialog
from desktop.features.sign_in.sign_in_view import SignInPage
from desktop.platform.passwords import hash_password
from desktop.platform.paths import Paths
from desktop.platform.secrets import open_key_store
from desktop.platform.settings import LOCK_MINUTES
from desktop.store.vault import PIN
from desktop.widgets.accessible import unnamed_controls
from desktop.widgets.dialog import Dialog
from desktop.widgets.key_button import KeyButton
from domain.kernel.clock import FixedClock
from domain.kernel.envelope import Sealed, open_body
from domain.kernel.ids import stable_id
from domain.orders.pricing import Wanted
from domain.parties.model import person
from tests.desktop.app.home import furnish
from tests.support.counter import NOW, SHOP, Counter

RICE, SAUCE = "6902969882347", "6902265360100"
WANG = (stable_id("person", "S1", "owner"), "王芳", "owner")
ZHAO = (stable_id("person", "S1", "clerk"), "赵小雨", "clerk")


class Desk:
    """The program on a shop's home folder, with two people who have PINs."""

    def __init__(self, home: Path, qtbot: QtBot) -> None:
        self.home, self.qtbot = home, qtbot
        self.environment = furnish(home)
        self.client = self.start()
        self.add(ZHAO)
        vault = self.client.profile.vault
        key = self.client.profile.database_key
        for who, pin in ((WANG, "2580"), (ZHAO, "7410")):
            vault.keep(who, PIN, pin, key)
        vault.set_device(card_of(self.client.profile.store.known), b"")

    def start(self) -> Client:
        """The program, not showing anything yet."""
        return Client(
            Paths(self.home), clock=FixedClock(NOW, "2026-11-18"), environment=self.environment, synchronise=False
        )

    def restart(self) -> None:
        """End it and start it again."""
        self.client.close()
        self.client = self.start()
        self.client.start()

    def add(self, who: tuple[str, str, str]) -> None:
        """A colleague, as the network sends her."""
        row = {"id": who[0], "party_id": SHOP, "name": who[1], "role": who[2]}
        Counter.write_into(self.client.profile.store, person, [row])

    def wait_for(self, kind: type[QWidget]) -> None:
        """Until that is what is shown."""
        self.qtbot.waitUntil(lambda: isinstance(self.client.sign_in, kind))

    @property
    def window(self) -> MainWindow:
        assert self.client.window is not None
        return self.client.window

    @property
    def keeper(self) -> Doorkeeper:
        assert self.client.doorkeeper is not None
        return self.client.doorkeeper

    @property
    def card(self) -> PeopleCard:
        return self.keeper.screen.card

    @property
    def page(self) -> OrderEntryPage:
        assert isinstance(self.window.page, OrderEntryPage)
        return self.window.page

    @property
    def who(self) -> str:
        return self.client.profile.store.known.person_name


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    i18n.set_language("zh_CN")
    made = Desk(tmp_path / "home", qtbot)
    made.client.start()
    qtbot.waitUntil(lambda: made.page.kept is not None)
    yield made
    made.client.close()


def f12(desk: Desk) -> None:
    QTest.keyClick(desk.page, Qt.Key.Key_F12)
    assert desk.keeper.locked


def prove(desk: Desk, pin: str, *, down: int = 0) -> None:
    for _ in range(down):
        QTest.keyClick(desk.card.secret, Qt.Key.Key_Down)
    QTest.keyClicks(desk.card.secret, pin)
    QTest.keyClick(desk.card.secret, Qt.Key.Key_Return)


def unlocked(qtbot: QtBot, desk: Desk) -> None:
    qtbot.waitUntil(lambda: not desk.keeper.locked)


def test_f12_covers_everything_and_the_pin_uncovers_it(qtbot: QtBot, desk: Desk) -> None:
    f12(desk)
    screen = desk.keeper.screen
    assert screen.isVisible()
    assert screen.geometry() == desk.window.geometry()
    assert QApplication.activeModalWidget() is screen
    assert desk.card.person is not None
    assert desk.card.person.name == "王芳"
    prove(desk, "2580")
    unlocked(qtbot, desk)
    assert not screen.isVisible()
    qtbot.waitUntil(desk.page.box.hasFocus)


def test_a_wrong_pin_and_esc_change_nothing(qtbot: QtBot, desk: Desk) -> None:
    f12(desk)
    prove(desk, "2581")
    qtbot.waitUntil(lambda: bool(desk.card.problem.text()))
    assert desk.keeper.locked
    assert not desk.card.primary.isEnabled(), "the next attempt waits"
    QTest.keyClick(desk.card.secret, Qt.Key.Key_Escape)
    assert desk.keeper.screen.isVisible()
    assert desk.who == "王芳"


def test_the_wait_is_counted_down_and_then_the_right_one_goes(qtbot: QtBot, desk: Desk) -> None:
    f12(desk)
    prove(desk, "2581")
    qtbot.waitUntil(lambda: "1" in desk.card.problem.text())
    desk.client.profile.clock.ms += 1_000  # type: ignore[attr-defined]  # a FixedClock
    qtbot.waitUntil(lambda: not desk.card.problem.text())
    prove(desk, "2580")
    unlocked(qtbot, desk)


def test_a_colleague_takes_over_and_seals_in_her_own_name(qtbot: QtBot, desk: Desk) -> None:
    assert desk.page.scanned(RICE)
    qtbot.waitUntil(lambda: len(desk.page.rows) == 1)
    before = desk.window
    f12(desk)
    prove(desk, "7410", down=1)
    qtbot.waitUntil(lambda: desk.window is not before)
    assert desk.who == "赵小雨"
    qtbot.waitUntil(lambda: desk.page.kept is not None)
    assert desk.page.rows == [], "the order in hand is her colleague's"
    store = desk.client.profile.store
    done = operations.complete_sale(store, [Wanted("A001", 1_000)])
    row = store.ledger.find(done.command_id)
    assert row is not None
    assert open_body(Sealed(bytes(row["body"]), b"")).person == ZHAO[0]

    f12(desk)
    prove(desk, "2580", down=1)
    qtbot.waitUntil(lambda: desk.who == "王芳")
    qtbot.waitUntil(lambda: [line.code for line in desk.page.rows] == ["A001"])


def test_another_role_sees_other_screens(qtbot: QtBot, desk: Desk) -> None:
    packer = (stable_id("person", "S1", "packer"), "钱库", "warehouse")
    desk.add(packer)
    desk.client.profile.vault.keep(packer, PIN, "8520", desk.client.profile.database_key)
    f12(desk)
    desk.card.choose(packer[0])
    prove(desk, "8520")
    qtbot.waitUntil(lambda: desk.who == "钱库" and not desk.keeper.locked)
    assert "order_entry" not in desk.window.screen_ids


def test_a_scan_switches_nobody_and_reaches_nobody(qtbot: QtBot, desk: Desk) -> None:
    f12(desk)
    for code in (RICE, "7410", ZHAO[0]):
        desk.client.scanner.scanned.emit(code)
    assert desk.keeper.locked
    assert desk.who == "王芳"
    prove(desk, "2580")
    unlocked(qtbot, desk)
    desk.client.scanner.scanned.emit(SAUCE)
    qtbot.waitUntil(lambda: [line.code for line in desk.page.rows] == ["A002"])
    assert [line.code for line in desk.page.edit.draft.lines] == ["A002"], "what was scanned before is nowhere"


def test_a_scan_behind_the_lock_reaches_no_other_screen_either(qtbot: QtBot, desk: Desk) -> None:
    desk.window.open_screen("replenishment")
    page = desk.window.page
    assert isinstance(page, ReplenishmentPage)
    qtbot.waitUntil(lambda: page.is_ready)
    desk.keeper.lock()
    desk.client.scanner.scanned.emit(RICE)
    prove(desk, "2580")
    unlocked(qtbot, desk)
    desk.client.scanner.scanned.emit(SAUCE)
    qtbot.waitUntil(lambda: [line.code for line in page.edit.draft.lines] == ["A002"])


def test_command_keys_reach_nobody(desk: Desk) -> None:
    f12(desk)
    page = desk.window.page
    for key in (Qt.Key.Key_2, Qt.Key.Key_K, Qt.Key.Key_F9):
        QTest.keyClick(desk.keeper.screen, key, Qt.KeyboardModifier.AltModifier)
        QTest.keyClick(desk.keeper.screen, key, Qt.KeyboardModifier.ControlModifier)
    assert desk.window.page is page
    assert QApplication.activeModalWidget() is desk.keeper.screen


def test_a_restart_leaves_it_locked_and_everybody_where_he_was(qtbot: QtBot, desk: Desk) -> None:
    f12(desk)
    qtbot.waitUntil(lambda: desk.client.profile.vault.contents.screen_locked)
    desk.restart()
    assert desk.keeper.locked
    assert desk.keeper.screen.isVisible()
    assert desk.who == "王芳"
    prove(desk, "2580")
    unlocked(qtbot, desk)
    desk.restart()
    assert not desk.keeper.locked
    assert desk.who == "王芳"


def test_a_dialog_that_was_open_is_out_of_sight_and_comes_back(qtbot: QtBot, desk: Desk) -> None:
    dialog = Dialog(desk.window, "people.sign_out.title")
    dialog.ask("people.sign_out.sentence")
    desk.keeper.lock()
    assert not dialog.isVisible()
    prove(desk, "2580")
    unlocked(qtbot, desk)
    assert dialog.isVisible()
    dialog.reject()


def test_sales_go_on_syncing_behind_the_screen(qtbot: QtBot, desk: Desk) -> None:
    f12(desk)
    with qtbot.waitSignal(desk.window.scheduler.ended):
        desk.window.scheduler.run_now()
    assert desk.keeper.locked


def test_after_a_while_without_a_touch_it_locks_by_itself(qtbot: QtBot, desk: Desk) -> None:
    desk.client.idle.wait(100)
    qtbot.waitUntil(lambda: desk.keeper.locked)
    assert desk.keeper.screen.isVisible()


def test_a_touch_begins_the_wait_anew(qtbot: QtBot, desk: Desk) -> None:
    idle = desk.client.idle
    idle.wait(10_000)
    qtbot.waitUntil(lambda: idle.left < 9_300)  # Qt may end such a timer 500 ms too soon
    before = idle.left
    qtbot.waitUntil(lambda: (QTest.keyClick(desk.page, Qt.Key.Key_A), idle.left)[1] > before)


def test_the_wait_is_a_setting(desk: Desk) -> None:
    assert desk.client.idle.milliseconds == 10 * 60_000
    desk.client.settings.set(LOCK_MINUTES, 1)
    assert desk.client.idle.milliseconds == 60_000
    desk.client.settings.set(LOCK_MINUTES, 0)
    assert desk.client.idle.milliseconds == 0


def test_without_a_secret_one_is_chosen_first(qtbot: QtBot, desk: Desk) -> None:
    desk.client.profile.vault.forget(WANG[0])
    desk.keeper.lock_if_possible()
    assert not desk.keeper.locked
    desk.window.lock()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, PinDialog)
    QTest.keyClicks(dialog.pin, "1111")
    QTest.keyClicks(dialog.again, "1111")
    QTest.keyClick(dialog.again, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.form.errors() == {"pin": "pin_too_simple"})
    for field in (dialog.pin, dialog.again):
        field.clear()
        QTest.keyClicks(field, "9517")
    QTest.keyClick(dialog.again, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.client.profile.people.current.has_pin and not QApplication.activeModalWidget())
    f12(desk)
    prove(desk, "9517")
    unlocked(qtbot, desk)


def test_who_comes_by_password_is_asked_for_a_pin(qtbot: QtBot, desk: Desk) -> None:
    """Added by the owner on this PC, with no network: the first password opens this PC, then she chooses a PIN."""
    client = desk.client
    store = client.profile.store
    secret = hash_password("erstes-wort")
    added = network.add_person(store, party_code="S1", name="孙一", role="clerk", password_hash=secret)
    client.profile.people.password_given(added.document_id, "erstes-wort")
    f12(desk)
    desk.card.choose(added.document_id)
    prove(desk, "erstes-wort")
    qtbot.waitUntil(lambda: desk.who == "孙一")
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), PinDialog))


def test_somebody_suspended_is_out_after_the_sync(qtbot: QtBot, desk: Desk) -> None:
    store = desk.client.profile.store
    with store.cache.write() as connection:
        connection.execute(person.update().where(person.c.id == WANG[0]).values(status="suspended"))
    desk.keeper.look_after()
    qtbot.waitUntil(lambda: desk.keeper.locked)
    assert [one.name for one in desk.client.profile.people.here()] == ["赵小雨"]
    desk.card.refresh()
    prove(desk, "7410")
    qtbot.waitUntil(lambda: desk.who == "赵小雨")


def test_sign_out_says_what_is_unsent_and_the_door_opens_by_pin(qtbot: QtBot, desk: Desk) -> None:
    client = desk.client
    operations.complete_sale(client.profile.store, [Wanted("A001", 1_000)])
    desk.window.sign_out()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, Dialog)
    assert dialog.sentence.text() == i18n.tr("people.sign_out.unsent", n=1)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(client.sign_in, DoorPage))
    assert client.window is None
    assert open_key_store(desk.home, desk.environment).get(DATABASE_KEY) is None
    page = client.sign_in
    assert isinstance(page, DoorPage)
    assert page.unsent.text() == i18n.tr("people.still_unsent", n=1)
    page.card.choose(ZHAO[0])
    QTest.keyClicks(page.card.secret, "7410")
    QTest.keyClick(page.card.secret, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: client.window is not None)
    assert desk.who == "赵小雨"
    assert client.profile.store.ledger.unsent().number == 1


def test_from_the_door_to_the_server_and_back(desk: Desk) -> None:
    desk.client.sign_out()
    desk.wait_for(DoorPage)
    assert isinstance(desk.client.sign_in, DoorPage)
    desk.client.sign_in.online_asked.emit()
    page = desk.client.sign_in
    assert isinstance(page, SignInPage)
    back = next(each for each in page.findChildren(KeyButton) if each is not page.primary)
    QTest.keyClick(back, Qt.Key.Key_Space)
    assert isinstance(desk.client.sign_in, DoorPage)


def test_after_a_pin_alone_one_is_told_that_nothing_goes_up_and_signs_in_again(qtbot: QtBot, desk: Desk) -> None:
    """Selling goes on; the message offers the one next step, and a wrong password stands at its field."""
    KeptTokens(open_key_store(desk.home, desk.environment)).save(None)
    desk.window.scheduler.run_now()
    qtbot.waitUntil(lambda: desk.window.banner.current() is not None)
    notice = desk.window.banner.current()
    assert notice is not None
    assert notice.code == "sync_needs_sign_in"
    assert notice.action is not None
    notice.action.run()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, AgainDialog)
    assert unnamed_controls(dialog) == []
    QTest.keyClick(dialog.password, Qt.Key.Key_Return)
    assert dialog.form.errors() == {"password": "nothing_entered"}
    QTest.keyClicks(dialog.password, "geheim-1")
    QTest.keyClick(dialog.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.form.errors() == {"password": "server_unreachable"})
    dialog.reject()


def test_every_control_has_a_name(desk: Desk) -> None:
    f12(desk)
    assert unnamed_controls(desk.keeper.screen) == []
