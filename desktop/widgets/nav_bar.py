"""The navigation at the left edge: one line for each screen, in groups."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

from desktop.platform import typeface
from desktop.platform.theme import theme
from desktop.widgets.layout import MEDIUM, NONE, SMALL, TIGHT, column, row
from desktop.widgets.live import Live
from desktop.widgets.nav_item import NavEntry, NavItem, Room
from desktop.widgets.text import Text

NARROW = 1_000
"""Pixels at 100 % of a window that has no room for the keys."""
SLIM = 800
"""Pixels at 100 % of a window that has no room for words either."""


class Separator(QWidget):
    """A hairline between two groups."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        """Air above and below, less of it in a low window."""
        return QSize(0, theme().px(16))

    def minimumSizeHint(self) -> QSize:
        """The line alone."""
        return QSize(0, theme().px(4))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line."""
        painter = QPainter(self)
        inset = theme().px(SMALL)
        painter.fillRect(inset, self.height() // 2, self.width() - 2 * inset, 1, theme().colour("border"))
        painter.end()


class NavBar(Live, QScrollArea):
    """Screens by name; up and down move, Alt and a digit jump. In a low window it scrolls instead of hiding a line.

    A window that declares actions for the keys shown takes them itself: ``own_keys=False``.

    Signals:
        chosen(str): id of the screen a person asks for.
    """

    chosen = Signal(str)

    def __init__(
        self,
        brand_key: str,
        groups: Sequence[Sequence[NavEntry]],
        *,
        own_keys: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._own_keys = own_keys
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._brand = Text(brand_key, typeface.HEADING, "accent")
        self._items: dict[str, NavItem] = {}
        self._room = Room.ALL
        lines = column(gap=2, margins=(SMALL, MEDIUM, SMALL, TIGHT))
        lines.put(row(self._brand, margins=(SMALL, TIGHT, NONE, SMALL)))
        for number, group in enumerate(groups):
            if number:
                lines.addWidget(Separator())
            for entry in group:
                lines.addWidget(self._add(entry))
        lines.addStretch(1)
        inner = QWidget()
        inner.setLayout(lines)
        self.setWidget(inner)
        inner.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self.verticalScrollBar().rangeChanged.connect(lambda *_: self.updateGeometry())
        self.go_live()

    def set_current(self, entry_id: str) -> None:
        """Mark the screen that is shown."""
        self._items[entry_id].setChecked(True)
        self.ensureWidgetVisible(self._items[entry_id])

    def set_badge(self, entry_id: str, badge: str) -> None:
        """Show how many things wait on a screen; empty for nothing."""
        self._items[entry_id].set_badge(badge)

    def item(self, entry_id: str) -> NavItem:
        """The line of a screen."""
        return self._items[entry_id]

    def set_room(self, room: Room) -> None:
        """Leave keys, then words out to make room for the screen; a narrow window asks for it."""
        if room is not self._room:
            self._room = room
            self._brand.setVisible(room is not Room.ICON)
            for item in self._items.values():
                item.set_room(room)
            self.updateGeometry()

    def restyle(self) -> None:
        """As wide as its longest line."""
        self._fit(self.window().width())
        self.updateGeometry()

    def showEvent(self, event: QShowEvent) -> None:
        """Follow the window's width."""
        super().showEvent(event)
        self.window().installEventFilter(self)
        self._fit(self.window().width())

    def sizeHint(self) -> QSize:
        """Wide enough for every line; as high as there is room."""
        longest = max((item.sizeHint().width() for item in self._items.values()), default=0)
        bar = self.verticalScrollBar().sizeHint().width() if self.verticalScrollBar().maximum() else 0
        least = theme().px(168) if self._room is Room.ALL else 0
        return QSize(max(longest + theme().px(2 * SMALL) + 1, least) + bar, theme().px(300))

    def minimumSizeHint(self) -> QSize:
        """Never narrower than its lines."""
        return QSize(self.sizeHint().width(), theme().px(120))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and down on a line move to its neighbour; a narrow window makes the lines short."""
        if event.type() == QEvent.Type.Resize and isinstance(event, QResizeEvent) and watched is self.window():
            self._fit(event.size().width())
        if isinstance(watched, NavItem) and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {int(Qt.Key.Key_Down): 1, int(Qt.Key.Key_Up): -1}.get(event.key())
            if step is not None:
                items = list(self._items.values())
                items[(items.index(watched) + step) % len(items)].setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Surface, and the hairline towards the content."""
        painter = QPainter(self.viewport())
        area = self.viewport().rect()
        painter.fillRect(area, theme().colour("surface"))
        painter.fillRect(area.right(), 0, 1, area.height(), theme().colour("border"))
        painter.end()

    def _fit(self, window_width: int) -> None:
        px = theme().px
        with_icons = all(item.entry.icon for item in self._items.values())
        slim = with_icons and window_width < px(SLIM)
        self.set_room(Room.ICON if slim else Room.WORDS if window_width < px(NARROW) else Room.ALL)

    def _add(self, entry: NavEntry) -> NavItem:
        item = NavItem(entry)
        item.clicked.connect(lambda: self.chosen.emit(entry.id))
        item.installEventFilter(self)
        self._items[entry.id] = item
        if entry.key and self._own_keys:
            shortcut = QShortcut(QKeySequence(entry.key), self)
            shortcut.activated.connect(lambda: self.chosen.emit(entry.id))
        return item
