"""All actions with their keys: found by typing, given another key, set back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

import i18n
from desktop.features.settings.key_capture import KeyCapture, refusal
from desktop.platform import typeface
from desktop.platform.action import Action, key_label
from desktop.platform.shortcuts import Shortcuts, ShortcutTaken
from desktop.platform.theme import theme
from desktop.widgets.dialog import Dialog
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.grid import Cell, Column, Grid, ListSource
from desktop.widgets.key_button import Weight
from desktop.widgets.text import Text
from desktop.widgets.verb import Verb

CHANGE, RESET, RESET_ALL = "change", "reset", "reset_all"
WIDTH, HEIGHT = 640, 340
AROUND = 240
"""Pixels at 100 % that title, search and verbs need beside the list."""


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One action on one screen, as the list shows it."""

    action: Action
    screen: str
    key: str
    changed: bool

    @property
    def words(self) -> str:
        """What it does, in the language in force."""
        return i18n.tr(self.action.text_key)

    def fits(self, text: str) -> bool:
        """Whether *text* is part of its words, its screen, its key or what else finds it."""
        further = i18n.tr(self.action.search_key) if self.action.search_key else ""
        return text.casefold() in f"{self.words} {self.screen} {self.key} {further}".casefold()


def key_rows(shortcuts: Shortcuts) -> list[KeyRow]:
    """Every action once, under the first screen that has it."""
    seen: dict[str, KeyRow] = {}
    for group in shortcuts.groups():
        for action in group.actions:
            key = key_label(shortcuts.key_of(action))
            seen.setdefault(action.id, KeyRow(action, i18n.tr(group.title_key), key, shortcuts.is_changed(action)))
    return list(seen.values())


class KeysDialog(Dialog):
    """The list; Enter asks for another key of the current action.

    Attributes:
        search: narrows the list.
        grid: the actions.
    """

    def __init__(self, parent: QWidget, shortcuts: Shortcuts) -> None:
        verbs = [
            Verb(RESET_ALL, "settings.keys.reset_all"),
            Verb(RESET, "settings.keys.reset"),
            Verb(CHANGE, "settings.keys.change", "Return", weight=Weight.PRIMARY),
        ]
        super().__init__(parent, "settings.keys.title", "settings.keys.about", verbs=verbs, keeps_open=True)
        self._shortcuts, self._host = shortcuts, parent
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self._source: ListSource = ListSource(key=lambda row: row.action.id)
        nothing = EmptyState("settings.keys.nothing", icon="search")
        self.grid = Grid(_columns(), self._source, name_key="settings.keys.title", empty=nothing)
        self._problem = Text("", typeface.SMALL, "danger", wrap=True, optional=True)
        self.body.put(self.search, self.grid, self._problem)
        self.search.textChanged.connect(lambda _: self._show())
        self.grid.opened.connect(lambda _: self._verb(CHANGE))
        self.grid.current_changed.connect(lambda _: self._offer())
        self.chosen.connect(self._verb)
        shortcuts.changed.connect(self._show)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.restyle()
        self.retranslate()

    def begin(self) -> None:
        """Open with the focus in the search."""
        self.open()
        self._show()
        self.search.setFocus(Qt.FocusReason.TabFocusReason)

    def restyle(self) -> None:
        """As many lines as the window has room for."""
        super().restyle()
        if hasattr(self, "grid"):
            px, host = theme().px, self._host.window()
            self.grid.setMinimumWidth(min(px(WIDTH), host.width() - px(60)))
            self.grid.setMinimumHeight(max(px(90), min(px(HEIGHT), host.height() - px(AROUND))))
            self.search.setMinimumHeight(theme().control_height())

    def retranslate(self) -> None:
        """Names and rows in the language in force."""
        super().retranslate()
        if hasattr(self, "search"):
            self.search.setAccessibleName(i18n.tr("settings.keys.search"))
            self.search.setPlaceholderText(i18n.tr("settings.keys.search"))
            self._show()

    def _rows(self) -> Sequence[KeyRow]:
        text = self.search.text().strip()
        return [row for row in key_rows(self._shortcuts) if row.fits(text)]

    def _show(self) -> None:
        current = self.grid.current()
        self._source.replace(list(self._rows()))
        self.grid.reload()
        if current is None or not self.grid.select_key(current.action.id):
            self.grid.table.go_to(0)
        self._offer()

    def _offer(self) -> None:
        row = self.grid.current()
        self._problem.show_value("")
        self.button(CHANGE).setEnabled(row is not None)
        self.button(RESET).setEnabled(row is not None and row.changed)
        self.button(RESET_ALL).setEnabled(any(row.changed for row in key_rows(self._shortcuts)))

    def _verb(self, verb: str) -> None:
        row = self.grid.current()
        if verb == RESET_ALL:
            self._shortcuts.reset()
        elif row is not None and verb == CHANGE:
            KeyCapture(self, self._shortcuts, row.action, self.grid.table.setFocus).begin()
        elif row is not None:
            self._reset(row.action)

    def _reset(self, action: Action) -> None:
        try:
            self._shortcuts.reset(action)
        except ShortcutTaken as error:
            self._problem.show_value(refusal(error))


def _columns() -> tuple[Column, ...]:
    return (
        Column("action", "settings.keys.action", lambda row: row.words, stretch=True, needed=True),
        Column("screen", "settings.keys.screen", lambda row: row.screen, 150),
        Column("key", "settings.keys.key", _key, 130, needed=True),
    )


def _key(row: KeyRow) -> Cell:
    changed = i18n.tr("settings.keys.changed") if row.changed else ""
    return Cell(" ".join(part for part in (row.key or "—", changed) if part), tone="accent" if row.changed else "text")
