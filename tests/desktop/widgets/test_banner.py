"""Messages neither block nor take the focus; what must be seen stays."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

import i18n
from desktop.platform.messages import Messages
from desktop.platform.notice import Kind, Notice, NoticeAction
from desktop.platform.theme import Look, theme
from desktop.platform.ui_thread import UiThread
from desktop.widgets.banner import ABOVE_FOOT, Banner
from desktop.widgets.key_button import KeyButton


class Window(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.box = QLineEdit()
        layout = QVBoxLayout(self)
        layout.addWidget(self.box)
        layout.addStretch(1)
        self.banner = Banner(self)
        self.resize(1000, 600)


def notice(kind: Kind, ref: str = "X1", action: NoticeAction | None = None) -> Notice:
    return Notice(kind, "platform.internal", {"ref": ref}, action)


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    window = Window()
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
    window.box.setFocus()
    return window


@pytest.fixture
def banner(window: Window) -> Banner:
    return window.banner


def button(banner: Banner, number: int) -> KeyButton:
    return banner.findChildren(KeyButton)[number]


def test_it_shows_what_the_bridge_carries_and_leaves_the_focus(window: Window, banner: Banner) -> None:
    messages = Messages(UiThread())
    banner.follow(messages)
    messages.error("platform.internal", ref="X1")
    assert banner.isVisible()
    assert "X1" in banner.accessibleName()
    assert window.box.hasFocus()


def test_it_lies_above_the_foot_inside_the_window(window: Window, banner: Banner) -> None:
    banner.show_notice(notice(Kind.ERROR))
    assert window.rect().contains(banner.geometry())
    assert banner.geometry().bottom() < window.height() - ABOVE_FOOT
    window.resize(500, 400)
    assert window.rect().contains(banner.geometry())


def test_good_news_goes_by_itself(qtbot: QtBot, banner: Banner) -> None:
    banner._timer.setInterval(1)
    with qtbot.waitSignal(banner.closed):
        banner.show_notice(notice(Kind.SUCCESS))
    assert not banner.isVisible()


@pytest.mark.parametrize("kind", [Kind.WARNING, Kind.ERROR])
def test_what_must_be_seen_stays_until_it_is_closed(qtbot: QtBot, banner: Banner, kind: Kind) -> None:
    banner._timer.setInterval(1)
    banner.show_notice(notice(kind))
    assert not banner._timer.isActive()
    with qtbot.waitSignal(banner.closed):
        QTest.mouseClick(button(banner, 1), Qt.MouseButton.LeftButton)


def test_an_earlier_warning_comes_back_and_earlier_news_does_not(banner: Banner) -> None:
    banner.show_notice(notice(Kind.WARNING, "first"))
    banner.show_notice(notice(Kind.INFO, "news"))
    banner.show_notice(notice(Kind.ERROR, "last"))
    shown = []
    while (current := banner.current()) is not None:
        shown.append(current.params["ref"])
        banner.dismiss()
    assert shown == ["last", "first"]


def test_the_same_message_twice_is_shown_once(banner: Banner) -> None:
    banner.show_notice(notice(Kind.ERROR))
    banner.show_notice(notice(Kind.ERROR))
    banner.dismiss()
    assert banner.current() is None


def test_the_next_step_is_taken_and_the_message_goes(banner: Banner) -> None:
    taken: list[str] = []
    banner.show_notice(notice(Kind.WARNING, action=NoticeAction("sample.pay", lambda: taken.append("pay"))))
    assert button(banner, 0).words == "收款"
    QTest.mouseClick(button(banner, 0), Qt.MouseButton.LeftButton)
    assert taken == ["pay"]
    assert not banner.isVisible()


def test_the_code_is_shown_unless_the_sentence_says_it(banner: Banner) -> None:
    banner.show_notice(notice(Kind.ERROR))
    assert banner._code.text() == "platform.internal"
    assert banner._code.isVisible()


def test_words_follow_the_language(banner: Banner) -> None:
    banner.show_notice(notice(Kind.ERROR))
    i18n.set_language("en")
    assert banner.accessibleName().startswith("Something unexpected")
    assert button(banner, 1).accessibleName() == "Close"


@pytest.mark.parametrize("scale", [100, 200])
@pytest.mark.parametrize("kind", Kind)
def test_all_words_fit(banner: Banner, kind: Kind, scale: int) -> None:
    theme().apply(Look("light", scale))
    banner.show_notice(notice(kind))
    assert banner._words.height() >= banner._words.heightForWidth(banner._words.width())
    assert not banner.grab().isNull()
