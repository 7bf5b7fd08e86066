"""The report of a shift beside the list: X while it is open (for who manages the shop), Z once it is closed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

import i18n
from desktop.features.till.table_model import report_lines, variance_text
from desktop.platform import typeface
from desktop.widgets.card import Card
from desktop.widgets.figures import amount_text, moment_text
from desktop.widgets.key_button import KeyButton
from desktop.widgets.layout import NONE, SMALL, column, row
from desktop.widgets.live import Live
from desktop.widgets.text import Text
from domain.kernel.channels import Row
from domain.tills.commands import Total

MOST = 40
"""Lines that a report can have: every kind by every means, and the count."""
Lines = Sequence[tuple[str, str]]


class ReportLine(QWidget):
    """Words at the left, an amount at the right; hidden while it has none."""

    def __init__(self) -> None:
        super().__init__()
        self.words, self.amount = Text("", wrap=True), Text("", right=True)
        line = row(self.words, self.amount, gap=SMALL)
        line.setStretch(0, 1)
        self.setLayout(line)
        self.hide()

    def tell(self, words: str, amount: str) -> None:
        """Show them."""
        self.words.show_value(words)
        self.amount.show_value(amount)
        self.setVisible(bool(words))


class ReportCard(Live, QWidget):
    """Told everything by the page; knows no store.

    Signals:
        wanted: on paper.
    """

    wanted = Signal()

    def __init__(self, key: Callable[[], str]) -> None:
        """*key*: that which prints, as on a keycap."""
        super().__init__()
        self._key = key
        self._shift: Row | None = None
        self._totals: Sequence[Total] = ()
        self.title = Text("till.report.none", typeface.STRONG, wrap=True)
        self.about = Text("", typeface.SMALL, "secondary", wrap=True, optional=True)
        self.remark = Text("", typeface.SMALL, "secondary", wrap=True, optional=True)
        self.lines = [ReportLine() for _ in range(MOST)]
        self.print = KeyButton("till.report.print")
        self.print.clicked.connect(self.wanted)
        self.print.hide()
        card = Card("", self.title, self.about, *self.lines, self.remark, row(1, self.print))
        self.setLayout(column(card, 1, margins=(NONE, NONE, NONE, NONE)))
        self.go_live()

    def show_shift(self, shift: Row | None, totals: Sequence[Total] = ()) -> None:
        """The report of *shift*; without totals of an open one the person here counts blind and sees none."""
        self._shift, self._totals = shift, totals
        self.retranslate()

    def show_print(self, can: bool) -> None:
        """Whether it can be put on paper."""
        self.print.setVisible(can)

    def retranslate(self) -> None:
        """The report in the language in force."""
        self.print.show_key(self._key())
        shift = self._shift
        if shift is None:
            self._put("till.report.none", "", [], "")
        elif shift["state"] == "closed":
            about = f"{shift['number']}  {moment_text(shift['opened_at'])} – {moment_text(shift['closed_at'])}"
            lines = [*report_lines(self._totals, shift["currency"]), *_count_lines(shift)]
            self._put("till.report.z", about, lines, shift["reason"])
        else:
            lines = report_lines(self._totals, shift["currency"])
            blind = "" if lines else i18n.tr("till.report.blind")
            self._put("till.report.x", f"{shift['number']}  {moment_text(shift['opened_at'])}", lines, blind)

    def _put(self, title_key: str, about: str, lines: Lines, remark: str) -> None:
        self.title.say(title_key)
        self.about.show_value(about)
        self.remark.show_value(remark)
        for place, line in enumerate(self.lines):
            line.tell(*(lines[place] if place < len(lines) else ("", "")))


def _count_lines(shift: Row) -> Lines:
    currency = shift["currency"]
    return [
        (i18n.tr("till.report.float"), amount_text(shift["float_amount"], currency)),
        (i18n.tr("till.report.expected"), amount_text(shift["expected"], currency)),
        (i18n.tr("till.report.counted"), amount_text(shift["counted"], currency)),
        (i18n.tr("till.report.variance"), variance_text(shift)),
    ]
