"""What a screen shows when there is nothing to show: one sentence and one action."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.platform import typeface
from desktop.platform.icons import draw_icon
from desktop.platform.theme import theme
from desktop.widgets.key_button import KeyButton
from desktop.widgets.layout import MEDIUM, NONE, column, row
from desktop.widgets.text import Text


class Symbol(QWidget):
    """A large quiet icon."""

    def __init__(self, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon

    def sizeHint(self) -> QSize:
        """As large as three lines."""
        return QSize(theme().px(40), theme().px(40))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The icon."""
        painter = QPainter(self)
        draw_icon(painter, QRectF(self.rect()), self._icon, theme().colour("input_border"))
        painter.end()


class EmptyState(QWidget):
    """A sentence that says why there is nothing, and the verb that changes it.

    Signals:
        asked: the verb was chosen.
    """

    asked = Signal()

    def __init__(
        self, sentence_key: str, verb_key: str = "", *, icon: str = "box", key: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.sentence = Text(sentence_key, typeface.BODY, "secondary", wrap=True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.verb: KeyButton | None = None
        lines = column(1, gap=MEDIUM, margins=(MEDIUM, NONE, MEDIUM, NONE))
        if icon:
            lines.put(row(1, Symbol(icon), 1))
        lines.put(self.sentence)
        if verb_key:
            self.verb = KeyButton(verb_key, key)
            self.verb.clicked.connect(lambda: self.asked.emit())
            lines.put(row(1, self.verb, 1))
        self.setLayout(lines.put(1))
