"""The command palette finds by words, pinyin and initials, runs, and gives the focus back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

import i18n
from desktop.platform.actions import PaletteEntry
from desktop.platform.theme import Look, theme
from desktop.widgets.palette_popup import CommandPalette, matching


class Window(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.box = QLineEdit()
        QVBoxLayout(self).addWidget(self.box)
        self.palette_of_commands = CommandPalette(self)
        self.resize(900, 600)


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    window = Window()
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
    window.box.setFocus()
    return window


@pytest.fixture
def ran() -> list[str]:
    return []


@pytest.fixture
def entries(window: Window, ran: list[str]) -> list[PaletteEntry]:
    made = []
    for name, text, key, search in (
        ("hold", "\u6302\u5355", "F6", "guadan gd"),
        ("pay", "\u6536\u6b3e", "F9", "shoukuan sk checkout"),
        ("recall", "\u53d6\u5355", "⇧F6", "qudan qd"),
        ("lock", "Lock the counter", "F12", ""),
    ):
        action = QAction(window)
        action.triggered.connect(lambda _=False, name=name: ran.append(name))
        made.append(PaletteEntry(name, text, key, search, action))
    return made


@pytest.fixture
def commands(window: Window, entries: list[PaletteEntry]) -> CommandPalette:
    window.palette_of_commands.open_with(entries)
    return window.palette_of_commands


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", ["hold", "pay", "recall", "lock"]),
        ("sk", ["pay"]),
        ("shou", ["pay"]),
        ("kuan", ["pay"]),
        ("\u5355", ["hold", "recall"]),
        ("\u6302", ["hold"]),
        ("lock", ["lock"]),
        ("the lock", ["lock"]),
        ("CHECK", ["pay"]),
        ("xyz", []),
    ],
)
def test_what_is_typed_finds(entries: list[PaletteEntry], typed: str, found: list[str]) -> None:
    assert [entry.id for entry in matching(entries, typed)] == found


def test_opening_takes_the_keys_and_esc_gives_the_focus_back(window: Window, commands: CommandPalette) -> None:
    assert commands.isVisible()
    assert commands.field.hasFocus()
    assert window.rect().contains(commands.geometry())
    QTest.keyClick(commands.field, Qt.Key.Key_Escape)
    assert not commands.isVisible()
    assert window.box.hasFocus()


def test_enter_runs_and_the_focus_is_back_before(window: Window, commands: CommandPalette, ran: list[str]) -> None:
    QTest.keyClicks(commands.field, "sk")
    QTest.keyClick(commands.field, Qt.Key.Key_Return)
    assert ran == ["pay"]
    assert not commands.isVisible()
    assert window.box.hasFocus()


def test_arrows_choose(commands: CommandPalette, ran: list[str]) -> None:
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Return):
        QTest.keyClick(commands.field, key)
    assert ran == ["pay"]


def test_nothing_found_says_so_and_enter_does_nothing(commands: CommandPalette, ran: list[str]) -> None:
    QTest.keyClicks(commands.field, "xyz")
    assert commands.shown_texts() == []
    assert commands._nothing.isVisible()
    QTest.keyClick(commands.field, Qt.Key.Key_Return)
    assert ran == []
    assert commands.isVisible()


def test_it_leaves_when_the_focus_goes_elsewhere(window: Window, commands: CommandPalette) -> None:
    window.box.setFocus()
    assert not commands.isVisible()


def test_it_fits_at_200_percent_and_speaks_the_language(window: Window, commands: CommandPalette) -> None:
    theme().apply(Look("dark", 200))
    i18n.set_language("en")
    assert window.rect().contains(commands.geometry())
    assert commands.field.accessibleName() == "Commands"
    assert not commands.grab().isNull()
