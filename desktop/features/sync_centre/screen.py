"""The sync centre in the navigation."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.features.sync_centre.sync_centre_view import SyncCentreView
from desktop.platform.screen import Screen
from desktop.platform.workbench import Workbench
from domain.parties import roles


def make(workbench: Workbench) -> QWidget:
    """The view."""
    return SyncCentreView(workbench)


SCREEN = Screen("sync_centre", "sync_centre.screen.title", "sync", roles.ALL, group=2, position=0, make=make)
