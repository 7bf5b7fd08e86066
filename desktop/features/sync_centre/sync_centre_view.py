"""The sync centre: what waits, what became of each document, what needs somebody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QWidget

import i18n
from desktop.features.sync_centre import actions, operations
from desktop.features.sync_centre.check_dialog import CheckDialog
from desktop.features.sync_centre.inbox_view import InboxView
from desktop.features.sync_centre.operations import SyncStatus
from desktop.features.sync_centre.table_model import DOCUMENT_COLUMNS
from desktop.platform import typeface
from desktop.platform.actions import Actions
from desktop.platform.changes import ChangeSet
from desktop.platform.theme import theme
from desktop.platform.workbench import Workbench
from desktop.store.store import Store
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.figure_card import FigureCard
from desktop.widgets.figures import amount_text, moment_text
from desktop.widgets.flow import Flow, Spread
from desktop.widgets.grid import Grid, ListSource
from desktop.widgets.key_button import KeyButton
from desktop.widgets.layout import MEDIUM, column
from desktop.widgets.page import Page
from desktop.widgets.primary_button import PrimaryButton
from desktop.widgets.side_by_side import SideBySide
from desktop.widgets.text import Text
from domain.kernel.channels import Row

LOOK_AGAIN_MS = 3_000
"""A push marks documents as sent without changing a row; the screen looks again while it is in front."""

IN_TOUCH_MS = 60_000
"""The server answered within this time: moments ago."""

SIDE_WIDTH = 420

Read = tuple[SyncStatus, list[Row], list[Row]]


class SyncCentreView(Page):
    """The screen.

    Attributes:
        entry: the entry of the inbox that is chosen.
    """

    def __init__(self, workbench: Workbench) -> None:
        super().__init__("sync_centre.screen.title")
        self.workbench = workbench
        self.entry: Row | None = None
        self._status: SyncStatus | None = None
        self.upload = FigureCard("sync_centre.figure.upload")
        self.contact = FigureCard("sync_centre.figure.contact")
        self.needing = FigureCard("sync_centre.figure.needing")
        self.actions_here = self.use_actions(Actions(actions.DECLARED, self, workbench.shortcuts))
        here = self.actions_here
        self.inbox = InboxView([KeyButton.of(here[each.id]) for each in (actions.CHANGE, actions.DISMISS)])
        self._source = ListSource(key=lambda row: row["id"])
        empty = EmptyState("sync_centre.documents.none", icon="document")
        self.grid = Grid(
            DOCUMENT_COLUMNS, self._source, name_key="sync_centre.documents.name", two_lines=True, empty=empty
        )
        cards = QWidget()
        cards.setLayout(Flow(self.upload, self.contact, self.needing, gap=MEDIUM, spread=Spread.EQUAL))
        left = QWidget()
        documents = column(Text("sync_centre.documents.title", typeface.STRONG), self.grid, gap=MEDIUM)
        documents.setStretchFactor(self.grid, 1)
        left.setLayout(documents)
        body = SideBySide(left, self.inbox, SIDE_WIDTH)
        self.content.put(cards, body)
        self.content.setStretchFactor(body, 1)
        buttons = [KeyButton.of(here[each.id]) for each in (actions.CHECK, actions.EXPORT)]
        self.put_foot(buttons, PrimaryButton.of(here[actions.SYNC.id]))
        self._again = QTimer(self, interval=LOOK_AGAIN_MS)
        self._connect()
        self.go_live()

    def first_focus(self) -> QWidget:
        """The inbox when it holds something, else the documents."""
        return self.inbox.grid.table if self.entry is not None else self.grid.table

    def opened(self) -> None:
        """Read again."""
        self._read()

    def take_changes(self, change_set: ChangeSet) -> None:
        """Anything that changed may be a document's state."""
        self._read()

    def showEvent(self, event: QShowEvent) -> None:
        """Look now and again."""
        super().showEvent(event)
        self._again.start()
        self._read()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self._again.stop()

    def retranslate(self) -> None:
        """The figures in the language in force."""
        self._tell()

    def restyle(self) -> None:
        """Room for some documents in a low window."""
        self.grid.setMinimumHeight(theme().px(150))

    # -- actions -----------------------------------------------------------------------------------------------------

    def sync_now(self) -> None:
        """A round at once."""
        self.workbench.sync_requested.emit()

    def dismiss(self) -> None:
        """Somebody has seen it and dealt with it; the document stays."""
        if self.entry is None:
            return
        command_id = str(self.entry["id"])

        def settle(store: Store) -> None:
            operations.dismiss(store, command_id)

        self.workbench.write(settle, self).on_done(lambda _: self._dismissed())

    def change_and_send(self) -> None:
        """Open the replenishment screen with the lines of the refused order."""
        if self.entry is None:
            return
        command_id = str(self.entry["id"])

        def read(store: Store) -> list[tuple[str, int]]:
            return operations.lines_of(store, command_id)

        self.workbench.ask(read, self).on_done(lambda lines: self.workbench.open("replenishment", lines=lines))

    def check_data(self) -> None:
        """Examine this PC's data and show what was seen."""
        self.workbench.ask(operations.check, self).on_done(lambda checks: CheckDialog(self, checks).open())

    def export(self) -> None:
        """Choose a file for the diagnostics."""
        dialog = QFileDialog(self, i18n.tr("sync_centre.export.title"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        dialog.setNameFilters(["JSON (*.json)"])
        dialog.selectFile(f"dealerdesk-{self.workbench.clock.today()}.json")
        dialog.fileSelected.connect(self.export_to)
        dialog.open()

    def export_to(self, path: str) -> None:
        """Write the diagnostics there."""

        def write(store: Store) -> Path:
            return operations.export_diagnostics(store, Path(path))

        def done(written: Path) -> None:
            self.workbench.messages.success("sync_centre.exported", file=written.name)

        def failed(error: BaseException) -> None:
            if isinstance(error, OSError):
                self.workbench.messages.error("sync_centre.not_written", file=Path(path).name)
            else:
                self.workbench.messages.report(error)

        self.workbench.ask(write, self).on_done(done).on_error(failed)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        self._again.timeout.connect(self._read)
        self.inbox.chosen.connect(self._choose)
        self.workbench.changes.changed.connect(lambda _: self._read() if self.isVisible() else None)

    def _read(self) -> None:
        def read(store: Store) -> Read:
            return operations.status(store), operations.recent(store), operations.inbox(store)

        self.workbench.ask(read, self).on_done(self._show)

    def _show(self, read: Read) -> None:
        self._status, documents, entries = read
        self._source.replace(documents)
        self.grid.reload()
        self.inbox.show_entries(entries)
        self._tell()

    def _tell(self) -> None:
        status = self._status
        if status is None:
            return
        unsent = status.unsent
        sums = " ".join(amount_text(amount, currency) for currency, amount in sorted(unsent.amounts.items()))
        if unsent.number:
            note = i18n.tr("sync_centre.figure.oldest", time=moment_text(unsent.oldest))
            figure = i18n.tr("sync_centre.figure.documents", n=unsent.number, sum=sums).strip()
            self.upload.show_figure(figure, "offline", note)
        else:
            self.upload.show_figure(
                i18n.tr("sync_centre.figure.nothing"), "text", i18n.tr("sync_centre.figure.all_there")
            )
        self._tell_contact(status.last_contact)
        self.needing.show_figure(
            str(status.needing),
            "warning" if status.needing else "text",
            i18n.tr("sync_centre.figure.see_right" if status.needing else "sync_centre.figure.none_needs"),
        )

    def _tell_contact(self, last: int) -> None:
        in_touch = last and self.workbench.clock.now_ms() - last < IN_TOUCH_MS
        note = i18n.tr("sync_centre.figure.online" if in_touch else "sync_centre.figure.offline")
        figure = moment_text(last) if last else i18n.tr("sync_centre.figure.never")
        self.contact.show_figure(figure, "success" if in_touch else "offline", note)

    def _choose(self, entry: Row | None) -> None:
        self.entry = entry
        self.actions_here.refresh()

    def _dismissed(self, *_: Any) -> None:
        self.workbench.changes.broadcast({"outcome": None})
