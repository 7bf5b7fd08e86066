"""One command beside its list: what became of it, whether the work is safe, the ways out, and both sides of it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

import i18n
from desktop.features.sync_centre.actions import TABS
from desktop.features.sync_centre.comparison import Comparison
from desktop.features.sync_centre.table_model import (
    comparison_columns,
    handled_words,
    kind_words,
    reason_words,
    status_cell,
)
from desktop.platform import typeface
from desktop.platform.theme import theme
from desktop.widgets.card import Card
from desktop.widgets.chip import Chip
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.flow import Flow
from desktop.widgets.grid import Grid, ListSource
from desktop.widgets.key_button import KeyButton
from desktop.widgets.layout import MEDIUM, SMALL, column, row
from desktop.widgets.live import Live
from desktop.widgets.text import Text
from domain.kernel.channels import Row


class DocumentPane(Live, QWidget):
    """Fed by the screen.

    Attributes:
        card: what is said about the document.
        reason, safe: why it stands here, and whether the work is safe.
        grid: the fields on both sides.
    """

    def __init__(self, ways: list[KeyButton], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entry: Row | None = None
        self._ways = ways
        self.title = Text("", typeface.STRONG, wrap=True)
        self.state = Chip("sync_centre.status.saved")
        self.reason = Text("", wrap=True, optional=True)
        self.safe = Text("", typeface.SMALL, "secondary", wrap=True, optional=True)
        self.handled = Text("", typeface.SMALL, "secondary", wrap=True, optional=True)
        buttons = QWidget()
        buttons.setLayout(Flow(*ways))
        title = row(self.title, self.state)
        title.setStretch(0, 1)
        self.card = Card("", title, self.reason, self.safe, self.handled, buttons, gap=SMALL)
        self._pairs = ListSource(key=lambda pair: (pair.field, pair.label))
        self._comparison = Comparison((), "CNY", known=False)
        self.grid = Grid(comparison_columns(lambda: self._comparison), self._pairs, name_key="sync_centre.compare.name")
        self._nothing = EmptyState(f"sync_centre.pane.{TABS[0]}", icon="document")
        self._empty = Card("", self._nothing)
        whole = column(self.card, self.grid, self._empty, gap=MEDIUM)
        whole.setStretchFactor(self.grid, 1)
        whole.setStretchFactor(self._empty, 1)
        self.setLayout(whole)
        self.go_live()
        self.show_entry(None)

    def show_entry(self, entry: Row | None) -> None:
        """Show what is said about a command; its two sides follow with :meth:`show_comparison`."""
        same = entry is not None and self._entry is not None and entry["id"] == self._entry["id"]
        self._entry = entry
        self.card.setVisible(entry is not None)
        self._empty.setVisible(entry is None)
        if not same:
            self.show_comparison(Comparison((), "CNY", known=False))
        self._tell()

    def show_tab(self, tab: str) -> None:
        """What would stand here, while nothing of this list is chosen or there is nothing in it."""
        self._nothing.sentence.say(f"sync_centre.pane.{tab}")

    def show_comparison(self, comparison: Comparison) -> None:
        """Show both sides; without any the table goes."""
        self._comparison = comparison
        self._pairs.replace(comparison.pairs)
        self.grid.setVisible(bool(comparison.pairs))
        self.grid.reload()

    def restyle(self) -> None:
        """Room for some fields in a low window."""
        self.grid.setMinimumHeight(theme().px(150))

    def retranslate(self) -> None:
        """The same entry in the language in force."""
        self._tell()

    def _tell(self) -> None:
        entry = self._entry
        if entry is None:
            return
        for button in self._ways:
            button.setVisible(button.isEnabled())
        self.title.show_value(f"{kind_words(entry)} {entry['number']}".strip())
        cell = status_cell(entry)
        self.state.show_value(cell.text, cell.chip)
        self.reason.show_value(reason_words(entry) if entry.get("code") else "")
        status = entry["status"]
        self.safe.show_value(i18n.tr(f"sync_centre.safe.{status}"))
        self.handled.show_value(handled_words(entry))
