"""The screen for ordering from the upline; headquarters has none."""

from __future__ import annotations

from desktop.platform.screen import Screen, lazily
from domain.parties import roles

SCREEN = Screen(
    "replenishment",
    "replenishment.title",
    "truck",
    roles.SELLING & roles.AT_DEALER,
    0,
    2,
    lazily("desktop.features.replenishment.replenishment_view", "ReplenishmentPage"),
    at="dealer",
)
