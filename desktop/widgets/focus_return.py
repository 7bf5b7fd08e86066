"""Gives the focus back to where it was before something came in front of it."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget


class FocusReturn:
    """Remembers the focus at the time it is made."""

    def __init__(self) -> None:
        self._widget: QWidget | None = QApplication.focusWidget()

    def give_back(self) -> bool:
        """Return the focus at once; False when that widget is gone or hidden."""
        widget = self._widget
        if widget is None or not shiboken6.isValid(widget) or not widget.isVisible() or not widget.isEnabled():
            return False
        widget.activateWindow()
        widget.setFocus(Qt.FocusReason.PopupFocusReason)
        return True
