"""Asks in place what of an order goes out, and how."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

import i18n
from desktop.features.orders.operations import Shown
from desktop.features.orders.units import units_of_line
from desktop.platform import typeface
from desktop.platform.theme import theme
from desktop.store.doubts import Doubt
from desktop.widgets.doubt import doubt_text
from desktop.widgets.figures import unit_text
from desktop.widgets.key_button import KeyButton, Weight
from desktop.widgets.layout import MEDIUM, SMALL, column, row
from desktop.widgets.live import Live
from desktop.widgets.scroll_pane import ScrollPane
from desktop.widgets.text import Text
from desktop.widgets.unit_quantity import UnitQuantity
from domain.kernel.channels import Row
from domain.kernel.money import QUANTITY_SCALE
from domain.stock.handlers import Line, Lotted

MOST_HEIGHT = 230


class ShipEntry(Live, QWidget):
    """A quantity for each line that is still open, carrier and tracking number. F9 ships, Esc goes back.

    Signals:
        given(list, str, str): lines with the serials of pieces that have one, carrier, tracking.
        said(str, tuple): the serials that somebody has entered for a product so far.
        went_back: nothing shall happen.
    """

    given = Signal(object, str, str)
    said = Signal(str, object)
    went_back = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields: list[tuple[str, UnitQuantity]] = []
        self.serials: dict[str, QLineEdit] = {}
        self.doubts: dict[str, Text] = {}
        self._odd: dict[str, Sequence[Doubt]] = {}
        self._rows = QWidget()
        self._area = ScrollPane(self._rows)
        self.carrier, self.tracking = QLineEdit(), QLineEdit()
        self._problem = Text("", typeface.SMALL, "danger", wrap=True)
        self._verb = KeyButton("orders.action.ship", "F9", weight=Weight.PRIMARY)
        back = KeyButton("orders.reason.back", weight=Weight.QUIET)
        back.clicked.connect(self.went_back)
        self._verb.clicked.connect(self._give)
        way = row(self.carrier, self.tracking)
        title = Text("orders.ship.title", typeface.STRONG)
        self.setLayout(column(title, self._area, way, self._problem, row(1, back, self._verb), gap=SMALL))
        self.go_live()

    def begin(self, shown: Shown) -> None:
        """Offer all that is open and here, for people to correct."""
        self._problem.hide()
        self._rows = QWidget()
        grid = QGridLayout(self._rows)
        grid.setContentsMargins(0, 0, theme().px(SMALL), 0)
        grid.setVerticalSpacing(theme().px(SMALL))
        grid.setHorizontalSpacing(theme().px(MEDIUM))
        grid.setColumnStretch(0, 1)
        self._fields, self.serials, self.doubts, self._odd = [], {}, {}, {}
        for number, line in enumerate(shown.detail.lines):
            asks = line["product_id"] in shown.by_serial
            self._add(grid, number, line, shown.stock.get(line["product_id"]), asks_serials=asks)
        self._area.setWidget(self._rows)
        self._rows.setAutoFillBackground(False)
        self._area.setFixedHeight(min(self._rows.sizeHint().height(), theme().px(MOST_HEIGHT)))
        self.carrier.clear()
        self.tracking.clear()
        self.show()
        if self._fields:
            self._fields[0][1].setFocus(Qt.FocusReason.OtherFocusReason)

    def restyle(self) -> None:
        """As high as the other controls."""
        for line in (self.carrier, self.tracking):
            line.setMinimumHeight(theme().control_height())

    def retranslate(self) -> None:
        """Names and hints in the language in force."""
        for line, key in ((self.carrier, "orders.ship.carrier"), (self.tracking, "orders.ship.tracking")):
            line.setAccessibleName(i18n.tr(key))
            line.setPlaceholderText(i18n.tr(key))
        for code, doubts in self._odd.items():
            self.tell(code, doubts)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back; Enter goes on to the next field."""
        if event.key() == Qt.Key.Key_Escape:
            self.went_back.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.focusNextChild()
        else:
            super().keyPressEvent(event)

    def _add(self, grid: QGridLayout, number: int, line: Row, here: int | None, *, asks_serials: bool) -> None:
        left = int(line["quantity"]) - int(line["shipped"])
        if left <= 0:
            return
        field = UnitQuantity("orders.ship.quantity", units_of_line(line))
        name = Text("", typeface.BODY, wrap=True)
        name.show_value(str(line["product_name"]))
        field.setAccessibleName(f"{line['product_name']} {i18n.tr('orders.ship.quantity')}")
        said = Text("", typeface.SMALL, "secondary")
        stock = unit_text(here, line["factor"], "") if here is not None else "—"
        said.say("orders.ship.open", left=unit_text(left, line["factor"], ""), unit=line["unit"], stock=stock)
        field.set_value(left)
        field.setFixedWidth(theme().px(96))
        about: list[QWidget] = [name, said]
        if asks_serials:
            about += self._serials_of(str(line["product_code"]), str(line["product_name"]))
            field.set_value(None)
        grid.addLayout(column(*about, gap=0), number, 0)
        grid.addWidget(field, number, 1)
        if field.choice is not None:
            grid.addWidget(field.choice, number, 2)
        self._fields.append((str(line["product_code"]), field))

    def tell(self, code: str, doubts: Sequence[Doubt]) -> None:
        """What the records say against the pieces entered; they may go all the same."""
        if code in self.doubts:
            self._odd[code] = doubts
            self.doubts[code].show_value(doubt_text(doubts))
            self._area.setFixedHeight(min(self._rows.sizeHint().height(), theme().px(MOST_HEIGHT)))

    def _serials_of(self, code: str, name: str) -> list[QWidget]:
        """Where the serials of a product's pieces are scanned or typed, blanks between them."""
        line = self.serials[code] = QLineEdit()
        line.setAccessibleName(f"{name} {i18n.tr('orders.ship.serials')}")
        line.setPlaceholderText(i18n.tr("orders.ship.serials"))
        line.setMinimumHeight(theme().control_height())
        line.textChanged.connect(lambda _: self.said.emit(code, self._entered(code)))
        self.doubts[code] = Text("", typeface.SMALL, "warning", wrap=True, optional=True)
        return [line, self.doubts[code]]

    def _entered(self, code: str) -> tuple[str, ...]:
        return tuple(self.serials[code].text().replace(",", " ").split()) if code in self.serials else ()

    def _give(self) -> None:
        lines: list[Line] = []
        for code, field in self._fields:
            serials = self._entered(code)
            quantity = field.value() if code not in self.serials else field.value() or len(serials) * QUANTITY_SCALE
            if quantity is None:
                self._refuse("orders.ship.bad_quantity", field)
                return
            if quantity:
                lines.append(Lotted(code, quantity, serials=serials))
        if not lines:
            self._refuse("orders.ship.nothing", self._fields[0][1])
            return
        self.given.emit(lines, self.carrier.text().strip(), self.tracking.text().strip())

    def _refuse(self, key: str, field: UnitQuantity) -> None:
        self._problem.say(key)
        self._problem.show()
        field.setFocus(Qt.FocusReason.OtherFocusReason)
