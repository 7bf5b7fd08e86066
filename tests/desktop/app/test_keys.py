"""Other keys by choice: found, pressed, refused in words, set back; shown at once wherever a key stands."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

import desktop.features
from desktop.app.help.help_dialog import HelpDialog
from desktop.app.keymap import OF_SCREENS
from desktop.app.main_window import MainWindow
from desktop.app.scheduler import Scheduler
from desktop.features.order_entry.order_entry_view import OrderEntryPage
from desktop.features.settings.key_capture import KeyCapture
from desktop.features.settings.keys_dialog import RESET, RESET_ALL, KeysDialog
from desktop.features.settings.settings_view import SettingsPage
from desktop.platform.action import Action
from desktop.platform.settings import SHORTCUTS, Settings
from desktop.widgets.key_help import Keycap, KeyHelp
from desktop.widgets.scanner import Scanner
from tests.desktop.app.wires import Wire
from tests.support.counter import Counter, unnamed

PLAIN = Qt.KeyboardModifier.NoModifier
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(qtbot: QtBot, counter: Counter) -> Iterator[MainWindow]:
    made = MainWindow(
        counter.workbench, Scheduler(counter.workbench, lambda: Wire(cut=True), jitter=lambda: 1.0), Scanner()
    )
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.open_first()
        made.show()
        made.activateWindow()
    yield made


def in_front(qtbot: QtBot, kind: type[QWidget]) -> QWidget:
    def has_focus() -> bool:
        dialog, focus = QApplication.activeModalWidget(), QApplication.focusWidget()
        return isinstance(dialog, kind) and focus is not None and focus.window() is dialog

    qtbot.waitUntil(has_focus)
    found = QApplication.activeModalWidget()
    assert found is not None
    return found


def asking(qtbot: QtBot, window: MainWindow, text: str) -> KeysDialog:
    """The list, narrowed to *text*."""
    window.open_screen("settings")
    page = window.page
    assert isinstance(page, SettingsPage)
    page.keys.click()
    dialog = in_front(qtbot, KeysDialog)
    assert isinstance(dialog, KeysDialog)
    dialog.search.setText(text)
    return dialog


def capture(qtbot: QtBot, dialog: KeysDialog) -> KeyCapture:
    QTest.keyClick(dialog.search, Qt.Key.Key_Return)
    found = in_front(qtbot, KeyCapture)
    assert isinstance(found, KeyCapture)
    return found


def declared() -> set[str]:
    """Ids of all actions that the features declare."""
    found = set()
    for feature in pkgutil.iter_modules(desktop.features.__path__):
        package = importlib.import_module(f"desktop.features.{feature.name}")
        for module in pkgutil.iter_modules(package.__path__):
            if module.name == "actions":
                named = vars(importlib.import_module(f"{package.__name__}.actions")).values()
                flat = [each for value in named for each in (value if isinstance(value, tuple) else (value,))]
                found |= {each.id for each in flat if isinstance(each, Action)}
    return found


def test_every_declared_action_can_be_given_a_key() -> None:
    assert declared() == {action.id for actions in OF_SCREENS.values() for action in actions}


def test_no_two_actions_of_a_screen_have_the_same_key(window: MainWindow, counter: Counter) -> None:
    shortcuts = counter.workbench.shortcuts
    for group in shortcuts.groups():
        for action in group.actions:
            key = shortcuts.key_of(action)
            assert [other.id for other in shortcuts.beside(action) if key and shortcuts.key_of(other) == key] == []


def test_another_key_works_and_stands_everywhere_at_once(qtbot: QtBot, window: MainWindow, counter: Counter) -> None:
    entry = window.page
    assert isinstance(entry, OrderEntryPage)
    dialog = asking(qtbot, window, "shoukuan")
    assert [row.words for row in dialog._rows()] == ["收款"]
    assert unnamed(dialog) == []
    asked = capture(qtbot, dialog)
    assert unnamed(asked) == []
    QTest.keyClick(asked.field, Qt.Key.Key_J, CTRL)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is dialog)
    assert Settings(counter.folder / "settings.json").get(SHORTCUTS) == {"order_entry.pay": "Ctrl+J"}
    assert entry.primary.accessibleDescription() == "Ctrl+J"
    dialog.reject()
    window.open_screen("order_entry")
    window.show_help()
    book = in_front_or_any(qtbot, HelpDialog)
    assert isinstance(book, HelpDialog)
    book.button("keys").click()
    help_page = in_front_or_any(qtbot, KeyHelp)
    assert "Ctrl+J" in {cap.accessibleName() for cap in help_page.findChildren(Keycap)}
    help_page.close()
    book.close()
    assert entry.scanned("6902969882347")
    with qtbot.waitActive(window):
        window.activateWindow()
    qtbot.waitUntil(entry.primary.isEnabled)
    QTest.keyClick(entry.box, Qt.Key.Key_J, CTRL)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is not None)


def in_front_or_any(qtbot: QtBot, kind: type[QWidget]) -> QWidget:
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), kind))
    found = QApplication.activeModalWidget()
    assert found is not None
    return found


def test_what_cannot_be_given_is_said_and_asked_again(qtbot: QtBot, window: MainWindow, counter: Counter) -> None:
    asked = capture(qtbot, asking(qtbot, window, "shoukuan"))
    for key, modifier, words in (
        (Qt.Key.Key_F10, PLAIN, "系统"),
        (Qt.Key.Key_7, PLAIN, "扫码枪"),
        (Qt.Key.Key_Q, SHIFT, "扫码枪"),
        (Qt.Key.Key_Return, PLAIN, "输入和移动"),
        (Qt.Key.Key_V, CTRL, "输入和移动"),
        (Qt.Key.Key_F2, PLAIN, "「查找商品」"),
        (Qt.Key.Key_F12, PLAIN, "「锁屏、换人」"),
    ):
        QTest.keyClick(asked.field, key, modifier)
        assert words in asked.problem.text()
        assert asked.isVisible()
    assert counter.workbench.settings.get(SHORTCUTS) == {}
    QTest.keyClick(asked.field, Qt.Key.Key_Escape)


def test_an_everywhere_key_is_refused_where_any_screen_has_it(qtbot: QtBot, window: MainWindow) -> None:
    asked = capture(qtbot, asking(qtbot, window, "suoping"))
    QTest.keyClick(asked.field, Qt.Key.Key_F9)
    assert "F9" in asked.problem.text()
    QTest.keyClick(asked.field, Qt.Key.Key_Escape)


def test_one_is_set_back_and_all_are(qtbot: QtBot, window: MainWindow, counter: Counter) -> None:
    shortcuts = counter.workbench.shortcuts
    known = {action.id: action for group in shortcuts.groups() for action in group.actions}
    for name, key in (
        ("order_entry.pay", "Ctrl+J"),
        ("order_entry.hold", "Ctrl+H"),
        ("app.switch.orders", "Ctrl+Shift+2"),
    ):
        shortcuts.assign(known[name], key, shortcuts.beside(known[name]))
    assert window.nav.item("orders").entry.key == "Ctrl+Shift+2"
    dialog = asking(qtbot, window, "shoukuan")
    dialog.button(RESET).click()
    chosen = counter.workbench.settings.get(SHORTCUTS)
    assert sorted(chosen) == ["app.switch.orders", "order_entry.hold"]
    dialog.button(RESET_ALL).click()
    assert counter.workbench.settings.get(SHORTCUTS) == {}
    assert window.nav.item("orders").entry.key == "Alt+2"
    assert not dialog.button(RESET_ALL).isEnabled()
    dialog.reject()
