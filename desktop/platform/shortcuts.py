"""Which key belongs to which action: the declared one, unless somebody chose another in the settings."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence

from desktop.platform.action import Action
from desktop.platform.settings import SHORTCUTS, Settings

RESERVED = frozenset({"F10", "Alt+F4", "Ctrl+Alt+Del"})
"""Keys that stay with the system."""


class ShortcutTaken(ValueError):
    """The key belongs to another action, or to the system.

    Attributes:
        key: the key asked for.
        holder: id of the action that has it, empty when it is the system's.
    """

    def __init__(self, key: str, holder: str) -> None:
        super().__init__(f"{key} belongs to {holder or 'the system'}")
        self.key = key
        self.holder = holder


class Shortcuts(QObject):
    """The keys in force.

    Signals:
        changed: somebody chose another key; buttons, palette and help read again.
    """

    changed = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        settings.on_change(SHORTCUTS, lambda _: self.changed.emit())

    def key_of(self, action: Action) -> str:
        """The key in force for ``action``, empty for none."""
        return self._settings.get(SHORTCUTS).get(action.id, action.shortcut)

    def assign(self, action: Action, key: str, others: tuple[Action, ...]) -> None:
        """Give ``action`` another key, or none with an empty one.

        Args:
            action: whose key changes.
            key: as Qt writes it portably.
            others: the actions whose keys work at the same time.

        Raises:
            ShortcutTaken: one of ``others`` or the system has that key.
        """
        portable = QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText)
        if portable in RESERVED:
            raise ShortcutTaken(portable, "")
        for other in others:
            if portable and other.id != action.id and self.key_of(other) == portable:
                raise ShortcutTaken(portable, other.id)
        chosen = self._settings.get(SHORTCUTS).copy()
        if portable == action.shortcut:
            chosen.pop(action.id, None)
        else:
            chosen[action.id] = portable
        self._settings.set(SHORTCUTS, chosen)

    def reset(self) -> None:
        """Every action has its declared key again."""
        self._settings.set(SHORTCUTS, {})
