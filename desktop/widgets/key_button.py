"""A button that shows its key on a small keycap."""

from __future__ import annotations

from enum import Enum
from typing import Self

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QFontMetricsF, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

import i18n
from desktop.platform import typeface
from desktop.platform.action import is_plain_character, key_label
from desktop.platform.icons import draw_icon
from desktop.platform.theme import theme
from desktop.platform.typeface import Role
from desktop.widgets.live import Live
from desktop.widgets.painting import CENTRE_LEFT, draw_box, draw_focus, draw_keycap, keycap_width


class Weight(Enum):
    """How a button stands among others: one primary at most on a screen."""

    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"
    QUIET = "quiet"


_FILLED = {Weight.PRIMARY: ("on_primary", "primary"), Weight.DANGER: ("on_danger", "danger_fill")}


class KeyButton(Live, QPushButton):
    """A verb, its key beside it.

    Made from the key of its words (and then pressing the key clicks it), or from an action with :meth:`of`, whose
    words, key and state it follows. A click leaves the focus where it is, in the scan box as a rule.
    """

    PADDING, GAP = 12, 8
    CLOSE = 7, 5

    def __init__(
        self,
        text_key: str = "",
        key: str = "",
        *,
        weight: Weight = Weight.PLAIN,
        icon: str = "",
        role: Role = typeface.BODY,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._text_key = text_key
        self._params: dict[str, object] = {}
        self._words = ""
        self._key = key
        self._icon = icon
        self._role = role
        self._action: QAction | None = None
        self.weight = weight
        self._close = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if key and not is_plain_character(key):
            QShortcut(QKeySequence(key), self).activated.connect(self.click)
        self.go_live()

    @classmethod
    def of(cls, action: QAction) -> Self:
        """The button of a declared action (:class:`desktop.platform.actions.Actions`)."""
        button = cls()
        button.clicked.connect(button._trigger)
        button.follow(action)
        return button

    def follow(self, action: QAction) -> None:
        """The button of this action from now on: words, key and state are its."""
        if self._action is not None:
            self._action.changed.disconnect(self._take_action)
        self._action = action
        action.changed.connect(self._take_action)
        self._take_action()

    @property
    def words(self) -> str:
        """The text as shown."""
        return self._words

    @property
    def keycap(self) -> str:
        """Its key as people read it, empty for none."""
        return key_label(self._key) if self._key else ""

    def say(self, text_key: str, **params: object) -> None:
        """Show the words of ``text_key``; they follow the language."""
        self._text_key = text_key
        self._params = params
        self.retranslate()

    def show_value(self, text: str) -> None:
        """Show words made elsewhere; they stay until the next call."""
        self._text_key = ""
        self._put(text)

    def show_key(self, key: str) -> None:
        """Show a key that presses it by other means, as Enter presses a dialog's default button."""
        self._key = key
        self.setAccessibleDescription(key_label(key))
        self.updateGeometry()
        self.update()

    def set_close(self, close: bool) -> None:
        """Little air around the words: many buttons in a low window."""
        if close != self._close:
            self._close = close
            self.restyle()

    def restyle(self) -> None:
        """Measure again."""
        self.setFont(theme().font(self._role))
        self.updateGeometry()
        self.update()

    def retranslate(self) -> None:
        """The words in the language in force."""
        if self._text_key:
            self._put(i18n.tr(self._text_key, **self._params))

    def sizeHint(self) -> QSize:
        """Words, keycap and some air."""
        look = theme()
        width = QFontMetricsF(self.font()).horizontalAdvance(self._words) + 2 * look.px(self._air()[0])
        if self._icon:
            width += look.px(16) + (look.px(6) if self._words else 0)
        if self._key:
            width += look.px(self._air()[1]) + keycap_width(key_label(self._key))
        return QSize(round(width) + 1, self.control_height())

    def minimumSizeHint(self) -> QSize:
        """Nothing is cut off."""
        return self.sizeHint()

    def control_height(self) -> int:
        """Pixels from top to bottom."""
        return theme().control_height()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Box, icon, words, keycap, and a ring when it has the focus."""
        painter = QPainter(self)
        ink, fill, edge = self._colours()
        rect = QRectF(self.rect())
        draw_box(painter, rect, fill, edge)
        if self.hasFocus():
            draw_focus(painter, rect)
            if self.weight in (Weight.PRIMARY, Weight.DANGER):
                draw_box(painter, rect.adjusted(2, 2, -2, -2), None, ink)
        self._paint_inside(painter, rect, ink)
        painter.end()

    def _paint_inside(self, painter: QPainter, rect: QRectF, ink: QColor) -> None:
        look = theme()
        wanted = self.sizeHint().width()
        padding, gap = self._air()
        left = rect.left() + look.px(padding) + max(0.0, (rect.width() - wanted) / 2)
        if self._icon:
            side = look.px(16)
            draw_icon(painter, QRectF(left, rect.center().y() - side / 2, side, side), self._icon, ink)
            left += side + look.px(6)
        painter.setFont(self.font())
        painter.setPen(ink)
        width = QFontMetricsF(self.font()).horizontalAdvance(self._words)
        painter.drawText(QRectF(left, rect.top(), width + 2, rect.height()), CENTRE_LEFT, self._words)
        if self._key:
            filled = self.weight in (Weight.PRIMARY, Weight.DANGER)
            cap_ink = ink if filled or not self.isEnabled() else look.colour("secondary")
            edge = ink if filled else look.colour("border")
            left += width + look.px(gap)
            draw_keycap(painter, left, rect.center().y(), key_label(self._key), cap_ink, edge)

    def _air(self) -> tuple[int, int]:
        return self.CLOSE if self._close else (self.PADDING, self.GAP)

    def _colours(self) -> tuple[QColor, QColor | None, QColor | None]:
        """Ink, ground and edge for weight and state."""
        look = theme()
        filled = _FILLED.get(self.weight)
        if not self.isEnabled():
            ground = look.colour("pressed") if filled else None
            return look.colour("secondary" if filled else "disabled"), ground, look.colour("border")
        if filled:
            ground = look.colour(self._filled_ground(filled[1]))
            return look.colour(filled[0]), ground, None
        state = "pressed" if self.isDown() else "hover" if self.underMouse() else "surface"
        if self.weight is Weight.QUIET:
            return look.colour("accent"), look.colour(state) if state != "surface" else None, None
        return look.colour("text"), look.colour(state), look.colour("input_border")

    def _filled_ground(self, ground: str) -> str:
        if ground != "primary":
            return ground
        return "primary_pressed" if self.isDown() else "primary_hover" if self.underMouse() else "primary"

    def _trigger(self) -> None:
        if self._action is not None:
            self._action.trigger()

    def _take_action(self) -> None:
        if self._action is None:
            return
        self._key = str(self._action.property("key") or "")
        self.setEnabled(self._action.isEnabled())
        self._put(self._action.text())

    def _put(self, words: str) -> None:
        self._words = words
        # Qt reads one & as "underline the next letter and make it a key"; its own keys also answer 100 ms late.
        self.setText(words.replace("&", "&&"))
        self.setAccessibleDescription(key_label(self._key))
        self.updateGeometry()
        self.update()
