"""Every action that the program declares, by its id: the help names keys and words from here and nowhere else."""

from __future__ import annotations

from itertools import chain

from desktop.app.keymap import OF_SCREENS
from desktop.app.main_window import SHELL_ACTIONS
from desktop.platform.action import Action


def declared() -> dict[str, Action]:
    """By id."""
    return {action.id: action for action in chain(SHELL_ACTIONS, *OF_SCREENS.values())}
