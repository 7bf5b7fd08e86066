"""A thousand scans at random, with the focus everywhere and an input method in between: none split, lost, doubled, left
in a field or taken for a shortcut.

The order of events follows from one number; a failure says which. ``SEED=… pytest`` plays another one.
"""

from __future__ import annotations

import os
import random
from collections import Counter as Tally
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QInputMethodEvent, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from desktop.app.main_window import MainWindow
from desktop.app.scheduler import Scheduler
from desktop.features.order_entry.order_entry_view import OrderEntryPage
from desktop.widgets.customer_dialog import CustomerDialog
from desktop.widgets.scanner import Scanner
from domain.kernel.money import format_price, format_quantity
from tests.desktop.app.wires import Wire
from tests.support.counter import GOODS, Counter
from tests.support.hands import MINUTE, Hands

SCANS = 1_000
SEED = int(os.environ.get("SEED", "20261118"))
KNOWN = {row[3]: row[0] for row in GOODS}
LETTERS, SIGNS = "abcdefghjkmnpqrstuvwxyz", "0123456789ABCDEFXYZ-./ "
CTRL = Qt.KeyboardModifier.ControlModifier
CONTROL = (Qt.Key.Key_BracketRight, Qt.Key.Key_K, Qt.Key.Key_Z, Qt.Key.Key_P)
"""Control characters inside a code come as combinations; some of these are somebody's keys."""

AS_COMPOSED = 5
"""So many characters at most arrive as one growing composition: then the input method gives up or the scan is seen."""


@dataclass
class Bursts:
    """A scanner in the hands of chance.

    Attributes:
        heard: what the program took for scans.
        fired: actions and shortcuts that went off.
    """

    hands: Hands
    window: MainWindow
    draw: random.Random
    heard: list[str] = field(default_factory=list)
    fired: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Note every action and shortcut there is by now."""
        for action in self.window.findChildren(QAction):
            action.triggered.connect(partial(self._fired, action.text()))
        for shortcut in self.window.findChildren(QShortcut):
            shortcut.activated.connect(partial(self._fired, shortcut.key().toString()))

    def _fired(self, name: str, *_: object) -> None:
        self.fired.append(name)

    def code(self) -> str:
        """A product's, some other pack's, or one with letters."""
        kind = self.draw.random()
        if kind < 0.5:
            return self.draw.choice(list(KNOWN))
        if kind < 0.75:
            return "".join(self.draw.choice("0123456789") for _ in range(self.draw.choice((8, 12, 13, 14))))
        letters = "".join(self.draw.choice(LETTERS) for _ in range(self.draw.randint(1, AS_COMPOSED)))
        middle = "".join(self.draw.choice(SIGNS) for _ in range(self.draw.randint(4, 18)))
        return f"{letters}{middle}7"

    def scan(self) -> str:
        """One burst; the code."""
        code = self.code()
        self.hands.now += self.draw.uniform(0.2, 2.0)
        if self.draw.random() < 0.2:
            self._somebody_composes()
        composed = 0
        if code[0] in LETTERS and self.draw.random() < 0.5 and isinstance(QApplication.focusWidget(), QLineEdit):
            composed = self._composed(code)
        for place, sign in enumerate(code[composed:]):
            self._between()
            if place > 1 and self.draw.random() < 0.03:
                self.hands.key(self.draw.choice(CONTROL), self.draw.uniform(0.001, 0.020), CTRL)
            self.hands.now += self.draw.uniform(0.001, 0.020)
            self._sign(sign)
        self._between()
        ends = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
        self.hands.key(self.draw.choice(ends), self.draw.uniform(0.001, 0.045))
        return code

    def _sign(self, sign: str) -> None:
        if sign.isupper():
            QTest.keyPress(self.hands.window.windowHandle(), Qt.Key.Key_Shift)
            self.hands.click(sign, Qt.KeyboardModifier.ShiftModifier)
            QTest.keyRelease(self.hands.window.windowHandle(), Qt.Key.Key_Shift)
        else:
            self.hands.click(sign)

    def _somebody_composes(self) -> None:
        """A word half typed when the scan comes."""
        self._input_method("li")
        self.hands.now += self.draw.uniform(0.1, 0.5)

    def _composed(self, code: str) -> int:
        """The first letters as a composition that grows; the rest comes by keys."""
        letters = next(place for place, sign in enumerate(code) if sign not in LETTERS)
        for end in range(1, min(letters, AS_COMPOSED) + 1):
            self.hands.now += self.draw.uniform(0.001, 0.020)
            self._input_method(code[:end])
        return min(letters, AS_COMPOSED)

    def _between(self) -> None:
        """What input methods say while they do nothing."""
        if self.draw.random() < 0.15:
            self._input_method("")

    @staticmethod
    def _input_method(preedit: str) -> None:
        target = QApplication.focusWidget()
        if target is not None:
            QApplication.sendEvent(target, QInputMethodEvent(preedit, []))


@pytest.fixture
def bursts(qtbot: QtBot, qapp: QApplication, counter: Counter) -> Iterator[Bursts]:
    """The program's own window with a product on the lines."""
    hands = Hands()
    scanner = Scanner(hands, pause_ms=MINUTE)
    scanner.install(qapp)
    scheduler = Scheduler(counter.workbench, lambda: Wire(cut=True), jitter=lambda: 1.0)
    window = MainWindow(counter.workbench, scheduler, scanner)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.open_first()
        window.show()
        window.activateWindow()
    hands.window = window
    made = Bursts(hands, window, random.Random(SEED))
    scanner.scanned.connect(made.heard.append)
    window.focus_page()
    yield made
    qapp.removeEventFilter(scanner)


