"""SIGKILL after any key, and within it, at the till: the float, cash beside selling, the count note by note."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit

from desktop.features.till.dialogs import CashDialog, CountDialog, OpenDialog
from desktop.features.till.screen import SCREEN
from desktop.features.till.till_view import TillPage
from desktop.widgets.entry_dialog import EntryDialog
from tests.desktop.kills.images import State, plain
from tests.desktop.kills.story import Story

RETURN, TAB = Qt.Key.Key_Return, Qt.Key.Key_Tab


def form(dialog: EntryDialog, name: str, **fields: QLineEdit | QComboBox) -> State:
    """What is typed into a form."""
    texts = {of: field.text() for of, field in fields.items() if isinstance(field, QLineEdit) and field.text()}
    return {name: plain(texts)} if texts else {}


def move(story: Story, key: Qt.Key, name: str) -> None:
    """Cash in or out."""
    story.key(key)
    cash = story.dialog(CashDialog)
    story.shown["forms"] = lambda: form(cash, name, amount=cash.amount, reason=cash.reason)
    story.write("30.5")
    story.key(TAB)
    story.write("ab")
    story.shown.clear()
    story.key(RETURN)


def test_a_shift(story: Story) -> None:
    page = story.open(SCREEN.make, TillPage)
    with story.told():
        story.key(Qt.Key.Key_F8)
        opening = story.dialog(OpenDialog)
        story.shown["forms"] = lambda: form(opening, "till.open", float=opening.amount)
        story.write("200")
        story.shown.clear()
        story.key(RETURN)
        assert page.is_open
        move(story, Qt.Key.Key_F4, "till.in")
        move(story, Qt.Key.Key_F5, "till.out")
        story.key(Qt.Key.Key_F9)
        counting = story.dialog(CountDialog)
        fields = {f"note{value}": field for value, field in counting.notes.items()}
        story.shown["forms"] = lambda: form(counting, "till.count", **fields, other=counting.other)
        for number in ("1", "1", "2"):
            story.write(number)
            story.key(TAB)
        story.shown.clear()
        story.key(Qt.Key.Key_Escape)
        story.key(Qt.Key.Key_F9)
        again = story.dialog(CountDialog)
        assert again.counted == 0
        story.write("2")
        again.other.setFocus()  # Enter among the notes goes on to the next
        story.key(RETURN)
        assert not page.is_open
