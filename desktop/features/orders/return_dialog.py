"""What comes back of a sale, where it goes, why, and what is given back for it before anybody confirms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

import i18n
from desktop.features.orders.returning import Returnable, form_of
from desktop.features.orders.units import name_of, units_of_line
from desktop.features.orders.why_row import WhyRow
from desktop.platform import typeface
from desktop.platform.theme import theme
from desktop.platform.workbench import Workbench
from desktop.widgets.choice import Choice, Option
from desktop.widgets.dialog import Dialog
from desktop.widgets.figures import amount_text, unit_text
from desktop.widgets.kept_form import Field, keep_form
from desktop.widgets.key_button import KeyButton, Weight
from desktop.widgets.layout import MEDIUM, SMALL, column, row
from desktop.widgets.scroll_pane import ScrollPane
from desktop.widgets.text import Text
from desktop.widgets.unit_quantity import UnitQuantity
from desktop.widgets.verb import Verb
from domain.kernel.channels import Row
from domain.kernel.errors import DomainError
from domain.kernel.money import QUANTITY_SCALE
from domain.orders.return_commands import Refunded
from domain.orders.returning import Back

RETURN, EXCHANGE = "return", "exchange"
PLACES = ("warehouse", "scrap")
LINES_HEIGHT, WIDTH = 220, 560
LEAST_LINES, AROUND = 60, 270
"""Pixels at 100 % for one line, and for everything around the lines."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was entered: the lines, why, and whether the money stays for the sale that follows."""

    back: tuple[Back, ...]
    reason: str
    to_exchange: bool


@dataclass(frozen=True, slots=True)
class LineEntry:
    """The controls of one line, and how much of it may come back in thousandths."""

    line: Row
    left: int
    quantity: UnitQuantity
    to: Choice
    serials: QLineEdit | None = None
    lot: Choice | None = None

    def back(self) -> Back | None:
        """What of it comes back, None for nothing; a line with serials counts those that were scanned or typed."""
        named = tuple(self.serials.text().replace(",", " ").split()) if self.serials is not None else ()
        quantity = self.quantity.value() or len(named) * QUANTITY_SCALE
        return Back(self.line["id"], quantity, self.to.value(), named, self._lot()) if quantity else None

    def _lot(self) -> str | None:
        return self.lot.value() if self.lot is not None else None


