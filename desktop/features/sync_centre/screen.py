"""The sync centre in the navigation."""

from __future__ import annotations

from desktop.platform.screen import Screen, lazily
from domain.parties import roles

MAKE = lazily("desktop.features.sync_centre.sync_centre_view", "SyncCentreView")
SCREEN = Screen(
    "sync_centre", "sync_centre.screen.title", "sync", roles.ALL, group=2, position=0, make=MAKE, goes_on=True
)