def page_of(window: MainWindow) -> OrderEntryPage:
    assert isinstance(window.page, OrderEntryPage)
    return window.page


def text_of(widget: QWidget | None) -> str:
    return widget.text() if isinstance(widget, QLineEdit) else ""


def page_says(page: OrderEntryPage, field: QWidget | None) -> list[str]:
    """What the program itself may put into a field: the figures of the line that is current by now."""
    if field is page.price:
        return ["", *(format_price(row[4]) for row in GOODS)]
    return ["", *(format_quantity(line.quantity) for line in page.edit.draft.lines)] if field is page.quantity else []


class Stage:
    """What is in front while the scans come: the page, a question, a menu, the palette; and where the focus is."""

    TURN = 25
    """Scans until something else is in front."""

    def __init__(self, bursts: Bursts, page: OrderEntryPage) -> None:
        self._bursts, self._page = bursts, page
        self._window = bursts.window
        self._dialog: CustomerDialog | None = None
        self._menu = QMenu(self._window)
        for sign in ("&6", "&A", "Ctrl+7"):
            self._menu.addAction(sign)

    def set(self, number: int) -> bool:
        """Before a scan; whether a question is open, which a scan must not answer."""
        if number % self.TURN == 0:
            self._clear()
            kind = number // self.TURN % 4
            if kind == 1:
                self._dialog = CustomerDialog(self._page, self._page._workbench, lambda _: None)
                self._dialog.begin()
            elif kind == 2:
                self._menu.popup(self._window.mapToGlobal(self._window.rect().center()))
            elif kind == 3:
                self._window.show_palette()
        self._focus()
        front = QApplication.activeModalWidget()
        self._bursts.hands.window = front or self._window
        return front is not None

    def _clear(self) -> None:
        if self._dialog is not None:
            self._dialog.reject()
            self._dialog = None
        self._menu.close()
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
        self._window.activateWindow()

    def _focus(self) -> None:
        page, strip = self._page, self._page.strip
        assert strip is not None
        if self._dialog is not None:
            here: list[QWidget] = [self._dialog.box, self._dialog.name, self._dialog.phone, self._dialog.button("new")]
        else:
            fields = [page.box, page.quantity, page.price, strip.name, strip.price, strip.unit]
            here = [*fields, page.grid.table, page.primary, strip.save, self._window.nav.item("orders")]
        self._bursts.draw.choice(here).setFocus()


def test_a_thousand_scans_at_random(qtbot: QtBot, bursts: Bursts) -> None:
    page = page_of(bursts.window)
    page.scanned(GOODS[0][3])
    page.scanned("4006381333931")
    qtbot.waitUntil(lambda: len(page.rows) == 1)
    assert page.strip is not None
    page.strip.make.click()
    bursts.watch()
    stage = Stage(bursts, page)
    wanted = Tally({GOODS[0][0]: 1})
    for number in range(SCANS):
        said = f"seed {SEED}, scan {number}"
        asking = stage.set(number)
        focus = QApplication.focusWidget()
        before = text_of(focus)
        code = bursts.scan()
        assert bursts.heard == [code.strip()], said
        assert text_of(focus) in (before, *page_says(page, focus)), f"{said}: {code} left something"
        assert bursts.fired == [], said
        bursts.heard.clear()
        if not asking and code in KNOWN:
            wanted[KNOWN[code]] += 1
    qtbot.waitUntil(lambda: page.kept == page.edit.draft and not page.is_reading)
    assert {line.code: line.quantity for line in page.edit.draft.lines} == {
        code: 1000 * times for code, times in wanted.items()
    }, f"seed {SEED}"
