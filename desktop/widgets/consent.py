"""The tick by which a customer's consent is put on file: what he agreed to, in the words he was told, and when."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox

import i18n
from desktop.widgets.live import Live


class Consent(Live, QCheckBox):
    """Ticked only after it was read to the customer; never ticked beforehand."""

    def __init__(self) -> None:
        super().__init__()
        self.go_live()

    def retranslate(self) -> None:
        """The words in the language in force."""
        self.setText(i18n.tr("customers.dialog.consent"))

    def said(self, day: str) -> str:
        """What is put on file of *day* (ISO), empty without the tick."""
        return f"{day} {self.text()}" if self.isChecked() else ""
