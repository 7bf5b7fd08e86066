"""Declared actions brought to life on a screen: Qt actions with their key, state and handler."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

import i18n
from desktop.platform.action import Action, is_plain_character, key_label
from desktop.platform.icons import icon
from desktop.platform.language import language
from desktop.platform.shortcuts import Shortcuts


@dataclass(frozen=True, slots=True)
class HelpRow:
    """One line of the help page."""

    group: str
    text: str
    key: str


@dataclass(frozen=True, slots=True)
class PaletteEntry:
    """One line of the command palette.

    Attributes:
        id: id of the action.
        text: what it does, in the language in force.
        key: its key as on a keycap.
        search: further words that find it: pinyin, initials, the other language.
        action: what runs it; also says whether it can be done now.
    """

    id: str
    text: str
    key: str
    search: str
    action: QAction


class Actions(QObject):
    """The actions of one screen.

    Every declared action becomes a QAction on ``target``, whose method named by ``handler`` does the work. Buttons take
    the QAction (:class:`desktop.widgets.key_button.KeyButton`), so words, key and state are the same everywhere.

    Signals:
        keys_changed: somebody chose another key.
    """

    keys_changed = Signal()

    def __init__(self, declared: Sequence[Action], target: QWidget, shortcuts: Shortcuts) -> None:
        super().__init__(target)
        self.declared = tuple(declared)
        self._target = target
        self._shortcuts = shortcuts
        shortcuts.learn(self.declared)
        self._actions = {action.id: self._make(action) for action in self.declared}
        shortcuts.changed.connect(self._put_keys)
        language().changed.connect(self._put_words)
        self._put_words()
        self._put_keys()
        self.refresh()

    def __getitem__(self, action_id: str) -> QAction:
        """The Qt action of that id.

        Raises:
            KeyError: it is not declared.
        """
        return self._actions[action_id]

    def __contains__(self, action_id: object) -> bool:
        """Whether it was declared."""
        return action_id in self._actions

    def refresh(self) -> None:
        """Ask every ``enabled_when`` again; the screen calls this after anything changed."""
        for action in self.declared:
            if action.enabled_when is not None:
                self._actions[action.id].setEnabled(bool(action.enabled_when(self._target)))

    def press(self, event: QKeyEvent) -> bool:
        """Run the action whose key is the plain character just typed; True when there was one."""
        text = event.text().upper()
        for action in self.declared:
            key = self._shortcuts.key_of(action)
            if is_plain_character(key) and key.upper() == text and self._actions[action.id].isEnabled():
                self._actions[action.id].trigger()
                return True
        return False

    def help_rows(self) -> list[HelpRow]:
        """What the help page says of this screen: the actions that have a key."""
        return [
            HelpRow(i18n.tr(action.heading_key), i18n.tr(action.text_key), key_label(key))
            for action in self.declared
            if (key := self._shortcuts.key_of(action))
        ]

    def palette_entries(self) -> list[PaletteEntry]:
        """What the palette offers of this screen: what can be done now."""
        return [
            PaletteEntry(
                action.id,
                i18n.tr(action.text_key),
                key_label(self._shortcuts.key_of(action)),
                i18n.tr(action.search_key) if action.search_key else "",
                self._actions[action.id],
            )
            for action in self.declared
            if action.in_palette and self._actions[action.id].isEnabled()
        ]

    def _make(self, action: Action) -> QAction:
        made = QAction(self._target)
        made.setObjectName(action.id)
        if action.icon:
            made.setIcon(icon(action.icon))
        everywhere = Qt.ShortcutContext.WindowShortcut
        here = Qt.ShortcutContext.WidgetWithChildrenShortcut
        made.setShortcutContext(everywhere if action.everywhere else here)
        made.setAutoRepeat(False)
        handler = getattr(self._target, action.handler)
        made.triggered.connect(lambda _=False: handler())
        self._target.addAction(made)
        return made

    def _put_words(self) -> None:
        for action in self.declared:
            self._actions[action.id].setText(i18n.tr(action.text_key))

    def _put_keys(self) -> None:
        for action in self.declared:
            key = self._shortcuts.key_of(action)
            made = self._actions[action.id]
            made.setShortcut(QKeySequence() if is_plain_character(key) else QKeySequence(key))
            made.setProperty("key", key)
            made.changed.emit()
        self.keys_changed.emit()
