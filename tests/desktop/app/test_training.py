"""Practising: everything works as in earnest, everything says that it is not, and the real profile does not notice."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import i18n
from desktop.app.profile import Profile, card_of
from desktop.app.retirement import Retirement
from desktop.app.training import CODE, MADE_UP, MANAGER, MANAGER_PIN, TrainingProfile, copied, prepare
from desktop.app.training_client import TrainingClient
from desktop.app.window_main import answer
from desktop.features.order_entry import operations as selling
from desktop.features.replenishment import operations as replenishment
from desktop.features.sign_in.door_page import DoorPage
from desktop.features.sign_in.sign_in_view import SignInPage
from desktop.platform.paths import Paths
from desktop.platform.print_settings import DRAWER, PRINTER
from desktop.platform.settings import Settings
from desktop.store.vault import PIN
from desktop.sync.round import SyncRound
from desktop.widgets.dialog import Dialog
from desktop.widgets.key_button import KeyButton
from domain.catalogue import queries as catalogue
from domain.customers.model import customer
from domain.kernel.errors import Refused
from domain.kernel.ids import HQ_PARTY_ID
from domain.orders.model import shipment
from domain.orders.pricing import Wanted
from domain.parties.model import person
from server_stub.catalogue.pinyin import search_keys
from tests.desktop.app.home import furnish
from tests.desktop.app.training_shop import CLOCK, Shop
from tests.support.escpos_reader import read
from tests.support.logged_errors import ErrorCollector
from tests.support.network import rows_of

RICE, WATER = "6902969882347", "6999000000018"


@pytest.fixture
def shop(qtbot: QtBot, tmp_path: Path) -> Iterator[Shop]:
    i18n.set_language("zh_CN")
    home = tmp_path / "home"
    made = Shop(home, furnish(home), qtbot)
    yield made
    made.desks.close()


@pytest.fixture
def newcomer(qtbot: QtBot, tmp_path: Path) -> Iterator[Shop]:
    """A PC that belongs to no network yet."""
    i18n.set_language("zh_CN")
    environment = {"DEALERDESK_KEYRING": "file", "DEALERDESK_KEYFILE": str(tmp_path / "key")}
    made = Shop(tmp_path / "home", environment, qtbot)
    yield made
    made.desks.close()


@pytest.fixture(scope="session")
def opened_sockets() -> list[str]:
    """What Python opens as a socket from now on: the interpreter tells, and never stops telling."""
    heard: list[str] = []
    sys.addaudithook(lambda event, _: heard.append(event) if event.startswith("socket.") else None)
    return heard


def sell(client: TrainingClient, qtbot: QtBot, code: str = "A001", quantity: int = 1000) -> str:
    bench = client.workbench
    assert bench is not None
    with qtbot.waitSignal(bench.performed) as heard:
        bench.do(lambda store: selling.complete_sale(store, [Wanted(code, quantity)], payments=[("cash", 10_000_000)]))
    return str(heard.args[0].command_id)


def code_of(client: TrainingClient, scanned: str) -> str:
    """The product that a scan finds."""
    with client.profile.store.read() as connection:
        found = catalogue.find_exact(connection, scanned)
    return str(found[0]["code"]) if found else ""


def paper_of(client: TrainingClient) -> Path:
    return client.profile.paths.documents / "receipts.prn"


def test_every_screen_says_that_it_is_training(shop: Shop) -> None:
    client = shop.practise()
    strip = client.strip
    assert strip is not None
    for screen in shop.window.screen_ids:
        shop.window.open_screen(screen)
        assert strip.isVisible()
        assert strip.y() == 0
        assert strip.width() == shop.window.width()
        shown = strip.grab().toImage()
        assert shown.pixelColor(2, 2).name().upper() == "#FFD84D"
    assert client.doorkeeper is not None
    assert "练习模式" in strip.sentence.text()
    client.doorkeeper.stay_locked()
    told = [each.text() for each in client.doorkeeper.screen.findChildren(type(strip.sentence)) if each.isVisible()]
    assert i18n.tr("training.strip") in told


def test_the_real_profile_does_not_notice(shop: Shop, qtbot: QtBot, opened_sockets: list[str]) -> None:
    """Sales, a shift's money, an order to the upline, rounds: not one byte beside the training folder, no socket."""
    before = len(opened_sockets)
    client = shop.practise()
    untouched = shop.files()
    assert {"data/ledger.db", "data/cache.db"} <= untouched.keys()
    for code in ("A001", "A002"):
        sell(client, qtbot, code)
    assert client.workbench is not None
    client.workbench.do(lambda store: replenishment.submit(store, [Wanted("A002", 12_000)], draft_id=None))
    client.workbench.settings.set(DRAWER, True)
    with qtbot.waitSignal(shop.window.scheduler.ended):
        shop.window.scheduler.run_now()
    qtbot.waitUntil(lambda: shop.window.info.to_upload == 0)
    assert shop.files() == untouched
    shop.come_back()
    assert opened_sockets[before:] == []
    assert shop.desks.client.profile.store.ledger.unsent().number == 0
    assert shop.desks.client.profile.store.known.party_code == "S1"


