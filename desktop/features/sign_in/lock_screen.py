"""The locked screen: covers the window until somebody proves himself. What runs behind it goes on."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QDialog, QWidget

import i18n
from desktop.features.sign_in.people_card import Door, PeopleCard
from desktop.platform.messages import Messages
from desktop.platform.theme import theme
from desktop.widgets.layout import LARGE, NONE, SMALL, column, row
from desktop.widgets.live import Live


class LockScreen(Live, QDialog):
    """In front of a window, as large as it, nothing to be seen behind. Esc and scans do nothing.

    Dialogs that were open are hidden meanwhile and come back for the same person.

    Attributes:
        card: the people and the field.

    Signals:
        unlocked(str): somebody proved himself by this kind of secret; the screen is still there.
    """

    unlocked = Signal(str)

    def __init__(self, host: QWidget, door: Door, messages: Messages, strip: QWidget | None = None) -> None:
        super().__init__(host)
        self._host = host
        self._hidden: list[QDialog] = []
        self.setWindowFlags(Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setWindowModality(Qt.WindowModality.ApplicationModal)
        self.card = PeopleCard(door, messages, "people.locked", "people.locked_sentence")
        self.card.entered.connect(self.unlocked.emit)
        margins = (LARGE, LARGE, LARGE, LARGE)
        inside = column(1, row(1, self.card, 1), 2, gap=SMALL, margins=margins)
        whole = column(strip, inside, gap=NONE)
        whole.setStretchFactor(inside, 1)
        self.setLayout(whole)
        host.installEventFilter(self)
        self.go_live()

    def cover(self) -> None:
        """Come to the front; whatever else is open goes out of sight."""
        tops = QApplication.topLevelWidgets()
        for each in tops:
            if isinstance(each, QDialog) and each.isVisible() and not isinstance(each, LockScreen):
                self._hidden.append(each)
                each.hide()
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
        self.card.refresh()
        self._fit()
        self.show()
        self.raise_()
        self.activateWindow()
        self.card.secret.setFocus()

    def uncover(self) -> None:
        """Go; the dialogs that were open come back."""
        self.hide()
        hidden, self._hidden = self._hidden, []
        for each in hidden:
            if shiboken6.isValid(each):
                each.show()

    def reject(self) -> None:
        """Esc leaves the screen locked and empties the field."""
        self.card.secret.clear()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window moved or grew: so does its cover."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move) and self.isVisible():
            self._fit()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Opaque ground."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().colour("window"))
        painter.end()

    def retranslate(self) -> None:
        """The window's name for screen readers."""
        self.setWindowTitle(i18n.tr("people.locked"))

    def _fit(self) -> None:
        self.setGeometry(self._host.geometry())
