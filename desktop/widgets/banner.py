"""Messages in the free strip above the status bar: they never block, never take the focus, and offer one next step."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

import i18n
from desktop.platform import typeface
from desktop.platform.icons import draw_icon
from desktop.platform.messages import Messages
from desktop.platform.notice import Kind, Notice
from desktop.platform.theme import theme
from desktop.widgets.key_button import KeyButton, Weight
from desktop.widgets.layout import LARGE, MEDIUM, SMALL, row
from desktop.widgets.live import Live
from desktop.widgets.painting import draw_box
from desktop.widgets.text import Text

STAY_MILLISECONDS = 6_000
"""How long good news stays. Warnings and errors stay until they are closed."""

ABOVE_FOOT = 100
"""Pixels at 100 % kept free below a banner (foot and status bar): it never lies over a screen's primary action."""

_TONES = {Kind.INFO: "neutral", Kind.SUCCESS: "success", Kind.WARNING: "warning", Kind.ERROR: "danger"}
_ICONS = {Kind.INFO: "info", Kind.SUCCESS: "success", Kind.WARNING: "warning", Kind.ERROR: "error"}
_STAYS = (Kind.WARNING, Kind.ERROR)


class Banner(Live, QFrame):
    """One message at a time, over the lower edge of its host. Those that must be seen wait for their turn.

    Signals:
        closed: the last message has gone.
    """

    closed = Signal()

    def __init__(self, host: QWidget, *, bottom: int = ABOVE_FOOT) -> None:
        super().__init__(host)
        self._host = host
        self._bottom = bottom
        self._notices: list[Notice] = []
        self._words = Text(wrap=True)
        self._words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._code = Text("", typeface.SMALL, "secondary")
        self._step = KeyButton(weight=Weight.QUIET)
        self._step.clicked.connect(self._take_step)
        self._close = KeyButton(weight=Weight.QUIET, icon="close")
        self._close.clicked.connect(self.dismiss)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(STAY_MILLISECONDS)
        self._timer.timeout.connect(self.dismiss)
        margins = (LARGE * 3, SMALL, SMALL, SMALL)
        self._line = row(self._words, self._code, self._step, self._close, gap=MEDIUM, margins=margins)
        self.setLayout(self._line)
        host.installEventFilter(self)
        self.hide()
        self.go_live()

    def follow(self, messages: Messages) -> None:
        """Show whatever the message bridge carries."""
        messages.posted.connect(self.show_notice)

    def show_notice(self, notice: Notice) -> None:
        """Show a message now; one that must be seen comes back after it, one that need not is dropped."""
        self._notices = [each for each in self._notices if each.kind in _STAYS and each != notice]
        self._notices.append(notice)
        self._present()

    def current(self) -> Notice | None:
        """The message on screen."""
        return self._notices[-1] if self._notices else None

    def dismiss(self) -> None:
        """Close the message on screen; the one before it comes back."""
        if self._notices:
            self._notices.pop()
        self._present()

    def restyle(self) -> None:
        """Place it again with the look's measures."""
        self._place()

    def retranslate(self) -> None:
        """The same message in the language in force."""
        self._close.setAccessibleName(i18n.tr("widgets.banner.close"))
        self._close.setToolTip(i18n.tr("widgets.banner.close"))
        self._present()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The host grew or shrank."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tinted ground, an edge and a sign of the same colour."""
        notice = self.current()
        if notice is None:
            return
        look = theme()
        tone = _TONES[notice.kind]
        painter = QPainter(self)
        rect = QRectF(self.rect())
        draw_box(painter, rect, look.colour(f"{tone}_bg"), look.colour(tone))
        side = look.px(20)
        sign = QRectF(look.px(LARGE), rect.center().y() - side / 2, side, side)
        draw_icon(painter, sign, _ICONS[notice.kind], look.colour(tone))
        painter.end()

    def _present(self) -> None:
        notice = self.current()
        self._timer.stop()
        if notice is None:
            if self.isVisible():
                self.hide()
                self.closed.emit()
            return
        text = notice.text
        self._words.show_value(text)
        self._words.set_colour(_TONES[notice.kind])
        self._code.show_value(notice.code)
        self._code.setVisible(notice.kind in _STAYS and notice.code not in text)
        self._step.setVisible(notice.action is not None)
        if notice.action is not None:
            self._step.say(notice.action.text_key)
        self.setAccessibleName(text)
        self.show()
        self._place()
        self.raise_()
        self.update()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
        if notice.kind not in _STAYS:
            self._timer.start()

    def _take_step(self) -> None:
        notice = self.current()
        self.dismiss()
        if notice is not None and notice.action is not None:
            notice.action.run()

    def _place(self) -> None:
        px = theme().px
        width = min(self._host.width() - 2 * px(LARGE), px(760))
        height = max(px(44), self._line.heightForWidth(width))
        top = self._host.height() - height - px(self._bottom)
        self.setGeometry((self._host.width() - width) // 2, top, width, height)