def test_the_goods_are_the_shop_s_own_and_nobody_s_data_came_along(shop: Shop, qtbot: QtBot) -> None:
    client = shop.practise()
    store = client.profile.store
    assert code_of(client, RICE) == "A001"
    [hit] = selling.search(store, "jlydbdm")
    assert (hit.unit_price, hit.stock) == (468_000, 100_000)
    with store.read() as connection:
        people, customers = rows_of(connection, person), rows_of(connection, customer)
    assert {row["name"] for row in people.values()} == {"学员", "练习店长"}
    assert {row["phone"] for row in customers.values()}.isdisjoint({"13812346621", "13905710088", "15067123409"})


def test_what_is_practised_is_confirmed_and_told_apart(shop: Shop, qtbot: QtBot) -> None:
    client = shop.practise()
    good, short = sell(client, qtbot), sell(client, qtbot, "A005", 500_000)
    with qtbot.waitSignal(shop.window.scheduler.ended):
        shop.window.scheduler.run_now()
    ledger = client.profile.store.ledger
    states = [dict(ledger.find(each) or {}) for each in (good, short)]
    assert [row["status"] for row in states] == ["confirmed", "exception"]
    assert str(states[0]["number"]).startswith(f"{CODE}-00-")
    assert [hit.stock for hit in selling.search(client.profile.store, "jlydbdm")] == [99_000]


def test_the_upline_ships_what_is_ordered(shop: Shop, qtbot: QtBot) -> None:
    client = shop.practise()
    store = client.profile.store
    replenishment.submit(store, [Wanted("A002", 12_000)], draft_id=None)
    assert SyncRound(store, client.profile.transport).once().accepted == 1
    with store.read() as connection:
        [coming] = rows_of(connection, shipment).values()
    assert coming["state"] == "shipped"
    assert coming["buyer_id"] == store.known.party_id


def test_every_paper_says_so_and_no_drawer_opens(shop: Shop, qtbot: QtBot) -> None:
    """Also in the shop's own layout, which has no room for the word and opens the drawer at each sale."""
    layout = '[[row]]\ntext = "{title}"\n[[row]]\ncut = true\n[[row]]\ndrawer = true\n'
    client = shop.practise()
    (client.profile.paths.layouts / "sale.toml").write_text(layout, encoding="utf-8")
    client.settings.set(DRAWER, True)
    sell(client, qtbot)
    qtbot.waitUntil(paper_of(client).exists)
    out = read(paper_of(client).read_bytes())
    assert [each.strip() for each in out.texts] == ["练习", "销售小票"]
    assert "drawer" not in out.events
    assert client.workbench is not None
    client.workbench.test_print_requested.emit()
    qtbot.waitUntil(lambda: read(paper_of(client).read_bytes()).texts.count("练习") == 2)


