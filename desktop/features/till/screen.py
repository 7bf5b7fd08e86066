"""The screen of the till."""

from __future__ import annotations

from desktop.platform.screen import Screen, lazily
from domain.parties import roles

SCREEN = Screen(
    "till",
    "till.title",
    "coins",
    roles.SELLING,
    1,
    90,
    lazily("desktop.features.till.till_view", "TillPage"),
    at="dealer",
)
