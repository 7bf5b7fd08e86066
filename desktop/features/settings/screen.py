"""The screen for what a person chooses on this PC."""

from __future__ import annotations

from desktop.platform.screen import Screen, lazily
from domain.parties import roles

SCREEN = Screen(
    "settings",
    "settings.title",
    "settings",
    roles.ALL,
    2,
    9,
    lazily("desktop.features.settings.settings_view", "SettingsPage"),
    goes_on=True,
)