def test_the_real_printer_only_when_asked(shop: Shop, qtbot: QtBot, tmp_path: Path) -> None:
    shop.desks.client.settings.set(PRINTER, f"file:{tmp_path / 'real'}")
    client = shop.practise()
    sell(client, qtbot)
    qtbot.waitUntil(paper_of(client).exists)
    assert not (tmp_path / "real").exists()
    assert client.strip is not None
    client.strip.take_printer()
    sell(client, qtbot)
    qtbot.waitUntil((tmp_path / "real").exists)
    assert read((tmp_path / "real").read_bytes()).texts.count("练习") == 1


def test_an_order_in_hand_is_held_first(shop: Shop, qtbot: QtBot) -> None:
    assert shop.page.scanned(RICE)
    qtbot.waitUntil(lambda: len(shop.page.rows) == 1)
    shop.window.ask_training()
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), Dialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, Dialog)
    dialog.reject()
    assert not shop.desks.training
    assert [line.code for line in selling.load_draft(shop.desks.client.profile.store).lines] == ["A001"]
    shop.window.ask_training()
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), Dialog))
    again = QApplication.activeModalWidget()
    assert isinstance(again, Dialog)
    QTest.keyClick(again.button("hold"), Qt.Key.Key_Space)
    shop.wait()
    shop.come_back()
    store = shop.desks.client.profile.store
    assert selling.load_draft(store).lines == ()
    [held] = selling.held_orders(store)
    assert [line.code for line in held.draft.lines] == ["A001"]


def test_who_comes_back_proves_himself(shop: Shop) -> None:
    profile = shop.desks.client.profile
    known = profile.store.known
    profile.vault.keep((known.person_id, known.person_name, known.role), PIN, "2581", profile.database_key)
    shop.practise()
    shop.come_back()
    assert shop.desks.client.doorkeeper is not None
    assert shop.desks.client.doorkeeper.locked


def test_it_begins_anew(shop: Shop, qtbot: QtBot, qapp: QApplication) -> None:
    client = shop.practise()
    sell(client, qtbot)
    assert client.strip is not None
    client.strip.ask_reset()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, Dialog)
    QTest.keyClick(dialog.button("reset"), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not qapp.quitOnLastWindowClosed())  # while there is no window the program goes on
    again = shop.wait(client)
    assert qapp.quitOnLastWindowClosed()
    store = again.profile.store
    assert [hit.stock for hit in selling.search(store, "jlydbdm")] == [100_000]
    assert sell(again, qtbot) is not None
    assert (store.ledger.find(sell(again, qtbot)) or {})["number"] == f"{CODE}-00-S000002"


def test_a_training_shop_has_no_way_to_a_server(shop: Shop) -> None:
    profile = shop.practise().profile
    assert isinstance(profile, TrainingProfile)
    with pytest.raises(Refused) as refused:
        profile.enrol("http://127.0.0.1:1", "王芳", "geheim-1")
    assert refused.value.code == "training_no_server"
    assert profile.store.known.server == ""


def test_a_command_line_waits_for_the_end_of_training(shop: Shop) -> None:
    shop.practise()
    told = answer(shop.desks, {"words": ["sync"]})
    assert told["code"] == 1
    assert told["error"] == i18n.message("training_open")


def test_a_new_pc_can_practise_before_it_belongs_to_anybody(newcomer: Shop, qtbot: QtBot) -> None:
    page = newcomer.desks.client.sign_in
    assert isinstance(page, SignInPage)
    words = i18n.tr("training.action.enter")
    button = next(each for each in page.findChildren(KeyButton) if words in (each.text(), each.accessibleName()))
    QTest.keyClick(button, Qt.Key.Key_Space)
    client = newcomer.wait()
    assert code_of(client, WATER) == "YL001"
    assert client.profile.vault.open(MANAGER, MANAGER_PIN).key == client.profile.database_key
    newcomer.come_back()
    assert isinstance(newcomer.desks.client.sign_in, SignInPage)
    assert not (newcomer.home / "data" / "ledger.db").exists()


