"""Asking for the file into which the diagnostics are written."""

from __future__ import annotations

from PySide6.QtWidgets import QFileDialog, QWidget

import i18n


def diagnostics_dialog(parent: QWidget, file_name: str) -> QFileDialog:
    """The dialog that asks where to; it is not open yet."""
    dialog = QFileDialog(parent, i18n.tr("sync_centre.export.title"))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("json")
    dialog.setNameFilters(["JSON (*.json)"])
    dialog.selectFile(file_name)
    return dialog
