"""The search box: hits drop over the content, keys choose among them, an empty box leaves its keys to the screen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

import i18n
from desktop.platform.theme import Look, theme
from desktop.widgets.result_list import MOST_ROWS, Result, ResultList
from desktop.widgets.scan_box import ScanBox

HITS = [Result("tea", "690", "1.00", "12", "now", data="tea"), Result("rice", data="rice"), Result("soy", data="soy")]


class Window(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.left: list[int] = []
        self.box = ScanBox("sample.one", "sample.hint")
        layout = QVBoxLayout(self)
        layout.addWidget(self.box)
        layout.addWidget(QLabel(), 1)

    def keyPressEvent(self, event: object) -> None:
        self.left.append(event.key())  # type: ignore[attr-defined]


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    window = Window()
    qtbot.addWidget(window)
    window.resize(800, 400)
    with qtbot.waitActive(window):
        window.show()
    window.box.setFocus()
    return window


@pytest.fixture
def box(window: Window) -> ScanBox:
    return window.box


@pytest.fixture
def picked(box: ScanBox) -> list[object]:
    picked: list[object] = []
    box.picked.connect(picked.append)
    return picked


def hits_of(window: Window) -> ResultList:
    (listed,) = window.findChildren(ResultList)
    return listed


def test_typing_searches(qtbot: QtBot, box: ScanBox) -> None:
    asked: list[str] = []
    box.searched.connect(asked.append)
    QTest.keyClicks(box, "ljc")
    assert asked == ["l", "lj", "ljc"]


def test_hits_lie_over_the_content_below_the_box(window: Window, box: ScanBox) -> None:
    QTest.keyClicks(box, "l")
    box.show_results(HITS)
    listed = hits_of(window)
    assert listed.isVisible()
    assert listed.parent() is window
    assert listed.y() >= box.geometry().bottom()
    assert box.hasFocus()


def test_keys_choose_and_enter_takes(window: Window, box: ScanBox, picked: list[object]) -> None:
    QTest.keyClicks(box, "l")
    box.show_results(HITS)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Return):
        QTest.keyClick(box, key)
    assert picked == ["rice"]
    assert box.text() == ""
    assert not box.results_shown()


def test_a_click_takes_too_and_the_focus_stays(window: Window, box: ScanBox, picked: list[object]) -> None:
    QTest.keyClicks(box, "l")
    box.show_results(HITS)
    listed = hits_of(window)
    place = listed.visualRect(listed.model().index(2, 0)).center()
    QTest.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert picked == ["soy"]
    assert box.hasFocus()


def test_the_list_goes_when_the_box_is_empty_or_nothing_is_found(box: ScanBox) -> None:
    QTest.keyClicks(box, "l")
    box.show_results(HITS)
    QTest.keyClick(box, Qt.Key.Key_Backspace)
    assert not box.results_shown()
    QTest.keyClicks(box, "x")
    box.show_results([])
    assert not box.results_shown()


def test_late_hits_for_other_words_are_ignored(box: ScanBox) -> None:
    QTest.keyClicks(box, "lj")
    box.show_results(HITS, for_text="l")
    assert not box.results_shown()
    box.show_results(HITS, for_text="lj")
    assert box.results_shown()
    box.clear()
    box.show_results(HITS)
    assert not box.results_shown()


def test_enter_without_hits_submits_what_was_typed(qtbot: QtBot, box: ScanBox) -> None:
    QTest.keyClicks(box, " 690 ")
    with qtbot.waitSignal(box.submitted) as submitted:
        QTest.keyClick(box, Qt.Key.Key_Return)
    assert submitted.args == ["690"]


def test_esc_steps_back(window: Window, box: ScanBox) -> None:
    QTest.keyClicks(box, "l")
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert box.text() == ""
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert window.left == [Qt.Key.Key_Escape]


def test_a_star_asks_for_the_quantity_only_in_the_empty_box(qtbot: QtBot, box: ScanBox) -> None:
    with qtbot.waitSignal(box.quantity_asked):
        QTest.keyClicks(box, "*")
    QTest.keyClicks(box, "5*")
    assert box.text() == "5*"


@pytest.mark.parametrize("key", ["Del", "Ctrl+Z"])
def test_an_empty_box_leaves_deleting_and_undoing_to_the_screen(window: Window, box: ScanBox, key: str) -> None:
    ran: list[str] = []
    QShortcut(QKeySequence(key), window).activated.connect(lambda: ran.append(key))
    modifiers = Qt.KeyboardModifier.ControlModifier if "+" in key else Qt.KeyboardModifier.NoModifier
    code = Qt.Key.Key_Z if "+" in key else Qt.Key.Key_Delete
    QTest.keyClicks(box, "ab")
    QTest.keyClick(box, Qt.Key.Key_Home)
    QTest.keyClick(box, code, modifiers)
    assert ran == []
    box.clear()
    QTest.keyClick(box, code, modifiers)
    assert ran == [key]


@pytest.mark.parametrize(("key", "by"), [(Qt.Key.Key_Up, -1), (Qt.Key.Key_Down, 1), (Qt.Key.Key_PageDown, 8)])
def test_arrows_in_an_empty_box_move_in_the_screen(box: ScanBox, key: Qt.Key, by: int) -> None:
    steps: list[int] = []
    box.stepped.connect(steps.append)
    QTest.keyClick(box, key)
    assert steps == [by]


def test_many_hits_scroll_inside_the_window(window: Window, box: ScanBox) -> None:
    QTest.keyClicks(box, "l")
    box.show_results([Result(f"hit {number}", "code") for number in range(50)])
    listed = hits_of(window)
    assert listed.height() <= MOST_ROWS * 44 + 2
    assert window.rect().contains(listed.geometry())
    window.resize(500, 200)
    assert window.rect().contains(listed.geometry())


def test_hits_are_spoken_in_full(window: Window, box: ScanBox) -> None:
    QTest.keyClicks(box, "l")
    box.show_results(HITS)
    assert hits_of(window).model().index(0, 0).data() == "tea 690 1.00 12 now"


@pytest.mark.parametrize("scale", [100, 200])
def test_it_grows_with_the_scale_and_is_drawn(window: Window, box: ScanBox, scale: int) -> None:
    theme().apply(Look("dark", scale, "counter"))
    QTest.keyClicks(box, "l")
    box.show_results([*HITS, Result("key", key="F9")])
    assert box.height() == 42 * scale // 100
    assert hits_of(window).sizeHintForRow(0) == 44 * scale // 100
    assert not window.grab().isNull()


def test_name_and_hint_follow_the_language_and_the_typed_stays(box: ScanBox) -> None:
    QTest.keyClicks(box, "lj")
    i18n.set_language("en")
    assert (box.accessibleName(), box.accessibleDescription(), box.text()) == ("Tea", "Scan F2", "lj")


def test_the_list_goes_with_the_screen(window: Window, box: ScanBox) -> None:
    QTest.keyClicks(box, "l")
    box.show_results(HITS)
    box.hide()
    assert not box.results_shown()
