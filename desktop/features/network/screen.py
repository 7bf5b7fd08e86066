"""Dealers and people in the navigation."""

from __future__ import annotations

from desktop.platform.screen import Screen, lazily
from domain.parties import roles

MAKE = lazily("desktop.features.network.network_view", "NetworkView")
SCREEN = Screen("network", "network.screen.title", "tree", roles.OFFICE | roles.MANAGING, 1, 70, MAKE)
