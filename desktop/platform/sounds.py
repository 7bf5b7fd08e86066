"""The one sound there is: something on the screen wants to be seen. Never without its sign."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from desktop.platform.settings import SOUNDS, Settings


def alert(settings: Settings) -> bool:
    """Sound as the system does, unless somebody wants it quiet; whether it did."""
    if settings.get(SOUNDS):
        QApplication.beep()
        return True
    return False
