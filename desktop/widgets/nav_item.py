"""One line of the navigation: a screen, its key, and how many things wait there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

import i18n
from desktop.platform import typeface
from desktop.platform.icons import draw_icon
from desktop.platform.theme import theme
from desktop.widgets.live import Live
from desktop.widgets.painting import CENTRE_LEFT, CENTRE_RIGHT, draw_box, draw_focus


@dataclass(frozen=True, slots=True)
class NavEntry:
    """A screen in the navigation.

    Attributes:
        id: what :attr:`NavBar.chosen` carries.
        text_key: key of its words.
        key: its key as Qt writes it portably (``Alt+1``), empty for none.
        icon: name of its icon, shown where there is no room for words.
    """

    id: str
    text_key: str
    key: str = ""
    icon: str = ""


class Room(Enum):
    """How much of a line is shown."""

    ALL = "all"
    """Words and key."""
    WORDS = "words"
    """The window is narrow: the key works all the same."""
    ICON = "icon"
    """The window is very narrow: icon and the key's last character; words as a tip and for screen readers."""


class NavItem(Live, QAbstractButton):
    """The button of one :class:`NavEntry`.

    Attributes:
        entry: what it stands for.
        badge: what waits there, empty for nothing.
    """

    TALL, LOW = 36, 20
    ICON, CORNER, MOST = 18, 20, 2

    def __init__(self, entry: NavEntry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry = entry
        self.badge = ""
        self._room = Room.ALL
        self._words = ""
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.go_live()

    def set_badge(self, badge: str) -> None:
        """Show how many things wait; empty for nothing."""
        self.badge = badge
        self._tell()

    def set_key(self, key: str) -> None:
        """Show another key."""
        self.entry = replace(self.entry, key=key)
        self._tell()

    def set_room(self, room: Room) -> None:
        """Show more or less; a line without icon keeps its words."""
        self._room = Room.WORDS if room is Room.ICON and not self.entry.icon else room
        self._tell()

    def restyle(self) -> None:
        """Measure again: between low, when the window is, and tall."""
        low = max(theme().px(self.LOW), round(QFontMetricsF(theme().font(typeface.STRONG)).height()) + 2)
        self.setMinimumHeight(low)
        self.setMaximumHeight(max(low, theme().px(self.TALL)))
        self.updateGeometry()
        self.update()

    def retranslate(self) -> None:
        """The words in the language in force."""
        self._words = i18n.tr(self.entry.text_key)
        self._tell()

    def sizeHint(self) -> QSize:
        """Words, key and badge side by side."""
        look = theme()
        if self._room is Room.ICON:
            return QSize(look.px(self.ICON + self.CORNER + 12), look.px(self.TALL))
        width = QFontMetricsF(look.font(typeface.STRONG)).horizontalAdvance(self._words)
        aside = QFontMetricsF(look.font(typeface.SMALL_BOLD)).horizontalAdvance(self._aside())
        between = look.px(12) if aside else 0
        return QSize(round(width + aside) + between + look.px(16) + 1, look.px(self.TALL))

    def minimumSizeHint(self) -> QSize:
        """Never narrower than its words."""
        return QSize(self.sizeHint().width(), self.minimumHeight())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground when current, words left, key or badge right."""
        look = theme()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        ground = "selection" if self.isChecked() else "hover" if self.underMouse() else None
        if ground:
            draw_box(painter, rect, look.colour(ground))
        if self.hasFocus():
            draw_focus(painter, rect)
        only_icon = self._room is Room.ICON
        inside = rect.adjusted(look.px(6 if only_icon else 8), 0, -look.px(3 if only_icon else 8), 0)
        current = self.isChecked()
        painter.setFont(look.font(typeface.STRONG if current else typeface.BODY))
        ink = look.colour("disabled" if not self.isEnabled() else "accent" if current else "text")
        painter.setPen(ink)
        if only_icon:
            side = look.px(self.ICON)
            draw_icon(painter, QRectF(inside.left(), inside.center().y() - side / 2, side, side), self.entry.icon, ink)
        else:
            painter.drawText(inside, CENTRE_LEFT, self._words)
        painter.setFont(look.font(typeface.SMALL_BOLD if self.badge else typeface.SMALL))
        painter.setPen(look.colour("warning" if self.badge else "secondary"))
        painter.drawText(inside, CENTRE_RIGHT, self._aside())
        painter.end()

    def _aside(self) -> str:
        shown = {Room.ALL: self.entry.key, Room.WORDS: "", Room.ICON: self.entry.key[-1:]}
        if self._room is Room.ICON and len(self.badge) > self.MOST:
            return f"{'9' * self.MOST}+"
        return self.badge or shown[self._room]

    def _tell(self) -> None:
        self.setText(self._words.replace("&", "&&"))
        self.setAccessibleName(f"{self._words} {self.badge}".strip())
        self.setAccessibleDescription(self.entry.key)
        self.setToolTip(f"{self._words}  {self.entry.key}".strip())
        self.updateGeometry()
        self.update()
