"""The lower edge of a screen: key buttons left, the primary action right, and in a low window one line only."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QWidget

from desktop.platform.theme import theme
from desktop.widgets.flow import Flow, Spread
from desktop.widgets.key_button import KeyButton
from desktop.widgets.layout import SMALL, row
from desktop.widgets.live import Live
from desktop.widgets.primary_button import PrimaryButton


class Foot(Live, QWidget):
    """Buttons that wrap where there is height to spare; where there is none, the last ones go into a menu.

    Their keys work all the same: the actions belong to the screen, not to the button.

    Attributes:
        more: opens the menu; shown only while something is in it.
    """

    def __init__(
        self, buttons: Sequence[QWidget], primary: PrimaryButton | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.more = KeyButton("widgets.foot.more")
        self.more.clicked.connect(self.open_menu)
        self._low = False
        # A screen shows and hides its buttons by what they are for: whether there is room is the holder's business.
        self._places = [(_holder(button), button) for button in buttons]
        self._primary = primary
        held = [holder for holder, _ in self._places]
        if primary is None:
            self._flow = Flow(*held, self.more)
        else:
            self._flow = Flow(*held, self.more, primary, spread=Spread.LAST)
        self.more.hide()
        self.setLayout(self._flow)
        self._tucked: list[KeyButton] = []
        for holder, button in self._places:
            button.installEventFilter(self)
            holder.installEventFilter(self)
        self.go_live()

    @property
    def tucked(self) -> list[KeyButton]:
        """The buttons that are in the menu now."""
        return list(self._tucked)

    def set_low(self, low: bool) -> None:
        """Whether one line must do; buttons stand close then."""
        if low != self._low:
            self._low = low
            for _, button in self._places:
                if isinstance(button, KeyButton):
                    button.set_close(low)
            self._arrange(self.width())

    def restyle(self) -> None:
        """Measure again."""
        self._arrange(self.width())

    def retranslate(self) -> None:
        """Other words need other room."""
        self._arrange(self.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or less room on the line."""
        super().resizeEvent(event)
        self._arrange(event.size().width())

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """A screen showed or hid a button, or its words changed."""
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent, QEvent.Type.LayoutRequest):
            self._arrange(self.width())
        return False

    def open_menu(self) -> QMenu:
        """What found no room, above its button, each with its key."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for button in self.tucked:
            entry = menu.addAction(f"{button.words}\t{button.keycap}".rstrip())
            entry.setEnabled(button.isEnabled())
            entry.triggered.connect(button.click)
        menu.popup(self.more.mapToGlobal(QPoint(0, -menu.sizeHint().height())))
        return menu

    def _arrange(self, width: int) -> None:
        wanted = [(holder, button) for holder, button in self._places if not button.isHidden()]
        if not self._low or self._fits([button for _, button in wanted], width):
            kept = len(wanted)
        else:
            kept = max(
                (n for n in range(len(wanted)) if self._fits([*(b for _, b in wanted[:n]), self.more], width)),
                default=0,
            )
        shown = [holder for holder, _ in wanted[:kept]]
        self._tucked = [button for _, button in wanted[kept:] if isinstance(button, KeyButton)]
        for holder, _ in self._places:
            holder.setHidden(holder not in shown)
        self.more.setHidden(not self._tucked)

    def _fits(self, buttons: Sequence[QWidget], width: int) -> bool:
        line = [*buttons, self._primary] if self._primary is not None else buttons
        gap = theme().px(SMALL)
        return sum(button.sizeHint().width() + gap for button in line) - gap <= width


def _holder(button: QWidget) -> QWidget:
    holder = QWidget()
    holder.setLayout(row(button))
    return holder
