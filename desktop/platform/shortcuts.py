"""Which key belongs to which action: the declared one, unless somebody chose another in the settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence

from desktop.platform.action import Action, is_plain_character, key_label
from desktop.platform.settings import SHORTCUTS, Settings

OF_THE_SYSTEM = frozenset({"F10", "Alt+F4", "Ctrl+Alt+Del", "Alt+Tab", "Ctrl+Esc"})
"""Keys that stay with the system."""
OF_ENTRY = frozenset(
    "Return Enter Tab Backtab Shift+Tab Esc Space Backspace Left Right Up Down Home End PgUp PgDown Menu "
    "Ctrl+A Ctrl+C Ctrl+V Ctrl+X".split()
)
"""Keys that move, enter and edit, on every screen and in every dialog."""
_TYPED = ("", "Shift+")
SYSTEM, TYPING, SCANNER, TAKEN = "system", "typing", "scanner", "taken"


@dataclass(frozen=True, slots=True)
class KeyGroup:
    """Actions whose keys work at the same time, with those that work everywhere: a screen's."""

    title_key: str
    actions: tuple[Action, ...]


class ShortcutTaken(ValueError):
    """The key belongs to another action, to the system, or to what people and scanners type.

    Attributes:
        key: the key asked for.
        why: system, typing, scanner or taken.
        holder: the action that has it, None when none has.
    """

    def __init__(self, key: str, why: str, holder: Action | None = None) -> None:
        super().__init__(f"{key}: {why} {holder.id if holder else ''}")
        self.key, self.why, self.holder = key, why, holder


class Shortcuts(QObject):
    """The keys in force.

    Signals:
        changed: somebody chose another key; buttons, palette and help read again.
    """

    changed = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._known: dict[str, Action] = {}
        self.groups: Callable[[], Sequence[KeyGroup]] = tuple[KeyGroup, ...]
        settings.on_change(SHORTCUTS, lambda _: self.changed.emit())

    def learn(self, declared: Iterable[Action]) -> None:
        """These actions exist on a screen: :meth:`label` may be asked for them."""
        self._known.update((action.id, action) for action in declared)

    def label(self, action_id: str) -> str:
        """The key in force as on a keycap, empty for none, or while no screen with that action was made."""
        action = self._known.get(action_id)
        return key_label(self.key_of(action)) if action is not None else ""

    def key_of(self, action: Action) -> str:
        """The key in force for ``action``, empty for none."""
        return self._settings.get(SHORTCUTS).get(action.id, action.shortcut)

    def is_changed(self, action: Action) -> bool:
        """Whether somebody chose another key than the declared one."""
        return action.id in self._settings.get(SHORTCUTS)

    def beside(self, action: Action) -> tuple[Action, ...]:
        """The actions whose keys work at the same time as that of ``action``."""
        found: dict[str, Action] = {}
        for group in self.groups():
            here = action in group.actions
            for each in group.actions:
                if here or each.everywhere or action.everywhere:
                    found[each.id] = each
        found.pop(action.id, None)
        return tuple(found.values())

    def assign(self, action: Action, key: str, others: tuple[Action, ...]) -> None:
        """Give ``action`` another key, or none with an empty one.

        Args:
            action: whose key changes.
            key: as Qt writes it portably.
            others: the actions whose keys work at the same time.

        Raises:
            ShortcutTaken: one of ``others`` or the system has that key, or it is typed.
        """
        portable = QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText)
        self._check(action, portable)
        for other in others:
            if portable and other.id != action.id and self.key_of(other) == portable:
                raise ShortcutTaken(portable, TAKEN, other)
        chosen = self._settings.get(SHORTCUTS).copy()
        if portable == action.shortcut:
            chosen.pop(action.id, None)
        else:
            chosen[action.id] = portable
        self._settings.set(SHORTCUTS, chosen)

    def reset(self, action: Action | None = None) -> None:
        """``action``, or every one, has its declared key again.

        Raises:
            ShortcutTaken: another action has been given that key meanwhile.
        """
        if action is None:
            self._settings.set(SHORTCUTS, {})
        elif self.is_changed(action):
            self.assign(action, action.shortcut, self.beside(action))

    def _check(self, action: Action, key: str) -> None:
        if key in OF_THE_SYSTEM:
            raise ShortcutTaken(key, SYSTEM)
        if key in OF_ENTRY:
            raise ShortcutTaken(key, TYPING)
        # A list's own letters may be exchanged for others; elsewhere letters and digits belong to entry and scanner.
        typed = any(is_plain_character(key.removeprefix(prefix)) for prefix in _TYPED)
        if typed and (not is_plain_character(action.shortcut) or not is_plain_character(key)):
            raise ShortcutTaken(key, SCANNER)
