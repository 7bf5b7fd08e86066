"""Scans through real key events on a real window: whatever has the focus, only the code arrives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.widgets.money_field import MoneyField
from desktop.widgets.scanner import Scanner

CODE = "6901234567892"
FAST, SLOW = 0.005, 0.200


class Hands:
    """Types on a window, at a speed, with a clock of its own."""

    def __init__(self) -> None:
        self.now = 100.0
        self.window = QWidget()

    def __call__(self, event: QEvent) -> float:
        return self.now

    def key(self, key: Qt.Key, gap: float, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.now += gap
        QTest.keyClick(self.window.windowHandle(), key, modifiers)

    def type(self, text: str, gap: float) -> None:
        for character in text:
            self.now += gap
            self.click(character)

    def click(self, character: str, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        as_qt_takes_it: Any = character
        QTest.keyClick(self.window.windowHandle(), as_qt_takes_it, modifiers)

    def scan(self, text: str = CODE, end: Qt.Key | None = Qt.Key.Key_Return) -> None:
        self.now += 1
        self.type(text, FAST)
        if end is not None:
            self.key(end, FAST)


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def scanner(qapp: QApplication, hands: Hands) -> Iterator[Scanner]:
    scanner = Scanner(hands)
    scanner.install(qapp)
    yield scanner
    qapp.removeEventFilter(scanner)
    scanner.settle()
    scanner.deleteLater()


@pytest.fixture
def codes(scanner: Scanner) -> list[str]:
    codes: list[str] = []
    scanner.scanned.connect(codes.append)
    return codes


def show(qtbot: QtBot, hands: Hands, *widgets: QWidget) -> QWidget:
    window = QWidget()
    layout = QVBoxLayout(window)
    for widget in widgets:
        layout.addWidget(widget)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
    widgets[0].setFocus()
    hands.window = window
    return window


def test_the_code_arrives_and_leaves_no_trace_in_the_input(qtbot: QtBot, hands: Hands, codes: list[str]) -> None:
    field = QLineEdit("before")
    show(qtbot, hands, field)
    hands.scan()
    assert codes == [CODE]
    assert field.text() == "before"


def test_selection_and_cursor_are_as_before(qtbot: QtBot, hands: Hands, codes: list[str]) -> None:
    field = QLineEdit("before")
    show(qtbot, hands, field)
    field.setSelection(1, 3)
    hands.scan()
    assert (field.text(), field.selectedText()) == ("before", "efo")


def test_an_amount_is_not_spoilt(qtbot: QtBot, hands: Hands, codes: list[str]) -> None:
    field = MoneyField("sample.one")
    field.set_value(1250)
    show(qtbot, hands, field)
    hands.scan("AB-6901234567")
    assert codes == ["AB-6901234567"]
    assert field.value() == 1250


def test_a_person_types_undisturbed(qtbot: QtBot, hands: Hands, codes: list[str]) -> None:
    field = QLineEdit()
    show(qtbot, hands, field)
    entered: list[str] = []
    field.returnPressed.connect(lambda: entered.append(field.text()))
    hands.type("6901234", SLOW)
    hands.key(Qt.Key.Key_Return, SLOW)
    assert field.text() == "6901234"
    assert entered == ["6901234"]
    assert codes == []


def test_two_quick_keys_of_a_person_are_kept(qtbot: QtBot, hands: Hands, codes: list[str]) -> None:
    field = QLineEdit()
    show(qtbot, hands, field)
    hands.type("lj", FAST)
    hands.type("c", SLOW)
    assert field.text() == "ljc"


def test_a_scan_presses_no_button_and_its_enter_confirms_no_dialog(
    qtbot: QtBot, hands: Hands, codes: list[str]
) -> None:
    dialog = QDialog()
    layout = QVBoxLayout(dialog)
    verb = QPushButton()
    verb.setDefault(True)
    verb.clicked.connect(dialog.accept)
    layout.addWidget(verb)
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog):
        dialog.open()
    hands.window = dialog
    verb.setFocus()
    hands.scan("12 45 789")
    assert codes == ["12 45 789"]
    assert dialog.isVisible()
    hands.key(Qt.Key.Key_Return, 1.0)
    assert not dialog.isVisible()


@pytest.mark.parametrize("late", [0.060, 0.140])
def test_an_enter_that_comes_late_confirms_nothing_either(
    qtbot: QtBot, hands: Hands, scanner: Scanner, codes: list[str], late: float
) -> None:
    verb = QPushButton()
    clicks: list[bool] = []
    verb.setAutoDefault(True)
    verb.clicked.connect(lambda: clicks.append(True))
    show(qtbot, hands, verb)
    hands.scan(end=None)
    scanner.settle()
    hands.key(Qt.Key.Key_Return, late)
    assert codes == [CODE]
    assert clicks == []


def test_a_space_by_hand_still_presses_a_button(qtbot: QtBot, hands: Hands, scanner: Scanner, codes: list[str]) -> None:
    verb = QPushButton()
    clicks: list[bool] = []
    verb.clicked.connect(lambda: clicks.append(True))
    show(qtbot, hands, verb)
    hands.type(" ", SLOW)
    assert clicks == []
    scanner.settle()
    assert len(clicks) == 1


def test_a_character_by_hand_reaches_the_screen_after_a_moment(qtbot: QtBot, hands: Hands, scanner: Scanner) -> None:
    note = QPlainTextEdit()
    show(qtbot, hands, note)
    hands.type("ab", SLOW)
    qtbot.waitUntil(lambda: note.toPlainText() == "ab")


def test_a_scan_into_a_note_leaves_it_alone(qtbot: QtBot, hands: Hands, codes: list[str]) -> None:
    note = QPlainTextEdit("call back")
    show(qtbot, hands, note)
    hands.scan()
    assert codes == [CODE]
    assert note.toPlainText() == "call back"


def test_without_enter_the_pause_ends_the_scan(qtbot: QtBot, hands: Hands, scanner: Scanner) -> None:
    show(qtbot, hands, QLineEdit())
    with qtbot.waitSignal(scanner.scanned) as waiting:
        hands.scan(end=None)
    assert waiting.args == [CODE]


@pytest.mark.parametrize("end", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab])
def test_every_ending_is_swallowed(qtbot: QtBot, hands: Hands, codes: list[str], end: Qt.Key) -> None:
    first, second = QLineEdit(), QLineEdit()
    show(qtbot, hands, first, second)
    hands.scan(end=end)
    assert codes == [CODE]
    assert first.hasFocus()


def test_two_scans_in_a_row_are_two(qtbot: QtBot, hands: Hands, codes: list[str]) -> None:
    show(qtbot, hands, QLineEdit())
    hands.type("690111111", FAST)
    hands.key(Qt.Key.Key_Return, FAST)
    hands.type("690222222", FAST)
    hands.key(Qt.Key.Key_Return, FAST)
    assert codes == ["690111111", "690222222"]


def test_control_characters_and_combinations_inside_a_scan_do_nothing(
    qtbot: QtBot, hands: Hands, codes: list[str]
) -> None:
    field = QLineEdit()
    window = show(qtbot, hands, field)
    undone: list[str] = []
    QShortcut(QKeySequence("Ctrl+]"), window).activated.connect(lambda: undone.append("Ctrl+]"))
    hands.now += 1
    hands.type("0106901234", FAST)
    hands.key(Qt.Key.Key_BracketRight, FAST, Qt.KeyboardModifier.ControlModifier)
    hands.type("10ABC", FAST)
    hands.key(Qt.Key.Key_Return, FAST)
    assert codes == ["010690123410ABC"]
    assert undone == []
    hands.key(Qt.Key.Key_BracketRight, 1.0, Qt.KeyboardModifier.ControlModifier)
    assert undone == ["Ctrl+]"]


def test_capitals_come_with_shift_and_are_kept(qtbot: QtBot, hands: Hands, codes: list[str]) -> None:
    show(qtbot, hands, QLineEdit())
    hands.now += 1
    for character in "CDA7":
        hands.now += FAST
        QTest.keyPress(hands.window.windowHandle(), Qt.Key.Key_Shift)
        hands.click(character, Qt.KeyboardModifier.ShiftModifier)
        QTest.keyRelease(hands.window.windowHandle(), Qt.Key.Key_Shift)
    hands.type("000918", FAST)
    hands.key(Qt.Key.Key_Return, FAST)
    assert codes == ["CDA7000918"]


def test_keys_without_text_end_a_person_s_typing(qtbot: QtBot, hands: Hands, codes: list[str]) -> None:
    field = QLineEdit("ab")
    show(qtbot, hands, field)
    hands.key(Qt.Key.Key_Home, SLOW)
    hands.type("x", FAST)
    hands.key(Qt.Key.Key_End, FAST)
    hands.type("y", FAST)
    assert field.text() == "xaby"


def compose(field: QLineEdit, hands: Hands, preedit: str, commit: str = "") -> None:
    hands.now += FAST
    event = QInputMethodEvent(preedit, [])
    event.setCommitString(commit)
    QApplication.sendEvent(field, event)


def test_with_an_input_method_on_the_composition_is_a_scan_too(
    qtbot: QtBot, hands: Hands, codes: list[str], scanner: Scanner
) -> None:
    field = QLineEdit()
    show(qtbot, hands, field)
    hands.now += 1
    for end in range(1, 6):
        compose(field, hands, "abcde"[:end])
    compose(field, hands, "", "7")
    compose(field, hands, "", "8")
    scanner.settle()
    assert codes == ["abcde78"]
    assert field.text() == ""


def test_a_word_chosen_from_an_input_method_is_not(
    qtbot: QtBot, hands: Hands, codes: list[str], scanner: Scanner
) -> None:
    field = QLineEdit()
    show(qtbot, hands, field)
    compose(field, hands, "", "\u91d1\u9f99\u9c7c\u4e1c\u5317\u5927\u7c73")
    scanner.settle()
    assert field.text() == "\u91d1\u9f99\u9c7c\u4e1c\u5317\u5927\u7c73"
    assert codes == []
