"""What screens on which one scans have in common: search, scan, the current line, and a draft that is always kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, cast

from PySide6.QtCore import QObject, Qt

from desktop.platform.settings import WEIGHED
from desktop.platform.sounds import alert
from desktop.platform.task import Task
from desktop.platform.workbench import Workbench
from desktop.store.scanning import Found, code_to_make, find_scanned, make_product, picked, units_of
from desktop.store.store import Store
from desktop.widgets.entering import Coded, D, Entering, L
from desktop.widgets.grid import Grid, ListSource
from desktop.widgets.live import Live
from desktop.widgets.quantity_field import QuantityField
from desktop.widgets.result_list import Result
from desktop.widgets.scan_box import ScanBox
from desktop.widgets.unknown_strip import Entered, Unknown, UnknownStrip
from domain.catalogue.gs1 import SEPARATOR
from domain.catalogue.units import in_unit, next_unit, to_base
from domain.kernel.errors import Invalid

LEAST_CODE = 4
"""Fewer signs than these are on no pack."""


@dataclass(frozen=True, slots=True)
class DeskWork(Generic[D, L]):
    """What a scanning screen asks the store for, and how it says so.

    Attributes:
        search: hits for what was typed.
        result: a hit as the box shows it, its ``data`` the product's code.
        save: keeps a draft; when it returns a power cut loses nothing of it.
        read: the lines of a draft as shown.
        unknown_key: text for a code that is no product's.
        makes: whether a product of the shop may be made of it.
        unsold: whether goods may be entered that the shop is no longer authorised for.
    """

    search: Callable[[Store, str], Sequence[Any]]
    result: Callable[[Any], Result]
    save: Callable[[Store, D], object]
    read: Callable[[Store, D], list[L]]
    unknown_key: str
    makes: bool = False
    unsold: bool = False


class ScanDesk(Live, Generic[D, L]):
    """Mixin for widgets on which one scans (first among the bases); every change is in the ledger before anything else.

    No widget itself: PySide takes a class whose bases are two widgets for two objects in C++.

    What is scanned while the draft is being loaded, or while it is becoming a document, waits and is entered then.

    Attributes:
        edit: the draft in hand, with its steps.
        rows: its lines as shown.
        box, quantity, grid: where one scans and types, the quantity of the current line, the lines.
        strip: where codes are offered that are no product's, on screens that can make one.
    """

    edit: Entering[D]
    rows: list[L]
    box: ScanBox
    quantity: QuantityField
    grid: Grid
    strip: UnknownStrip | None = None

    def set_up(self, workbench: Workbench, work: DeskWork[D, L], edit: Entering[D]) -> None:
        """Begin the constructor with this; the parts follow, then :meth:`connect_desk`."""
        self._workbench, self._work = workbench, work
        self.edit, self.rows = edit, []
        self._source = ListSource(key=lambda line: line.key)
        self._early: list[str] | None = []
        self.strip = UnknownStrip() if work.makes else None
        self._follow = True
        self._reading: Task[list[L]] | None = None
        self._searching: Task[Sequence[Any]] | None = None
        self._entered = False

    def connect_desk(self) -> None:
        """Connect box, quantity and lines."""
        if self.strip is not None:
            self.strip.entered.connect(self._make)
            self.strip.left.connect(self.box.setFocus)
        self.box.searched.connect(self._search)
        self.box.picked.connect(lambda code: self.enter(picked(self._workbench.store, str(code))))
        self.box.submitted.connect(self._typed)
        self.box.quantity_asked.connect(self.enter_quantity)
        self.box.stepped.connect(self.grid.step)
        self.quantity.returnPressed.connect(self._quantity_entered)
        self.quantity.editingFinished.connect(self.field_left)
        self.grid.current_changed.connect(lambda _: self._current_changed())
        self.grid.opened.connect(lambda _: self.enter_quantity())

    # -- for the screen to say ---------------------------------------------------------------------------------------

    def was_kept(self, draft: D) -> None:
        """The ledger has this draft."""

    def keeping(self) -> None:
        """A step was taken: the lines follow in a moment."""

    def lines_shown(self) -> None:
        """The lines are those of the draft."""

    def current_shown(self, line: L | None) -> None:
        """Another line is current, or the same in other words."""

    # -- scanning ----------------------------------------------------------------------------------------------------

    @property
    def is_reading(self) -> bool:
        """Whether the lines shown are still to follow the draft."""
        return self._reading is not None

    @property
    def is_ready(self) -> bool:
        """Whether what is scanned goes into the draft at once."""
        return self._early is None

    def scanned(self, code: str) -> bool:
        """A code came from the scanner, or was typed and entered."""
        if self._early is not None:
            self._early.append(code)
            return True
        # A small indexed read, made here so that lines stand in the order of the scans.
        try:
            layouts = self._workbench.settings.get(WEIGHED)
            found = find_scanned(self._workbench.store, code, layouts, unsold=self._work.unsold)
        except Invalid as error:
            self._workbench.messages.report(error)
            return True
        try:
            if found is not None:
                self.enter(found)
            elif not self.take_unknown(code):
                self._unknown(code)
        except Invalid as error:
            self._workbench.messages.report(error)
        return True

    def take_unknown(self, code: str) -> bool:
        """Whether the screen makes something of a code that is no product's: a serial."""
        return False

    def _unknown(self, code: str) -> None:
        """Said and sounded; nothing stands in the way of the next scan."""
        alert(self._workbench.settings)
        if self.strip is None or not is_on_packs(code):
            self._workbench.messages.warning(self._work.unknown_key, code=code)
            return
        barcode, weighed = code_to_make(code, self._workbench.settings.get(WEIGHED))
        self.strip.ask(Unknown(code, barcode, "widgets.unknown.kilogram") if weighed else Unknown(code, barcode))

    def _make(self, entered: Entered) -> None:
        made = self._workbench.do(
            lambda store: make_product(
                store, name=entered.name, unit=entered.unit, price=entered.price, code=entered.of.barcode
            ),
            self._owner,
        )
        made.on_done(lambda _: self._was_made(entered.of))

    def _was_made(self, unknown: Unknown) -> None:
        if self.strip is not None:
            self.strip.done(unknown)
        self.scanned(unknown.scanned)

    def enter(self, found: Found) -> None:
        """More of a product."""
        if self._early is not None:
            self._early.append(found.code)
            return
        self.edit.add(found)
        self.keep()
        self.box.setFocus()

    def wait_for_draft(self) -> None:
        """From now on scans wait until a draft is in hand."""
        self._early = []

    def take_early(self) -> None:
        """Enter what was scanned meanwhile; nothing waits any more."""
        early, self._early = self._early or [], None
        for code in early:
            self.scanned(code)

    def go_find(self) -> None:
        """To where one searches or scans."""
        self.box.setFocus()

    def enter_quantity(self) -> None:
        """To the quantity of the current line."""
        if self.current_key():
            self.quantity.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def switch_unit(self) -> None:
        """As many of the product's next unit on the current line."""
        line = self._line(self.current_key())
        if line is None:
            return
        units = units_of(self._workbench.store, line.code)
        if len(units) == 1:
            self._workbench.messages.info("widgets.one_unit", code=line.code)
        else:
            self.edit.put_unit(line.key, next_unit(units, line.pack))
            self.keep()

    def remove_line(self) -> None:
        """Take the current line off."""
        self.edit.remove(self.current_key())
        self.keep()

    def undo(self) -> None:
        """Take the last step back."""
        if self.edit.undo():
            self.keep()

    def current_key(self) -> str:
        """Key of the current line, empty for none; what was scanned last is current before it is drawn."""
        if self._follow and self._holds(self.edit.draft.last):
            return self.edit.draft.last
        line = self.grid.current()
        return str(line.key) if line is not None else ""

    # -- keeping and showing -----------------------------------------------------------------------------------------

    def save(self) -> None:
        """Keep the draft; the lines are the same."""
        draft = self.edit.draft
        self._workbench.write(lambda store: self._work.save(store, draft), self._owner).on_done(
            lambda _: self.was_kept(draft)
        )

    def keep(self) -> None:
        """Keep the draft and show its lines."""
        self.save()
        self._follow = True
        self.quantity.setEnabled(self.current_key() != "")
        self.keeping()
        self.read_lines()

    def read_lines(self) -> None:
        """Read what the lines show again: prices, stock and names may be others."""
        if self._reading is not None:
            self._reading.cancel()
        draft = self.edit.draft
        self._reading = self._workbench.ask(lambda store: self._work.read(store, draft), self._owner)
        self._reading.on_done(self._present)

    def _present(self, rows: list[L]) -> None:
        self._reading = None
        self.rows = rows
        self._source.replace(rows)
        self.grid.reload()
        if self._follow and self._holds(self.edit.draft.last):
            self.grid.select_key(self.edit.draft.last)
        if rows and self.grid.table.current_row() < 0:
            self.grid.table.go_to(0)
        self._follow = False
        self._current_changed()
        self.lines_shown()

    def field_left(self) -> None:
        """A field of the current line lost the focus: what was typed and not entered does not stand there any more."""
        if not self.is_reading:
            self._current_changed()

    def _current_changed(self) -> None:
        line: L | None = self.grid.current()
        if not self.quantity.hasFocus():
            self.quantity.set_value(in_unit(line.quantity, line.pack.factor) or None if line is not None else None)
        self.quantity.setEnabled(line is not None)
        self.current_shown(line)

    @property
    def _owner(self) -> QObject:
        return cast(QObject, self)

    def _holds(self, key: str) -> bool:
        return any(line.key == key for line in self.edit.draft.lines)

    def _line(self, key: str) -> Coded | None:
        """The line of the draft, or one that is only shown."""
        entered = next((line for line in self.edit.draft.lines if line.key == key), None)
        return entered or next((line for line in self.rows if line.key == key), None)

    def _search(self, text: str) -> None:
        if self._searching is not None:
            self._searching.cancel()
        self._searching, self._entered = None, False
        if text.strip():
            self._searching = self._workbench.ask(lambda store: self._work.search(store, text), self._owner)
            self._searching.on_done(lambda hits: self._hit(text, hits))

    def _hit(self, text: str, hits: Sequence[Any]) -> None:
        self._searching = None
        self.box.show_results([self._work.result(hit) for hit in hits], text)
        if self._entered:
            self.box.enter()

    def _typed(self, text: str) -> None:
        """Enter came before the hits: they are waited for. A bar code needs none."""
        self._entered = self._searching is not None and not text.isdecimal()
        if not self._entered:
            self.box.clear()
            self.scanned(text)

    def _quantity_entered(self) -> None:
        value, key = self.quantity.value(), self.current_key()
        line = self._line(key)
        if value is not None and line is not None:
            try:
                self.edit.put_quantity(key, to_base(value, line.pack.factor), line.pack)
            except Invalid as error:
                self._workbench.messages.report(error)
                return
            self.keep()
        self.box.setFocus()


def is_on_packs(code: str) -> bool:
    """Whether this may be printed on goods, and is no word that somebody typed."""
    plain = code.replace(SEPARATOR, "")
    return len(plain) >= LEAST_CODE and plain.isascii() and plain.isprintable() and " " not in plain
