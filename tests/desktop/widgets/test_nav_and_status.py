"""Navigation and status bar: every word readable at every scale in the smallest window, keys and clicks answered."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

import i18n
from desktop.platform import typeface
from desktop.platform.theme import Look, theme
from desktop.widgets.layout import NONE, column, row
from desktop.widgets.nav_bar import NavBar
from desktop.widgets.nav_item import NavEntry, NavItem
from desktop.widgets.painting import chip_width
from desktop.widgets.status_bar import StatusBar
from desktop.widgets.status_info import Connection, StatusInfo
from desktop.widgets.status_item import StatusItem

WORDS = {
    "zh_CN": "销售开单 订单 向上级订货 入库与库存 客户 佣金对账 合同 售后 活动 同步中心 设置".split(),
    "en": (
        "Sell,Orders,Order from upline,Receiving and stock,Customers,Commission statement,Contracts,After-sales,"
        "Campaigns,Sync centre,Settings"
    ).split(","),
}
BUSY = StatusInfo(Connection.OFFLINE, 128, "¥1,281,280.00", "09:42", 12, "城东店", "王芳（收银）", "早班", "14:08", 21)


@pytest.fixture(autouse=True)
def screens(fresh_look: None) -> None:
    for language, words in WORDS.items():
        i18n._catalogue(language, "sample").update({f"sample.nav{n}": text for n, text in enumerate(words)})


def make_nav() -> NavBar:
    entries = [NavEntry(str(number), f"sample.nav{number}", f"Alt+{number + 1}") for number in range(6)]
    others = [NavEntry(str(number), f"sample.nav{number}") for number in range(6, 11)]
    return NavBar("platform.app.name", (entries[:5], [*entries[5:], *others[:3]], others[3:]))


class Shell(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.nav = make_nav()
        self.status = StatusBar()
        upper = row(self.nav, QWidget(), gap=NONE)
        upper.setStretch(1, 1)
        self.setLayout(column(upper, self.status, gap=NONE))
        self.resize(1366, 768)


@pytest.fixture
def shell(qtbot: QtBot) -> Shell:
    shell = Shell()
    qtbot.addWidget(shell)
    with qtbot.waitActive(shell):
        shell.show()
    return shell


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("density", ["mouse", "counter"])
@pytest.mark.parametrize("scale", [100, 125, 150, 175, 200])
class TestNothingIsClipped:
    def test_of_the_navigation(self, qtbot: QtBot, shell: Shell, scale: int, density: str, language: str) -> None:
        i18n.set_language(language)
        theme().apply(Look("light", scale, density))
        shell.nav.set_badge("9", "12")
        qtbot.waitUntil(lambda: shell.nav.width() == shell.nav.sizeHint().width())
        metrics = QFontMetricsF(theme().font(typeface.STRONG))
        shown = shell.nav.viewport().rect()
        for number, words in enumerate(WORDS[language]):
            item = shell.nav.item(str(number))
            assert item.width() >= metrics.horizontalAdvance(words + item._aside()) + theme().px(16)
            assert item.height() >= metrics.height()
            assert item.width() <= shown.width()
        lowest = shell.nav.item("10").geometry().bottom()
        assert lowest < shown.height() or shell.nav.verticalScrollBar().maximum() > 0

    def test_of_the_status_bar(self, qtbot: QtBot, shell: Shell, scale: int, density: str, language: str) -> None:
        i18n.set_language(language)
        theme().apply(Look("light", scale, density))
        shell.status.show_info(BUSY)
        qtbot.waitUntil(lambda: shell.status.height() == shell.status.sizeHint().height())
        items = [item for item in shell.status.findChildren(StatusItem) if item.plain_text]
        assert len(items) == 6
        for item in items:
            assert shell.status.rect().contains(item.geometry())
            assert item.width() >= item.sizeHint().width()
        for first in items:
            for second in items:
                assert first is second or not first.geometry().intersects(second.geometry())
        said = " ".join(item.plain_text for item in items)
        for part in ("128", "¥1,281,280.00", "21", "12", "城东店", "王芳（收银）", "14:08"):
            assert part in said


def test_files_alone_wait_in_words(shell: Shell) -> None:
    """A shop that has sent its documents is not told that everything is there while a picture is not."""
    shell.status.show_info(StatusInfo(Connection.ONLINE, 0, files=2))
    assert "2 个附件" in shell.status._upload.plain_text
    shell.status.show_info(StatusInfo(Connection.ONLINE, 0))
    assert "附件" not in shell.status._upload.plain_text


def test_at_200_percent_the_chinese_navigation_needs_no_scrolling(qtbot: QtBot, shell: Shell) -> None:
    theme().apply(Look("light", 200))
    qtbot.waitUntil(lambda: shell.nav.width() == shell.nav.sizeHint().width())
    assert shell.nav.verticalScrollBar().maximum() == 0


def test_a_narrow_window_leaves_the_keys_out(qtbot: QtBot, shell: Shell) -> None:
    wide = shell.nav.width()
    shell.resize(900, 768)
    qtbot.waitUntil(lambda: shell.nav.width() < wide)
    assert shell.nav.item("0")._aside() == ""


def test_a_very_narrow_window_leaves_icons_with_names(qtbot: QtBot) -> None:
    nav = NavBar(
        "platform.app.name",
        ([NavEntry("a", "sample.nav0", "Alt+1", "cart"), NavEntry("b", "sample.nav1", "", "list")],),
    )
    window = QWidget()
    window.setLayout(row(nav, QWidget(), gap=NONE))
    qtbot.addWidget(window)
    window.resize(790, 500)
    with qtbot.waitActive(window):
        window.show()
    qtbot.waitUntil(lambda: nav.width() < theme().px(80))
    assert [nav.item(name)._aside() for name in "ab"] == ["1", ""]
    assert [nav.item(name).accessibleName() for name in "ab"] == WORDS["zh_CN"][:2]
    assert nav.item("a").toolTip() == f"{WORDS['zh_CN'][0]}  Alt+1"
    nav.set_badge("b", "123")
    assert (nav.item("b")._aside(), nav.item("b").accessibleName()) == ("99+", f"{WORDS['zh_CN'][1]} 123")
    room = nav.item("b").width() - theme().px(NavItem.ICON + 9)
    assert QFontMetricsF(theme().font(typeface.SMALL_BOLD)).horizontalAdvance("99+") <= room
    window.resize(1100, 500)
    qtbot.waitUntil(lambda: nav.item("a")._aside() == "Alt+1")


def test_alt_and_digit_ask_for_a_screen(qtbot: QtBot, shell: Shell) -> None:
    with qtbot.waitSignal(shell.nav.chosen) as chosen:
        QTest.keyClick(shell, Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    assert chosen.args == ["2"]


def test_clicks_ask_and_the_screen_shown_is_marked(qtbot: QtBot, shell: Shell) -> None:
    with qtbot.waitSignal(shell.nav.chosen) as chosen:
        QTest.mouseClick(shell.nav.item("9"), Qt.MouseButton.LeftButton)
    assert chosen.args == ["9"]
    shell.nav.set_current("4")
    assert [number for number in range(11) if shell.nav.item(str(number)).isChecked()] == [4]


def test_arrows_move_between_lines(shell: Shell) -> None:
    shell.nav.item("0").setFocus()
    QTest.keyClick(shell.nav.item("0"), Qt.Key.Key_Down)
    assert shell.nav.item("1").hasFocus()
    QTest.keyClick(shell.nav.item("1"), Qt.Key.Key_Up)
    QTest.keyClick(shell.nav.item("0"), Qt.Key.Key_Up)
    assert shell.nav.item("10").hasFocus()


def test_a_badge_is_spoken(shell: Shell) -> None:
    shell.nav.set_badge("9", "2")
    assert shell.nav.item("9").accessibleName() == "同步中心 2"
    shell.nav.set_badge("9", "")
    assert shell.nav.item("9").accessibleName() == "同步中心"


@pytest.mark.parametrize(
    ("connection", "words"),
    [(Connection.ONLINE, "在线"), (Connection.OFFLINE, "离线可用"), (Connection.SYNCING, "正在同步")],
)
def test_the_connection_is_said_in_words(shell: Shell, connection: Connection, words: str) -> None:
    shell.status.show_info(StatusInfo(connection))
    assert words in said(shell)


def said(shell: Shell) -> list[str]:
    return [item.plain_text for item in shell.status.findChildren(StatusItem) if item.plain_text]


def test_nothing_waiting_is_said_and_nothing_needed_is_silent(shell: Shell) -> None:
    shell.status.show_info(StatusInfo(clock="14:08"))
    assert said(shell) == ["在线", "已全部上传", "F1 按键", "14:08"]


def test_one_document_has_its_own_words_in_english(shell: Shell) -> None:
    i18n.set_language("en")
    shell.status.show_info(StatusInfo(to_upload=1, upload_sum="¥3.00"))
    assert "To upload: 1 document ¥3.00" in said(shell)


@pytest.mark.parametrize(
    ("place", "signal"), [(0, "sync_asked"), (1, "sync_asked"), (2, "sync_asked"), (3, "person_asked")]
)
def test_clicks_open_what_is_talked_about(qtbot: QtBot, shell: Shell, place: int, signal: str) -> None:
    shell.status.show_info(BUSY)
    with qtbot.waitSignal(getattr(shell.status, signal)):
        QTest.mouseClick(shell.status.findChildren(StatusItem)[place], Qt.MouseButton.LeftButton)


def test_help_is_a_click_away(qtbot: QtBot, shell: Shell) -> None:
    with qtbot.waitSignal(shell.status.help_asked):
        QTest.mouseClick(shell.status.findChildren(StatusItem)[4], Qt.MouseButton.LeftButton)


def test_a_chip_is_as_wide_as_its_words(shell: Shell) -> None:
    shell.status.show_info(BUSY)
    first = shell.status.findChildren(StatusItem)[0]
    assert first.width() >= chip_width(first.plain_text, dot=True)


@pytest.mark.parametrize("scheme", ["light", "dark", "contrast"])
def test_both_are_drawn_in_every_scheme(shell: Shell, scheme: str) -> None:
    theme().apply(Look(scheme))
    shell.status.show_info(BUSY)
    shell.nav.item("0").setFocus()
    image = shell.grab().toImage()
    assert image.pixelColor(40, 700).name().upper() == theme().tokens.surface
