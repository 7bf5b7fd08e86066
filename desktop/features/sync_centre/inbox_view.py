"""What needs somebody: the list, why, whether the work is safe, and the ways out."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

import i18n
from desktop.features.sync_centre.table_model import INBOX_COLUMNS, kind_words, reason_words
from desktop.platform import typeface
from desktop.platform.theme import theme
from desktop.widgets.card import Card
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.flow import Flow
from desktop.widgets.grid import Grid, ListSource
from desktop.widgets.key_button import KeyButton
from desktop.widgets.layout import MEDIUM, column
from desktop.widgets.live import Live
from desktop.widgets.text import Text
from domain.kernel.channels import Row


class InboxView(Live, QWidget):
    """The inbox.

    Attributes:
        grid: the list.

    Signals:
        chosen(object): the entry that is current, or None.
    """

    chosen = Signal(object)

    def __init__(self, ways: list[KeyButton], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entry: Row | None = None
        self._source = ListSource(key=lambda row: row["id"])
        empty = EmptyState("sync_centre.inbox.none", icon="success")
        self.grid = Grid(INBOX_COLUMNS, self._source, name_key="sync_centre.inbox.name", two_lines=True, empty=empty)
        self.title = Text("", typeface.STRONG, wrap=True)
        self.reason = Text("", wrap=True)
        self.safe = Text("", typeface.SMALL, "secondary", wrap=True)
        buttons = QWidget()
        buttons.setLayout(Flow(*ways))
        self.card = Card("", self.title, self.reason, self.safe, buttons, gap=MEDIUM)
        whole = column(Text("sync_centre.inbox.title", typeface.STRONG), self.grid, self.card, gap=MEDIUM)
        whole.setStretchFactor(self.grid, 1)
        self.setLayout(whole)
        self.grid.current_changed.connect(self._choose)
        self.go_live()
        self._choose(None)

    def show_entries(self, rows: list[Row]) -> None:
        """Show the entries; the current one stays current while it is there."""
        self._source.replace(rows)
        self.grid.reload()
        if rows and self.grid.table.current_row() < 0:
            self.grid.table.go_to(0)
        self._choose(self.grid.current())

    def restyle(self) -> None:
        """Room for some entries in a low window."""
        self.grid.setMinimumHeight(theme().px(130))

    def retranslate(self) -> None:
        """The same entry in the language in force."""
        self._tell()

    def _choose(self, entry: Row | None) -> None:
        self._entry = entry
        self.card.setVisible(entry is not None)
        self._tell()
        self.chosen.emit(entry)

    def _tell(self) -> None:
        if self._entry is None:
            return
        status = self._entry["status"]
        self.title.show_value(f"{kind_words(self._entry)} {self._entry['number']}")
        self.reason.show_value(reason_words(self._entry))
        self.safe.show_value(i18n.tr(f"sync_centre.safe.{status}"))
