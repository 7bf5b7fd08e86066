"""Another address of the server: asked with the password, kept only when it is granted."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.features.settings.server_card import ServerCard
from desktop.platform.settings import SERVER_URL
from domain.kernel.errors import Refused
from tests.support.counter import Counter

OLD, NEW = "http://127.0.0.1:1", "https://hq.example.cn"


def shown(qtbot: QtBot, counter: Counter) -> ServerCard:
    card = ServerCard(counter.workbench)
    qtbot.addWidget(card)
    card.show()
    return card


def type_in(card: ServerCard, address: str, password: str) -> None:
    card.server.setText(address)
    QTest.keyClicks(card.password, password)
    QTest.keyClick(card.password, Qt.Key.Key_Return)


def test_the_address_in_force_is_shown(qtbot: QtBot, counter: Counter) -> None:
    card = shown(qtbot, counter)
    assert card.server.text() == OLD
    assert counter.store.known.person_name in card.password.placeholderText()


def test_a_granted_address_is_kept_and_a_round_follows(qtbot: QtBot, counter: Counter) -> None:
    card = shown(qtbot, counter)
    with qtbot.waitSignal(counter.workbench.sync_requested):
        type_in(card, f" {NEW} ", "geheim")
    assert counter.moved == [(NEW, "geheim")]
    assert counter.workbench.settings.get(SERVER_URL) == counter.store.known.server == card.server.text() == NEW
    assert card.password.text() == ""
    assert counter.posted == ["settings.server_changed"]


def test_another_networks_server_is_said_at_the_address_and_nothing_changes(qtbot: QtBot, counter: Counter) -> None:
    card = shown(qtbot, counter)
    counter.no_move = Refused("other_server", server=NEW)
    type_in(card, NEW, "geheim")
    qtbot.waitUntil(card.form.has_errors)
    assert card.form.errors() == {"server": "other_server"}
    assert counter.store.known.server == OLD
    assert counter.workbench.settings.get(SERVER_URL) != NEW
    assert card.server.text() == NEW
    card.show_known()
    assert (card.server.text(), card.form.errors()) == (OLD, {})


def test_nothing_is_asked_without_a_password(qtbot: QtBot, counter: Counter) -> None:
    card = shown(qtbot, counter)
    type_in(card, NEW, "")
    assert card.form.errors() == {"password": "nothing_entered"}
    assert counter.moved == []
