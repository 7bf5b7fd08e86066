"""Dealers and people in the navigation."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.features.network.network_view import NetworkView
from desktop.platform.screen import Screen
from desktop.platform.workbench import Workbench
from domain.parties import roles


def make(workbench: Workbench) -> QWidget:
    """The view."""
    return NetworkView(workbench)


SCREEN = Screen("network", "network.screen.title", "people", roles.OFFICE | roles.MANAGING, 1, 70, make)
