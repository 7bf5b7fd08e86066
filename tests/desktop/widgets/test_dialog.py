"""Dialogs answer with verbs and give the focus back at once."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

import i18n
from desktop.platform.actions import HelpRow
from desktop.widgets.dialog import Dialog
from desktop.widgets.key_button import Weight
from desktop.widgets.key_help import KeyHelp
from desktop.widgets.money_field import MoneyField
from desktop.widgets.verb import Verb

VERBS = (Verb("keep", "sample.one", "F6"), Verb("pay", "sample.pay", weight=Weight.PRIMARY))


class Window(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.box = QLineEdit()
        QVBoxLayout(self).addWidget(self.box)


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    window = Window()
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
    window.box.setFocus()
    return window


@pytest.fixture
def chosen() -> list[str]:
    return []


@pytest.fixture
def dialog(qtbot: QtBot, window: Window, chosen: list[str]) -> Dialog:
    dialog = Dialog(window, "sample.two", verbs=VERBS)
    dialog.chosen.connect(chosen.append)
    dialog.went_back.connect(lambda: chosen.append("back"))
    with qtbot.waitActive(dialog):
        dialog.ask("sample.due", sum="¥3.00")
    return dialog


def test_it_asks_and_opening_does_not_block(dialog: Dialog) -> None:
    assert dialog.isVisible()
    assert dialog.sentence.text() == "应收 ¥3.00"
    assert dialog.windowTitle() == "大米"


def test_a_click_on_a_verb_answers_and_closes(dialog: Dialog, chosen: list[str]) -> None:
    QTest.mouseClick(dialog.button("keep"), Qt.MouseButton.LeftButton)
    assert chosen == ["keep"]
    assert not dialog.isVisible()


@pytest.mark.parametrize(
    ("key", "answer"), [(Qt.Key.Key_F6, "keep"), (Qt.Key.Key_Return, "pay"), (Qt.Key.Key_Escape, "back")]
)
def test_keys_answer(dialog: Dialog, chosen: list[str], key: Qt.Key, answer: str) -> None:
    QTest.keyClick(dialog, key)
    assert chosen == [answer]
    assert not dialog.isVisible()


@pytest.mark.parametrize("key", [Qt.Key.Key_F6, Qt.Key.Key_Return, Qt.Key.Key_Escape])
def test_the_focus_is_back_within_50_ms(window: Window, dialog: Dialog, key: Qt.Key) -> None:
    begun = time.thread_time()  # of this thread: how busy the machine is does not count
    QTest.keyClick(dialog, key)
    while not window.box.hasFocus():
        QApplication.processEvents()
    assert time.thread_time() - begun < 0.050


def test_a_dialog_that_checks_its_entry_stays_open(qtbot: QtBot, window: Window) -> None:
    dialog = Dialog(window, "sample.two", verbs=VERBS, keeps_open=True)
    amount = MoneyField("sample.one")
    dialog.body.put(amount)
    with qtbot.waitActive(dialog):
        dialog.open()
    QTest.keyClicks(amount, "12.5")
    with qtbot.waitSignal(dialog.chosen):
        QTest.keyClick(amount, Qt.Key.Key_Return)
    assert dialog.isVisible()
    dialog.accept()


def test_the_focus_begins_in_the_first_field_and_tab_goes_on_to_the_verbs(qtbot: QtBot, window: Window) -> None:
    dialog = Dialog(window, "sample.two", verbs=VERBS)
    first, second = MoneyField("sample.one"), QComboBox()
    dialog.body.put(first, second)
    with qtbot.waitActive(dialog):
        dialog.open()
    qtbot.waitUntil(first.hasFocus)
    QTest.keyClick(first, Qt.Key.Key_Tab)
    assert second.hasFocus()
    QTest.keyClick(second, Qt.Key.Key_Tab)
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
    assert dialog.button("keep").hasFocus()
    dialog.reject()
    qtbot.waitUntil(window.box.hasFocus)


def test_words_follow_the_language(dialog: Dialog) -> None:
    i18n.set_language("en")
    assert dialog.sentence.text() == "Due ¥3.00"
    assert dialog.button("pay").words == "Pay"
    assert dialog.windowTitle() == "Rice"


def test_the_key_page_lists_groups_and_keys(qtbot: QtBot, window: Window) -> None:
    rows = [HelpRow("here", f"verb {number}", f"F{number}") for number in range(1, 8)] + [HelpRow("all", "lock", "F12")]
    page = KeyHelp(window, rows)
    with qtbot.waitActive(page):
        page.open()
    words = {label.text() for label in page.findChildren(QLabel)}
    assert {"here", "all", "verb 7", "lock"} <= words
    assert page.minimumHeight() <= 500
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert not page.isVisible()
