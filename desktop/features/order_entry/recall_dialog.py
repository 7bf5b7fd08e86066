"""Taking up an order that was put aside."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

import i18n
from desktop.features.order_entry.operations import Held
from desktop.platform.theme import theme
from desktop.widgets.dialog import Dialog
from desktop.widgets.figures import amount_text, moment, quantity_text
from desktop.widgets.grid import Align, Cell, Column, Grid, ListSource
from desktop.widgets.key_button import Weight
from desktop.widgets.verb import Verb

RECALL = "recall"
LEAST, AROUND = 120, 140
"""Pixels at 100 %: of the list in a low window, and of everything around it."""


class RecallDialog(Dialog):
    """A list, newest first; Enter takes the current one up."""

    def __init__(self, parent: QWidget, orders: Sequence[Held], recall: Callable[[Held], None]) -> None:
        verbs = [Verb(RECALL, "order_entry.held.recall", weight=Weight.PRIMARY)]
        super().__init__(parent, "order_entry.held.title", verbs=verbs, keeps_open=True)
        self._recall, self._host = recall, parent
        source = ListSource(list(orders), key=lambda held: held.id)
        self.grid = Grid(_columns(), source, name_key="order_entry.held.title", two_lines=True)
        self.body.put(self.grid)
        self.grid.opened.connect(lambda _: self._take())
        self.chosen.connect(lambda _: self._take())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.restyle()

    def begin(self) -> None:
        """Open on the newest."""
        self.open()
        self.grid.reload()
        self.grid.table.go_to(0)
        self.grid.table.setFocus(Qt.FocusReason.TabFocusReason)

    def restyle(self) -> None:
        """Room for a handful of orders."""
        super().restyle()
        if hasattr(self, "grid"):
            self.setMinimumWidth(theme().px(600))
            room = self._host.window().height() - theme().px(AROUND)
            self.grid.setMinimumHeight(max(theme().px(LEAST), min(theme().px(300), room)))

    def _take(self) -> None:
        held = self.grid.current()
        if held is not None:
            self._recall(held)
            self.accept()


def _columns() -> tuple[Column, ...]:
    return (
        Column("at", "order_entry.held.at", lambda held: f"{moment(held.at):%m-%d %H:%M}", 110, needed=True),
        Column("who", "order_entry.held.who", _who, stretch=True),
        Column("pieces", "order_entry.pieces", _pieces, 80, Align.RIGHT),
        Column("sum", "order_entry.due", _sum, 110, Align.RIGHT),
    )


def _who(held: Held) -> Cell:
    """For whom, and what is in it: many orders of walk-ins are told apart by their goods."""
    goods = held.goods[0] if held.goods else ""
    if len(held.goods) > 1:
        goods = i18n.tr("order_entry.held.goods", first=goods, n=len(held.goods))
    said = " · ".join(part for part in (goods, held.draft.remark) if part)
    return Cell(held.customer or i18n.tr("order_entry.walk_in"), said)


def _pieces(held: Held) -> str:
    return quantity_text(held.pieces)


def _sum(held: Held) -> str:
    return "—" if held.total is None else amount_text(held.total)
