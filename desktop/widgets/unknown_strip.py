"""What was scanned and is no product here: an inline strip that offers to make one, or to go on without."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QWidget

import i18n
from desktop.platform import typeface
from desktop.platform.icons import draw_icon
from desktop.platform.theme import theme
from desktop.widgets.key_button import KeyButton, Weight
from desktop.widgets.layout import LARGE, MEDIUM, SMALL, TIGHT, column, row
from desktop.widgets.live import Live
from desktop.widgets.painting import draw_box
from desktop.widgets.price_field import PriceField
from desktop.widgets.text import Text

LONGEST_NAME, LONGEST_UNIT = 100, 20


@dataclass(frozen=True, slots=True)
class Unknown:
    """A code that is no product's.

    Attributes:
        scanned: what came from the scanner.
        barcode: what the new product will be found by: the same, but for labels of a scale.
        unit: what it is usually sold by, the key of a text.
    """

    scanned: str
    barcode: str
    unit: str = "widgets.unknown.piece"


@dataclass(frozen=True, slots=True)
class Entered:
    """What was typed for one of them; *price* in 1/10000."""

    of: Unknown
    name: str
    unit: str
    price: int


class UnknownStrip(Live, QFrame):
    """One code at a time, the others wait behind it. It never takes the focus by itself.

    Attributes:
        waiting: the codes, the one that is shown first.

    Signals:
        entered(Entered): a product is to be made; answer with :meth:`done`.
        left: the focus is nobody's any more.
    """

    entered = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.waiting: list[Unknown] = []
        self._words = Text("", typeface.STRONG, "warning", wrap=True)
        self.make = KeyButton("widgets.unknown.create", "Ins")
        self.skip = KeyButton("widgets.unknown.skip", "Alt+S", weight=Weight.QUIET)
        self.name, self.unit = QLineEdit(), QLineEdit()
        self.name.setMaxLength(LONGEST_NAME)
        self.unit.setMaxLength(LONGEST_UNIT)
        self.price = PriceField("widgets.unknown.price")
        self.save = KeyButton("widgets.unknown.save", weight=Weight.PRIMARY)
        self._fields = QWidget()
        said = [Text(f"widgets.unknown.{name}", typeface.SMALL, "secondary") for name in ("name", "price", "unit")]
        line = row(said[0], self.name, said[1], self.price, said[2], self.unit, self.save)
        line.setStretchFactor(self.name, 1)
        self._fields.setLayout(line)
        head = row(self._words, self.make, self.skip)
        head.setStretch(0, 1)
        self.setLayout(column(head, self._fields, gap=TIGHT, margins=(LARGE * 3, SMALL, MEDIUM, SMALL)))
        self._connect()
        self.hide()
        self.go_live()

    def _connect(self) -> None:
        self.make.clicked.connect(self._begin)
        self.skip.clicked.connect(self._leave_out)
        for field in (self.name, self.price, self.unit):
            field.returnPressed.connect(self._go_on)
        self.save.clicked.connect(self._go_on)

    def ask(self, unknown: Unknown) -> None:
        """Offer to make a product of this; the same twice is asked once."""
        if unknown not in self.waiting:
            self.waiting.append(unknown)
        self._present()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def done(self, unknown: Unknown) -> None:
        """It was made, or is left out; the next is shown."""
        if unknown not in self.waiting:
            return
        first = unknown == self.waiting[0]
        self.waiting.remove(unknown)
        if first:
            held = self._fields.isAncestorOf(self.focusWidget())
            for field in (self.name, self.price, self.unit):
                field.clear()
            self._fields.setHidden(True)
            if held or not self.waiting:
                self.left.emit()
        self._present()

    def restyle(self) -> None:
        """As high as the other controls."""
        px = theme().px
        for field in (self.name, self.price, self.unit):
            field.setMinimumHeight(theme().control_height())
        self.price.setFixedWidth(px(96))
        self.unit.setFixedWidth(px(64))
        self.name.setMinimumWidth(px(120))

    def retranslate(self) -> None:
        """The words in the language in force; what was typed stays."""
        for name in ("name", "unit"):
            getattr(self, name).setAccessibleName(i18n.tr(f"widgets.unknown.{name}"))
        self._present()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tinted ground, an edge and a sign: never colour alone."""
        look, painter = theme(), QPainter(self)
        rect = QRectF(self.rect())
        draw_box(painter, rect, look.colour("warning_bg"), look.colour("warning"))
        side = look.px(20)
        sign = QRectF(look.px(LARGE), look.px(SMALL) + (self.make.height() - side) / 2, side, side)
        draw_icon(painter, sign, "warning", look.colour("warning"))
        painter.end()

    def _present(self) -> None:
        if not self.waiting:
            self.hide()
            return
        more = len(self.waiting) - 1
        key = "widgets.unknown.with_more" if more else "widgets.unknown.alone"
        self._words.say(key, code=self.waiting[0].scanned, n=more)
        self.setAccessibleName(self._words.text())
        if self.isHidden():
            self._fields.hide()
        self.make.setHidden(not self._fields.isHidden())
        self.show()

    def _leave_out(self) -> None:
        if self.waiting:
            self.done(self.waiting[0])

    def _begin(self) -> None:
        if not self.waiting:
            return
        self.unit.setText(i18n.tr(self.waiting[0].unit))
        self._fields.show()
        self.make.hide()
        self.name.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _go_on(self) -> None:
        """To the first field that is empty; with all filled, make it."""
        price = self.price.value()
        if not self.name.text().strip():
            self.name.setFocus(Qt.FocusReason.TabFocusReason)
        elif price is None:
            self.price.setFocus(Qt.FocusReason.TabFocusReason)
        elif self.waiting:
            self.entered.emit(Entered(self.waiting[0], self.name.text().strip(), self.unit.text().strip(), price))
