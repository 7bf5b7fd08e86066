"""The three figures of the sync centre: what is unsent, when the server last answered, what needs somebody."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

import i18n
from desktop.features.sync_centre.operations import SyncStatus
from desktop.platform.theme import theme
from desktop.widgets.figure_card import FigureCard
from desktop.widgets.figures import age_text, amount_text
from desktop.widgets.flow import Flow, Spread
from desktop.widgets.layout import MEDIUM
from desktop.widgets.live import Live
from domain.kernel.clock import Clock

IN_TOUCH_MS = 60_000
"""The server answered within this time: moments ago."""


NARROW = 700
"""Pixels at 100 % below which the cards are low."""


class FiguresView(Live, QWidget):
    """Cards beside each other; in words, with ages, never a guess: before the first reading nothing is said."""

    def __init__(self, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._status: SyncStatus | None = None
        self.upload = FigureCard("sync_centre.figure.upload")
        self.contact = FigureCard("sync_centre.figure.contact")
        self.needing = FigureCard("sync_centre.figure.needing")
        self.setLayout(Flow(self.upload, self.contact, self.needing, gap=MEDIUM, spread=Spread.EQUAL))
        self.go_live()

    def show_status(self, status: SyncStatus) -> None:
        """Show what was read."""
        self._status = status
        self._tell()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window the figures stand on one line with their names."""
        super().resizeEvent(event)
        for card in (self.upload, self.contact, self.needing):
            card.set_flat(event.size().width() < theme().px(NARROW))

    def retranslate(self) -> None:
        """The same in the language in force."""
        self._tell()

    def _tell(self) -> None:
        status = self._status
        if status is None:
            return
        unsent, now = status.unsent, self._clock.now_ms()
        if unsent.number:
            sums = " + ".join(amount_text(amount, currency) for currency, amount in sorted(unsent.amounts.items()))
            figure = i18n.tr("sync_centre.figure.documents", n=unsent.number, sum=sums).strip()
            oldest = i18n.tr("sync_centre.figure.oldest", age=age_text(unsent.oldest, now))
            files = i18n.tr("sync_centre.figure.files_too", n=status.files) if status.files else ""
            self.upload.show_figure(figure, "offline", f"{oldest} · {files}" if files else oldest)
        elif status.files:
            figure = i18n.tr("sync_centre.figure.files", n=status.files)
            key = "sync_centre.figure.files_held" if status.shut_out else "sync_centre.figure.files_wait"
            self.upload.show_figure(figure, "offline", i18n.tr(key))
        else:
            nothing = i18n.tr("sync_centre.figure.nothing")
            self.upload.show_figure(nothing, "text", i18n.tr("sync_centre.figure.all_there"))
        in_touch = status.last_contact and now - status.last_contact < IN_TOUCH_MS
        contact = age_text(status.last_contact, now) if status.last_contact else i18n.tr("sync_centre.figure.never")
        note = i18n.tr("sync_centre.figure.online" if in_touch else "sync_centre.figure.offline")
        if status.shut_out:
            self.contact.show_figure(contact, "warning", i18n.tr("sync_centre.figure.shut_out"))
        else:
            self.contact.show_figure(contact, "success" if in_touch else "offline", note)
        key = "sync_centre.figure.see_list" if status.needing else "sync_centre.figure.none_needs"
        self.needing.show_figure(str(status.needing), "warning" if status.needing else "text", i18n.tr(key))
