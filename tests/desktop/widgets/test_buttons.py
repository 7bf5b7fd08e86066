"""Buttons say their verb and their key, and do what their action does."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

import i18n
from desktop.platform.action import Action
from desktop.platform.actions import Actions
from desktop.platform.settings import Settings
from desktop.platform.shortcuts import Shortcuts
from desktop.platform.theme import Look, theme
from desktop.widgets.key_button import KeyButton, Weight
from desktop.widgets.primary_button import PrimaryButton


class Screen(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.paid = 0
        self.may_pay = True

    def pay(self) -> None:
        self.paid += 1


PAY = Action("screen.pay", "sample.pay", "pay", "F9", enabled_when=lambda screen: screen.may_pay)


def show(qtbot: QtBot, *widgets: QWidget) -> QWidget:
    window = QWidget()
    layout = QVBoxLayout(window)
    for widget in widgets:
        layout.addWidget(widget)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
    return window


def test_the_key_clicks(qtbot: QtBot) -> None:
    button = KeyButton("sample.pay", "F9")
    window = show(qtbot, button)
    with qtbot.waitSignal(button.clicked):
        QTest.keyClick(window, Qt.Key.Key_F9)


def test_the_key_survives_a_change_of_words(qtbot: QtBot) -> None:
    button = KeyButton("sample.pay", "F9")
    window = show(qtbot, button)
    button.say("sample.due", sum="A&B ¥3")
    i18n.set_language("en")
    assert button.words == "Due A&B ¥3"
    with qtbot.waitSignal(button.clicked):
        QTest.keyClick(window, Qt.Key.Key_F9)


def test_it_follows_its_action(qtbot: QtBot, tmp_path: Path) -> None:
    screen = Screen()
    shortcuts = Shortcuts(Settings(tmp_path / "settings.json"))
    actions = Actions((PAY,), screen, shortcuts)
    button = PrimaryButton.of(actions["screen.pay"])
    window = show(qtbot, screen, button)
    assert window.isVisible()
    assert (button.words, button.accessibleDescription(), button.weight) == ("收款", "F9", Weight.PRIMARY)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert screen.paid == 1
    screen.may_pay = False
    actions.refresh()
    assert not button.isEnabled()
    shortcuts.assign(PAY, "Shift+F6", actions.declared)
    assert button.accessibleDescription() == "⇧F6"
    i18n.set_language("en")
    assert button.words == "Pay"


@pytest.mark.parametrize("scale", [100, 150, 200])
@pytest.mark.parametrize("weight", Weight)
def test_nothing_is_cut_off_at_any_scale(qtbot: QtBot, scale: int, weight: Weight) -> None:
    theme().apply(Look("light", scale))
    button = KeyButton("sample.one", "Ctrl+Z", weight=weight, icon="undo")
    window = show(qtbot, button)
    assert window.isVisible()
    metrics = QFontMetricsF(button.font())
    assert button.height() >= metrics.height()
    assert button.width() >= metrics.horizontalAdvance(button.words + "Ctrl+Z")
    assert not button.grab().isNull()


@pytest.mark.parametrize("scheme", ["light", "dark", "contrast"])
def test_the_focus_is_seen(qtbot: QtBot, scheme: str) -> None:
    theme().apply(Look(scheme))
    button, other = KeyButton("sample.one"), KeyButton("sample.two")
    window = show(qtbot, button, other)
    assert window.isVisible()
    other.setFocus()
    without = button.grab().toImage()
    button.setFocus()
    assert button.grab().toImage() != without
    ring = button.grab().toImage().pixelColor(button.width() // 2, 1).name().upper()
    assert ring == theme().tokens.focus


def test_a_button_without_words_is_only_as_wide_as_its_icon(qtbot: QtBot) -> None:
    assert KeyButton(icon="close").sizeHint().width() < KeyButton("sample.one").sizeHint().width()
