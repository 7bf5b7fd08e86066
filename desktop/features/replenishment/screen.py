"""The screen for ordering from the upline; headquarters has none."""

from __future__ import annotations

from desktop.features.replenishment.replenishment_view import ReplenishmentPage
from desktop.platform.screen import Screen
from domain.parties import roles

SCREEN = Screen(
    "replenishment",
    "replenishment.title",
    "truck",
    roles.SELLING & roles.AT_DEALER,
    0,
    2,
    ReplenishmentPage,
    at="dealer",
)
