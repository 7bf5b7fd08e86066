"""The till: the open shift, what was done in it, the shifts before and their reports."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QWidget

import i18n
from desktop.features.till import actions, operations
from desktop.features.till.dialogs import CashDialog, CountDialog, OpenDialog
from desktop.features.till.operations import TillStatus
from desktop.features.till.report_card import ReportCard
from desktop.features.till.rules_dialog import RulesDialog
from desktop.features.till.table_model import COLUMNS, shortage
from desktop.platform.actions import Actions
from desktop.platform.changes import ChangeSet, touches
from desktop.platform.workbench import Workbench
from desktop.store.store import Performed
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.entry_dialog import EntryDialog
from desktop.widgets.figure_card import FigureCard
from desktop.widgets.figures import amount_text, moment_text
from desktop.widgets.flow import Flow, Spread
from desktop.widgets.grid import Grid, ListSource
from desktop.widgets.key_button import KeyButton
from desktop.widgets.layout import MEDIUM
from desktop.widgets.page import Page
from desktop.widgets.primary_button import PrimaryButton
from desktop.widgets.side_by_side import SideBySide
from domain.kernel.channels import Row
from domain.tills.commands import CloseShift

SIDE = 340


class TillPage(Page):
    """The screen.

    Attributes:
        status: how the till stood when it was last read, None before.
        dialog: the form in front, None when there never was one.
    """

    def __init__(self, workbench: Workbench) -> None:
        super().__init__("till.title")
        self._workbench = workbench
        self.status: TillStatus | None = None
        self.dialog: EntryDialog | None = None
        self._closed, self._changing = "", False
        self.who = FigureCard("till.figure.shift")
        self.since = FigureCard("till.figure.since")
        self.documents = FigureCard("till.figure.documents")
        self.actions_here = self.use_actions(Actions(actions.ACTIONS, self, workbench.shortcuts))
        self._source = ListSource(key=lambda row: row["id"])
        empty = EmptyState("till.empty", "till.action.open", icon="coins")
        empty.asked.connect(self.open_shift)
        self.grid = Grid(COLUMNS, self._source, name_key="till.shifts", two_lines=True, empty=empty)
        self.report = ReportCard(lambda: workbench.shortcuts.label("app.reprint"))
        self.report.wanted.connect(self._print)
        cards = QWidget()
        cards.setLayout(Flow(self.who, self.since, self.documents, gap=MEDIUM, spread=Spread.EQUAL))
        body = SideBySide(self.grid, self.report, SIDE)
        self.content.put(cards, body)
        self.content.setStretchFactor(body, 1)
        here = self.actions_here
        self.primary = PrimaryButton.of(here[actions.OPEN.id])
        self.put_foot([KeyButton.of(here[each.id]) for each in actions.BESIDE], self.primary)
        self.grid.current_changed.connect(lambda _: self._show_report())
        workbench.performed.connect(self._performed)
        self.go_live()

    @property
    def is_open(self) -> bool:
        """Whether a shift is open here."""
        status: TillStatus | None = getattr(self, "status", None)
        return status is not None and status.shift is not None

    @property
    def manages(self) -> bool:
        """Whether who works here may choose the rules."""
        status: TillStatus | None = getattr(self, "status", None)
        return status is not None and status.manages

    def first_focus(self) -> QWidget:
        """The list."""
        return self.grid.table

    def opened(self) -> None:
        """Read what may have changed meanwhile."""
        self._read()

    def take_changes(self, change_set: ChangeSet) -> None:
        """Something went through the till, here or elsewhere."""
        if touches(change_set, "shift", "till_entry"):
            self._read()

    def printable(self) -> str:
        """The shift in the list: Ctrl+P prints its report, that of an open one for who may see it."""
        row = self._chosen()
        return str(row["id"]) if row is not None and (row["state"] == "closed" or self._sees(row)) else ""

    def retranslate(self) -> None:
        """Figures in the language in force."""
        self._show()

    def change_shift(self) -> None:
        """The key of the shift change: ask for the float when no shift is open."""
        self._changing = True
        self._read()

    def open_shift(self) -> None:
        """Ask for the float."""
        if not self.is_open:
            self._begin(OpenDialog(self, self._workbench))

    def cash_in(self) -> None:
        """Ask how much and why."""
        self._begin(CashDialog(self, self._workbench, "in"))

    def cash_out(self) -> None:
        """Ask how much and why."""
        self._begin(CashDialog(self, self._workbench, "out"))

    def no_sale(self) -> None:
        """Ask why."""
        self._begin(CashDialog(self, self._workbench, "no_sale"))

    def close_shift(self) -> None:
        """Ask what is in the drawer."""
        if self.status is not None and self.status.shift is not None:
            self._begin(CountDialog(self, self._workbench, str(self.status.shift["currency"])))

    def change_rules(self) -> None:
        """Show the rules of this till, to be changed."""
        if self.manages:
            asked = self._workbench.ask(operations.rules, self)
            asked.on_done(lambda rules: self._begin(RulesDialog(self, self._workbench, rules)))

    def _begin(self, dialog: EntryDialog) -> None:
        self.dialog = dialog
        dialog.begin()

    def _performed(self, done: Performed) -> None:
        if isinstance(done.payload, CloseShift):
            self._closed = done.document_id
            self._workbench.print_requested.emit(done.document_id)
            self._read()  # one under way may have seen it closed before this was heard

    def _read(self) -> None:
        self._workbench.ask(operations.status, self).on_done(self._take)

    def _take(self, status: TillStatus) -> None:
        self.status = status
        self._source.replace(status.shifts)
        self.grid.reload()
        self.actions_here.refresh()
        self.primary.follow(self.actions_here[(actions.CLOSE if self.is_open else actions.OPEN).id])
        self._show()
        self._go_on_changing()
        is_over = (row for row in status.shifts if row["id"] == self._closed and row["state"] == "closed")
        closed = next(is_over, None)
        if closed is not None:
            self._closed = ""
            self._workbench.messages.info("till.closed", number=closed["number"], result=shortage(closed))

    def _go_on_changing(self) -> None:
        wanted, self._changing = self._changing, False
        if wanted and self.isVisible() and QApplication.activeModalWidget() is None:
            self.open_shift()

    def _show(self) -> None:
        if self.status is None:
            return
        here = self.status.shift
        if here is None:
            self.who.show_figure(i18n.tr("till.none"), "secondary")
            self.since.show_figure("—", "secondary")
            self.documents.show_figure("—", "secondary")
        else:
            self.who.show_figure(here["person_name"], note=here["number"])
            self.since.show_figure(moment_text(here["opened_at"]), note=self._float(here))
            self.documents.show_figure(str(self.status.documents), note=i18n.tr("till.this_shift"))
        self._show_report()

    def _float(self, here: Row) -> str:
        return i18n.tr("till.float", amount=amount_text(here["float_amount"], here["currency"]))

    def _chosen(self) -> Row | None:
        if self.status is None or not self.status.shifts:
            return None
        number = self.grid.table.current_row()
        return self.status.shifts[number] if 0 <= number < len(self.status.shifts) else self.status.shifts[0]

    def _sees(self, row: Row) -> bool:
        """Whether the figures of this open shift are shown: those of this till, to who manages the shop."""
        status = self.status
        return status is not None and status.manages and status.shift is not None and row["id"] == status.shift["id"]

    def _print(self) -> None:
        self._workbench.print_requested.emit(self.printable())

    def _show_report(self) -> None:
        row = self._chosen()
        if row is None or self.status is None:
            self.report.show_shift(None)
            self.report.show_print(False)
            return
        if row["state"] == "closed":
            self.report.show_shift(row, operations.totals_of(row))
        else:
            self.report.show_shift(row, self.status.totals if self._sees(row) else ())
        self.report.show_print(bool(self.printable()))
