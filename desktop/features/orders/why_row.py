"""Why goods come back: one of the usual reasons, and further words."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

import i18n
from desktop.platform.theme import theme
from desktop.widgets.choice import Choice, Option
from desktop.widgets.layout import NONE, row
from desktop.widgets.live import Live
from desktop.widgets.text import Text

OTHER = "other"
REASONS = ("unfit", "faulty", "mistaken", OTHER)
LONGEST_REASON = 60


class WhyRow(Live, QWidget):
    """A choice and a line; another reason than the usual ones needs words.

    Signals:
        changed: another reason was chosen.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.why = Choice("orders.return.why", [Option(one, f"orders.return.reason.{one}") for one in REASONS])
        self.line = QLineEdit()
        self.line.setMaxLength(LONGEST_REASON)
        whole = row(self.why, self.line)
        whole.setContentsMargins(NONE, NONE, NONE, NONE)
        self.setLayout(whole)
        self.why.currentIndexChanged.connect(lambda _: self.changed.emit())
        self.go_live()

    def reason(self) -> str:
        """In words, empty when they are still missing."""
        text = self.line.text().strip()
        words = [] if self.why.value() == OTHER else [i18n.tr(f"orders.return.reason.{self.why.value()}")]
        return " · ".join([*words, text] if text else words)

    def given(self, problem: Text) -> str:
        """The reason; while it is missing *problem* says so, the focus goes there, and it is empty."""
        reason = self.reason()
        if not reason:
            problem.say("orders.reason.missing")
            self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        return reason

    def restyle(self) -> None:
        """As high as the other controls."""
        self.line.setMinimumHeight(theme().control_height())

    def retranslate(self) -> None:
        """Its name in the language in force."""
        self.line.setAccessibleName(i18n.tr("orders.return.text"))
        self.line.setPlaceholderText(i18n.tr("orders.return.text"))
