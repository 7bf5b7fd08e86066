"""Declared actions: keys, words, state, other keys by choice."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

import i18n
from desktop.platform.action import Action, key_label
from desktop.platform.actions import Actions, HelpRow
from desktop.platform.settings import Settings
from desktop.platform.shortcuts import Shortcuts, ShortcutTaken

PAY = Action("screen.pay", "platform.theme.light", "pay", "F9", icon="coins")
VOID = Action("screen.void", "platform.theme.dark", "void", "Shift+F6", enabled_when=lambda screen: screen.has_lines)
COUNT = Action("screen.count", "platform.theme.contrast", "count", "*", in_palette=False)
SILENT = Action("screen.silent", "platform.theme.system", "pay")
KEYCAPS = (
    ("F9", "F9"),
    ("Shift+F6", "⇧F6"),
    ("Ctrl+Z", "Ctrl+Z"),
    ("Return", "Enter"),
    ("Ctrl+Return", "Ctrl+Enter"),
    ("", ""),
)


class Screen(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.has_lines = False
        self.done: list[str] = []

    def pay(self) -> None:
        self.done.append("pay")

    def void(self) -> None:
        self.done.append("void")

    def count(self) -> None:
        self.done.append("count")


@pytest.fixture
def shortcuts(tmp_path: Path) -> Shortcuts:
    return Shortcuts(Settings(tmp_path / "settings.json"))


@pytest.fixture
def screen(qtbot: QtBot) -> Screen:
    screen = Screen()
    qtbot.addWidget(screen)
    with qtbot.waitActive(screen):
        screen.show()
    screen.setFocus()
    return screen


@pytest.fixture
def actions(screen: Screen, shortcuts: Shortcuts) -> Actions:
    return Actions((PAY, VOID, COUNT, SILENT), screen, shortcuts)


def typed(text: str) -> QKeyEvent:
    return QKeyEvent(QKeyEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, text)


def test_the_key_runs_the_handler(qtbot: QtBot, screen: Screen, actions: Actions) -> None:
    QTest.keyClick(screen, Qt.Key.Key_F9)
    assert screen.done == ["pay"]


def test_state_is_asked_again_on_refresh(qtbot: QtBot, screen: Screen, actions: Actions) -> None:
    QTest.keyClick(screen, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert screen.done == []
    screen.has_lines = True
    actions.refresh()
    QTest.keyClick(screen, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert screen.done == ["void"]


def test_a_plain_character_is_no_qt_shortcut_and_runs_when_the_screen_passes_it(
    screen: Screen, actions: Actions
) -> None:
    assert actions["screen.count"].shortcut().isEmpty()
    assert actions.press(typed("*"))
    assert not actions.press(typed("x"))
    assert screen.done == ["count"]


def test_words_follow_the_language(actions: Actions) -> None:
    assert actions["screen.pay"].text() == "浅色"
    i18n.set_language("en")
    assert actions["screen.pay"].text() == "Light"


def test_help_lists_what_has_a_key(actions: Actions) -> None:
    assert actions.help_rows() == [
        HelpRow("本页", "浅色", "F9"),
        HelpRow("本页", "深色", "⇧F6"),
        HelpRow("本页", "高对比度", "*"),
    ]


def test_what_works_everywhere_has_its_own_heading(screen: Screen, shortcuts: Shortcuts) -> None:
    lock = Action("app.lock", "platform.theme.dark", "pay", "F12", everywhere=True)
    assert Actions((lock,), screen, shortcuts).help_rows() == [HelpRow("任何页面", "深色", "F12")]


def test_palette_offers_what_can_be_done_now(screen: Screen, actions: Actions) -> None:
    assert [entry.id for entry in actions.palette_entries()] == ["screen.pay", "screen.silent"]
    screen.has_lines = True
    actions.refresh()
    assert [entry.key for entry in actions.palette_entries()] == ["F9", "⇧F6", ""]


def test_another_key_by_choice(qtbot: QtBot, screen: Screen, actions: Actions, shortcuts: Shortcuts) -> None:
    shortcuts.assign(PAY, "F2", actions.declared)
    QTest.keyClick(screen, Qt.Key.Key_F9)
    assert screen.done == []
    QTest.keyClick(screen, Qt.Key.Key_F2)
    assert screen.done == ["pay"]
    assert actions["screen.pay"].property("key") == "F2"
    shortcuts.reset()
    assert shortcuts.key_of(PAY) == "F9"


def test_a_key_that_is_taken_is_refused(actions: Actions, shortcuts: Shortcuts) -> None:
    with pytest.raises(ShortcutTaken) as taken:
        shortcuts.assign(PAY, "Shift+F6", actions.declared)
    assert (taken.value.why, taken.value.holder) == ("taken", VOID)
    with pytest.raises(ShortcutTaken):
        shortcuts.assign(PAY, "F10", actions.declared)
    assert shortcuts.key_of(PAY) == "F9"


def test_a_key_may_be_taken_away_and_the_declared_one_needs_no_memory(
    actions: Actions, shortcuts: Shortcuts, tmp_path: Path
) -> None:
    shortcuts.assign(PAY, "", actions.declared)
    assert shortcuts.key_of(PAY) == ""
    shortcuts.assign(PAY, "F9", actions.declared)
    assert "screen.pay" not in (tmp_path / "settings.json").read_text(encoding="utf-8")


def test_a_missing_handler_is_found_at_once(screen: Screen, shortcuts: Shortcuts) -> None:
    with pytest.raises(AttributeError, match="fly"):
        Actions((Action("screen.fly", "platform.app.name", "fly"),), screen, shortcuts)


@pytest.mark.parametrize(("key", "label"), KEYCAPS)
def test_keycap_writing(key: str, label: str) -> None:
    assert key_label(key) == label
