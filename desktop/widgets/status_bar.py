"""The status bar: is the work safe, does anything wait, who works where. Always visible, always in words."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal, SignalInstance
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

import i18n
from desktop.platform.theme import theme
from desktop.widgets.live import Live
from desktop.widgets.status_info import Connection, StatusInfo
from desktop.widgets.status_item import Segment, StatusItem

_TONES = {Connection.ONLINE: "success", Connection.OFFLINE: "offline", Connection.SYNCING: "success"}
DETAIL = 3
"""Most detail: with the age of the oldest document (3), with shift (2), with place and person alone (1)."""


class StatusBar(Live, QWidget):
    """Shows a :class:`StatusInfo`. Where there is no room for all of it on one line it leaves out details, then wraps.

    Signals:
        sync_asked: a click on the connection, on what waits for upload or on what needs a person.
        help_asked: a click on the hint for F1.
        person_asked: a click on who works here.
    """

    sync_asked = Signal()
    help_asked = Signal()
    person_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._info = StatusInfo()
        self._rows = 1
        self._connection = self._item(self.sync_asked, dot=True)
        self._upload = self._item(self.sync_asked)
        self._needs = self._item(self.sync_asked)
        self._person = self._item(self.person_asked)
        self._help_key = "F1"
        self._help = self._item(self.help_asked)
        self._clock = self._item(self.help_asked)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.go_live()

    def show_info(self, info: StatusInfo) -> None:
        """Show what is the case now."""
        self._info = info
        self._arrange()

    def restyle(self) -> None:
        """Measure again."""
        self._arrange()
        self.updateGeometry()

    def retranslate(self) -> None:
        """The words in the language in force."""
        self._arrange()

    def sizeHint(self) -> QSize:
        """One line, or two where it must."""
        return QSize(theme().px(600), self._rows * theme().px(32) - theme().px(4) * (self._rows - 1))

    def minimumSizeHint(self) -> QSize:
        """May be narrower than its words: it wraps."""
        return QSize(0, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose what fits."""
        self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Surface, and the hairline above."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().colour("surface"))
        painter.fillRect(0, 0, self.width(), 1, theme().colour("border"))
        painter.end()

    def _item(self, signal: SignalInstance, *, dot: bool = False) -> StatusItem:
        item = StatusItem(dot=dot, parent=self)
        item.clicked.connect(lambda: signal.emit())
        return item

    def _left(self) -> list[StatusItem]:
        return [self._connection, self._upload, self._needs]

    def _right(self) -> list[StatusItem]:
        return [self._person, self._help, self._clock]

    def _arrange(self) -> None:
        """Put in as much detail as fits on one line; failing that, two lines."""
        for detail in range(DETAIL, 0, -1):
            self._fill(detail)
            if self._width(self._left()) + self._width(self._right()) + theme().px(16) <= self.width():
                self._place(1)
                return
        self._fill(2)
        self._place(2)

    def set_help_key(self, key: str) -> None:
        """The key of the help page, as on a keycap."""
        self._help_key = key
        self.retranslate()

    def _fill(self, detail: int) -> None:
        info = self._info
        connection = i18n.tr(f"widgets.status.{info.connection.value}")
        self._connection.show_segments([(connection, True)], _TONES[info.connection])
        self._upload.show_segments(self._upload_segments(detail))
        needs = i18n.tr("widgets.status.needs_you", n=info.needs_you) if info.needs_you else ""
        self._needs.show_segments([(needs, False)], "warning")
        who = [info.place, info.person, info.shift if detail > 1 else ""]
        self._person.show_segments([(" · ".join(part for part in who if part), False)])
        self._help.show_segments([(i18n.tr("widgets.status.help", cap=self._help_key).strip(), False)])
        self._clock.show_segments([(info.clock, False)])

    def _upload_segments(self, detail: int) -> list[Segment]:
        info = self._info
        if info.to_upload is None:
            return [(i18n.tr("widgets.status.unknown"), True)]
        files = i18n.tr("widgets.status.files", n=info.files) if info.files else ""
        if not info.to_upload and files:
            return [(i18n.tr("widgets.status.to_upload"), False), (files, True)]
        if not info.to_upload:
            return [(i18n.tr("widgets.status.all_uploaded"), False)]
        segments = [
            (i18n.tr("widgets.status.to_upload"), False),
            (i18n.tr("widgets.status.documents", n=info.to_upload, sum=info.upload_sum), True),
        ]
        if files:
            segments.append((i18n.tr("widgets.status.and_files", files=files), True))
        if info.oldest and detail > 2:
            segments.append((i18n.tr("widgets.status.oldest", time=info.oldest), False))
        return segments

    def _shown(self, items: list[StatusItem]) -> list[StatusItem]:
        return [item for item in items if item.plain_text]

    def _width(self, items: list[StatusItem]) -> int:
        shown = self._shown(items)
        return sum(item.sizeHint().width() for item in shown) + theme().px(12) * (len(shown) + 1)

    def _place(self, rows: int) -> None:
        px = theme().px
        if rows != self._rows:
            self._rows = rows
            self.updateGeometry()
        height = px(26)
        left = px(12)
        for item in self._shown(self._left()):
            item.setGeometry(left, px(3), item.sizeHint().width(), height)
            left += item.sizeHint().width() + px(12)
        top = px(3) + (rows - 1) * px(28)
        right = self.width() - px(12)
        for item in reversed(self._shown(self._right())):
            right -= item.sizeHint().width()
            item.setGeometry(right, top, item.sizeHint().width(), height)
            right -= px(12)
