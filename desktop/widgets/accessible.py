"""Finds controls that a screen reader could not name; every screen's test asks."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractScrollArea, QWidget


def unnamed_controls(root: QWidget) -> list[QWidget]:
    """The widgets below ``root`` that take the focus, or react to clicks, and have no accessible name."""
    return [widget for widget in root.findChildren(QWidget) if _is_control(widget) and not _name(widget)]


def _is_control(widget: QWidget) -> bool:
    if widget.focusPolicy() == Qt.FocusPolicy.NoFocus or widget.objectName().startswith("qt_"):
        return False
    return widget.focusProxy() is None and not isinstance(widget.parent(), QAbstractScrollArea)


def _name(widget: QWidget) -> str:
    return widget.accessibleName() or str(widget.property("text") or "")