def test_from_the_door_and_back_to_it(shop: Shop, qtbot: QtBot) -> None:
    client = shop.desks.client
    known = client.profile.store.known
    client.profile.vault.keep(
        (known.person_id, known.person_name, known.role), PIN, "2581", client.profile.database_key
    )
    client.profile.vault.set_device(card_of(known), b"")
    client.sign_out()
    qtbot.waitUntil(lambda: isinstance(shop.desks.client.sign_in, DoorPage))
    assert isinstance(shop.desks.client.sign_in, DoorPage)
    shop.desks.client.sign_in.training_asked.emit()
    shop.wait()
    shop.come_back()
    assert isinstance(shop.desks.client.sign_in, DoorPage)


def test_a_training_shop_that_cannot_begin_anew_gives_the_real_counter_back(
    shop: Shop, qtbot: QtBot, error_collector: ErrorCollector
) -> None:
    error_collector.expected = True
    client = shop.practise()
    with client.profile.store.cache.write() as connection:
        connection.exec_driver_sql("ALTER TABLE product RENAME TO away")
    shop.desks.reset()
    qtbot.waitUntil(lambda: shop.desks.client is not client)
    qtbot.waitUntil(lambda: shop.desks.client.window is not None)
    assert shop.desks.client.profile.store.known.party_code == "S1"


def test_one_that_does_not_open_any_more_is_made_anew(shop: Shop) -> None:
    shop.practise()
    shop.come_back()
    (shop.home / "training" / "keyring.bin").unlink()
    assert code_of(shop.practise(), RICE) == "A001"


def test_built_in_goods_give_way_to_the_shop_s_own(tmp_path: Path) -> None:
    """Somebody practised before the first products came; what he sold then is not kept, the goods are the real ones."""
    home = tmp_path / "home"
    environment = furnish(home)
    prepare(Paths(home), CLOCK, environment, {}, "owner")
    real = Profile(Paths(home), CLOCK, environment)
    catalogue = copied(real)
    real.close()
    found = []
    for goods in ({}, catalogue, {}, catalogue):
        prepare(Paths(home), CLOCK, environment, goods, "owner")
        profile = TrainingProfile(Paths(home).training, CLOCK, environment)
        assert bool(copied(profile)) == bool(selling.search(profile.store, "jlydbdm")), (
            "invented goods are not passed on"
        )
        found.append((profile.store.known.device_id, bool(selling.search(profile.store, "jlydbdm"))))
        profile.close()
    assert [real_goods for _, real_goods in found] == [False, True, True, True]
    assert len({device for device, _ in found[1:]}) == 1, "it goes on where it was left"


def test_a_wiped_pc_keeps_no_training_shop(shop: Shop) -> None:
    shop.practise()
    shop.come_back()
    assert (shop.home / "training").exists(), "it goes on where it was left"
    shop.desks.close()
    Retirement(Profile(Paths(shop.home), CLOCK, shop.environment)).wipe()
    assert not (shop.home / "training").exists()


def test_the_screens_are_those_of_who_practises(tmp_path: Path) -> None:
    environment = {"DEALERDESK_KEYRING": "file", "DEALERDESK_KEYFILE": str(tmp_path / "key")}
    prepare(Paths(tmp_path).prepare(), CLOCK, environment, {}, "warehouse")
    profile = TrainingProfile(Paths(tmp_path).training, CLOCK, environment)
    assert profile.store.known.role == "warehouse"
    profile.close()


def test_headquarters_prices_and_goods_are_not_copied(shop: Shop) -> None:
    profile = shop.desks.client.profile
    assert copied(profile) != {}
    profile.store.set_identity(replace(profile.store.known, party_id=HQ_PARTY_ID))
    assert copied(profile) == {}


def test_the_settings_are_taken_along_and_not_brought_back(shop: Shop) -> None:
    shop.desks.client.settings.set(DRAWER, True)
    client = shop.practise()
    assert not client.settings.get(DRAWER)
    client.settings.set(PRINTER, "")
    shop.come_back()
    kept = Settings(shop.home / "settings.json")
    assert kept.get(DRAWER)


def test_the_built_in_goods_are_found_as_the_server_would_have_them_found() -> None:
    goods = tomllib.loads(MADE_UP.read_text(encoding="utf-8"))["product"]
    assert len(goods) == 50
    assert [(one["pinyin"], one["initials"]) for one in goods] == [search_keys(one["name"]) for one in goods]
