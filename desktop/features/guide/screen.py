"""The screen of the first steps."""

from __future__ import annotations

from desktop.platform.screen import Screen, lazily
from domain.parties import roles

SCREEN = Screen(
    "guide",
    "guide.title",
    "star",
    roles.AT_DEALER,
    2,
    10,
    lazily("desktop.features.guide.guide_view", "GuidePage"),
    at="dealer",
)
