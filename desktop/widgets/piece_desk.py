"""Screens on which goods with lots and serials are scanned: choosing a lot, and what a serial belongs to."""

from __future__ import annotations

from functools import partial
from typing import Generic, Protocol, cast

from PySide6.QtWidgets import QWidget

from desktop.store.lots import lots_of
from desktop.widgets.entering import D, Entering, L
from desktop.widgets.line_steps import EnteredLine
from desktop.widgets.lot_dialog import LotDialog
from desktop.widgets.scan_desk import ScanDesk
from domain.stock.picking import LotStock

Said = tuple[str, str, str | None]
"""Title, lot, and last good day of a line."""


class Pieces(Entering[D], Protocol[D]):
    """A draft being worked on whose lines have lots and serials: :class:`desktop.widgets.line_steps.LineSteps`."""

    def line_of(self, key: str) -> EnteredLine | None:
        """The line, None when it is not there."""
        ...

    def add_serial(self, key: str, serial: str) -> None:
        """The serial of a piece on this line."""
        ...

    def put_lot(self, key: str, lot: str, expires_on: str | None = None) -> None:
        """The lot of a line, and its last good day."""
        ...


class PieceDesk(ScanDesk[D, L], Generic[D, L]):
    """Mixin for widgets (first among the bases).

    Attributes:
        edit: the draft in hand.
        asks_day: whether the last good day is asked with the lot.
    """

    edit: Pieces[D]
    asks_day = False

    def said_of(self, key: str) -> Said | None:
        """What is said of a line so far; None when there is no such line."""
        line = self.edit.line_of(key)
        return (line.code, line.lot, None) if line is not None else None

    def take_unknown(self, code: str) -> bool:
        """A code that is nobody's is the serial of the piece scanned before."""
        line = self.edit.line_of(self.current_key())
        if line is None or not line.lacks_serial:
            return False
        self.edit.add_serial(line.key, code)
        self.keep()
        return True

    def choose_lot(self) -> None:
        """Ask of which lot the goods of the current line are."""
        line = self._line(self.current_key())
        if line is not None:
            key, code = line.key, line.code
            task = self._workbench.ask(lambda store: lots_of(store, code), self._owner)
            task.on_done(lambda here: self._ask_lot(key, code, here))

    def _ask_lot(self, key: str, code: str, here: list[LotStock] | None) -> None:
        said = self.said_of(key)
        if said is None:
            return
        if here is None:
            self._workbench.messages.info("widgets.no_lots", code=code)
            return
        title, lot, day = said
        given = partial(self._chosen_lot, key)
        LotDialog(cast(QWidget, self), title, here, given, asks_day=self.asks_day).begin(lot, day)

    def _chosen_lot(self, key: str, lot: str, day: str | None) -> None:
        self.edit.put_lot(key, lot, day)
        self.keep()
        self.box.setFocus()