class ReturnDialog(Dialog):
    """A quantity for each line that is left, none at first. *given* is told what was entered."""

    def __init__(
        self, parent: QWidget, workbench: Workbench, sale: Returnable, given: Callable[[Wanted], None]
    ) -> None:
        verbs = [
            Verb(EXCHANGE, "orders.return.exchange", "F6"),
            Verb(RETURN, "orders.return.verb", "Return", weight=Weight.PRIMARY),
        ]
        super().__init__(parent, "orders.return.title", verbs=verbs, keeps_open=True)
        self._sale, self._given, self._host = sale, given, parent
        self.entries: list[LineEntry] = []
        self._rows = QWidget()
        self._fill(QGridLayout(self._rows))
        self._area = ScrollPane(self._rows)
        self.whole = KeyButton("orders.return.whole", "F4")
        self.whole.clicked.connect(self._take_whole)
        self.why = WhyRow()
        self._refund = Text("", typeface.HEADING, right=True)
        self._means = Text("", typeface.SMALL, "secondary", wrap=True)
        self._problem = Text("", typeface.SMALL, "danger", wrap=True, optional=True)
        self.sentence.say("orders.return.of", number=sale.order["number"])
        money = row(Text("orders.return.refund", colour="secondary"), self._means, self._refund)
        money.setStretch(1, 1)
        self.body.put(
            self._area,
            row(self.whole, 1, self.why),
            money,
            self._problem,
        )
        self.why.changed.connect(lambda: self._problem.show_value(""))
        self.chosen.connect(self._give)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.restyle()
        self.retranslate()
        why: dict[str, Field] = {"why": self.why.why, "words": self.why.line}
        keep_form(self, workbench, form_of(sale.order["id"]), {**self._fields(), **why})

    def begin(self, serial: str = "") -> None:
        """Open with the focus in the first quantity, or at the piece that was scanned."""
        self.open()
        for entry in self.entries:
            if entry.serials is not None and serial in self._sale.serials_of(entry.line["id"]):
                entry.serials.setText(serial)
                entry.serials.setFocus(Qt.FocusReason.TabFocusReason)
                return
        if self.entries:
            self.entries[0].quantity.setFocus(Qt.FocusReason.TabFocusReason)

    @property
    def back(self) -> tuple[Back, ...]:
        """The lines that come back."""
        return tuple(back for entry in self.entries if (back := entry.back()) is not None)

    def restyle(self) -> None:
        """Room for some lines; the rest scrolls."""
        super().restyle()
        if hasattr(self, "_problem"):
            px = theme().px
            self._area.setMinimumWidth(px(WIDTH))
            room = max(px(LEAST_LINES), self._host.window().height() - px(AROUND))
            self._area.setFixedHeight(min(self._rows.sizeHint().height() + 2, px(LINES_HEIGHT), room))

    def retranslate(self) -> None:
        """Names and figures in the language in force."""
        super().retranslate()
        if hasattr(self, "_problem"):
            self._tell()

    def _fill(self, grid: QGridLayout) -> None:
        px = theme().px
        grid.setContentsMargins(0, 0, px(SMALL), 0)
        grid.setVerticalSpacing(px(SMALL))
        grid.setHorizontalSpacing(px(MEDIUM))
        grid.setColumnStretch(0, 1)
        for line in self._sale.lines:
            left = int(line["quantity"]) - int(line["returned"])
            if left > 0:
                self._add(grid, line, left)

    def _add(self, grid: QGridLayout, line: Row, left: int) -> None:
        name = Text("", typeface.BODY, wrap=True)
        name.show_value(name_of(line))
        said = Text("", typeface.SMALL, "secondary")
        paid = amount_text(int(line["amount"]) - int(line["returned_amount"]), self._sale.order["currency"])
        said.say("orders.return.left", left=unit_text(left, line["factor"], ""), unit=line["unit"], paid=paid)
        entry = LineEntry(
            line,
            left,
            UnitQuantity("orders.return.quantity", units_of_line(line)),
            Choice("orders.return.to", [Option(one, f"orders.return.place.{one}") for one in PLACES]),
            self._serials(line),
            self._lot(line),
        )
        entry.quantity.setPlaceholderText("0")
        entry.quantity.setFixedWidth(theme().px(88))
        entry.quantity.value_changed.connect(lambda _: self._tell())
        number = len(self.entries)
        about: list[QWidget] = [one for one in (name, said, entry.serials, entry.lot) if one is not None]
        grid.addLayout(column(*about, gap=0), number, 0)
        grid.addWidget(entry.quantity, number, 1)
        if entry.quantity.choice is not None:
            grid.addWidget(entry.quantity.choice, number, 2)
        grid.addWidget(entry.to, number, 3)
        self.entries.append(entry)

    def _serials(self, line: Row) -> QLineEdit | None:
        """Where the serials of the pieces are scanned or typed; None for a line without any."""
        out = self._sale.serials_of(line["id"])
        if not out:
            return None
        field = QLineEdit()
        field.setAccessibleName(i18n.tr("orders.return.serials"))
        field.setPlaceholderText(i18n.tr("orders.return.serials_of", serials=" ".join(out)))
        field.setMinimumHeight(theme().control_height())
        field.textChanged.connect(lambda _: self._tell())
        return field

    def _lot(self, line: Row) -> Choice | None:
        """Which lot comes back; None for a line that was sold from one, or from none."""
        lots = self._sale.lots_of(line["id"])
        if not lots:
            return None
        unsaid = Option(None, "orders.return.which_lot")
        named = [
            Option(lot, text=_of_lot(lot, left, line)) if lot else Option("", "orders.return.no_lot")
            for lot, left in lots.items()
        ]
        choice = Choice("orders.return.lot", [unsaid, *named])
        choice.currentIndexChanged.connect(lambda _: self._tell())
        return choice

    def _fields(self) -> dict[str, Field]:
        """The controls of the lines by name, units before the numbers that are of them."""
        found: dict[str, Field] = {}
        for entry in self.entries:
            of = entry.line["line_no"]
            if entry.quantity.choice is not None:
                found[f"{of}.unit"] = entry.quantity.choice
            found.update({f"{of}.quantity": entry.quantity, f"{of}.to": entry.to})
            if entry.serials is not None:
                found[f"{of}.serials"] = entry.serials
            if entry.lot is not None:
                found[f"{of}.lot"] = entry.lot
        return found

    def _take_whole(self) -> None:
        for entry in self.entries:
            entry.quantity.set_value(entry.left)

    def _tell(self) -> None:
        currency = self._sale.order["currency"]
        self._problem.show_value("")
        means: tuple[Refunded, ...] = ()
        try:
            means = self._sale.refund(self.back)
        except DomainError as error:
            self._problem.show_value(i18n.message(error.code, error.params))
        self._refund.show_value(amount_text(sum(one.amount for one in means), currency))
        self._means.show_value(
            " · ".join(f"{i18n.tr(f'orders.method.{one.method}')} {amount_text(one.amount, currency)}" for one in means)
        )
        for verb in (RETURN, EXCHANGE):
            self.button(verb).setEnabled(bool(self.back) and not self._problem.text())

    def _give(self, verb: str) -> None:
        reason = self.why.given(self._problem)
        if reason:
            self.accept()
            self._given(Wanted(self.back, reason, verb == EXCHANGE))


def _of_lot(lot: str, left: int, line: Row) -> str:
    return f"{lot} × {unit_text(left, line['factor'], '')}"
