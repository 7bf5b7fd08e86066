"""An action as data: what a button, a menu, a key, the palette and the help page are made from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtGui import QKeySequence


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person can do on a screen.

    Attributes:
        id: stable name, ``noun.verb``; settings remember changed keys by it.
        text_key: key of its words.
        handler: name of the method of the screen that does it; takes no arguments.
        shortcut: its key as Qt writes it portably (``F9``, ``Ctrl+Z``, ``*``), empty for none.
        icon: name of an icon, empty for none.
        enabled_when: asked with the screen whenever it says that something changed; None is always.
        group_key: heading on the help page, "this screen" or "every screen" when empty.
        search_key: key of further words that find it in the palette: pinyin, initials, synonyms.
        in_palette: whether the palette offers it.
        everywhere: whether its key works in the whole window and not only while its screen has the focus.
    """

    id: str
    text_key: str
    handler: str
    shortcut: str = ""
    icon: str = ""
    enabled_when: Callable[[Any], bool] | None = None
    group_key: str = ""
    search_key: str = ""
    in_palette: bool = True
    everywhere: bool = False

    @property
    def heading_key(self) -> str:
        """Key of the heading on the help page."""
        usual = "platform.actions.everywhere" if self.everywhere else "platform.actions.this_screen"
        return self.group_key or usual


def is_plain_character(shortcut: str) -> bool:
    """Whether a shortcut is a character that people and scanners also type (``*``, ``J``).

    Such a key must not be one of Qt's shortcuts: those fire before anybody can see that it is part of a scan. Screens
    take it from the key presses that their inputs leave.
    """
    return len(shortcut) == 1


def key_label(shortcut: str) -> str:
    """A shortcut as written on a keycap: ``Shift+F6`` is ``⇧F6``, and what Qt calls Return says Enter on the key.

    Keys are printed alike in every language, so Qt's translations of them are left out.
    """
    text = QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.PortableText)
    return text.replace("Shift+F", "⇧F").replace("Return", "Enter")
