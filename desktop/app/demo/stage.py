"""The main job, played on an offscreen window: sell, go offline, sell again, come back, and be confirmed."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.app.demo.data import DemoData
from desktop.app.demo.film import take, wait_until
from desktop.app.demo.network import SHOP, Homes
from desktop.app.demo.program import Program
from desktop.app.demo.server import Server
from desktop.app.profile import Profile
from desktop.features.order_entry import operations as selling
from desktop.features.order_entry.order_entry_view import OrderEntryPage
from desktop.features.sync_centre import operations as syncing
from desktop.platform.paths import Paths
from desktop.store.store import Performed
from desktop.widgets.figures import amount_text
from desktop.widgets.page import Page
from domain.kernel.clock import SystemClock

Say = Callable[..., None]
SCANNED, OFFLINE = 5, 2
"""Products of the first sale, and of the one made offline."""


def sign_in(home: Path, url: str, data: DemoData, environment: Mapping[str, str]) -> None:
    """Sign the shop's owner in at the server's present address."""
    profile = Profile(Paths(home.resolve()), SystemClock(), environment)
    try:
        profile.enrol(url, data.window, data.password)
    finally:
        profile.close()


def play(folder: Path, server: Server, data: DemoData, environment: Mapping[str, str], say: Say) -> int:
    """Play it; 0 only if every order reached the server."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    home = Homes(folder / "network").of(SHOP)
    before = server.run("report", "sales")
    with Program(home, environment) as program:
        scene = Scene(program, server, data, folder, say)
        amounts = scene.run()
    return verdict(before, server.run("report", "sales"), amounts, say)


def verdict(before: Mapping[str, Any], after: Mapping[str, Any], amounts: list[int], say: Say) -> int:
    """Whether headquarters' figures grew by these sales and nothing else."""
    more = int(after["orders"]) - int(before["orders"])
    grown = _minor(after["gross"]) - _minor(before["gross"])
    reached = more == len(amounts) and grown == sum(amounts)
    say("demo.step.arrived" if reached else "demo.step.missing", orders=more, sum=amount_text(grown))
    return 0 if reached else 1


def _minor(text: str) -> int:
    whole, _, part = str(text).partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0")[:2])


class Scene:
    """The steps, each told and photographed."""

    def __init__(self, program: Program, server: Server, data: DemoData, folder: Path, say: Say) -> None:
        self._program = program
        self._server = server
        self._codes = [one.barcodes[0].code for one in data.products]
        self._folder = folder
        self._say = say

    def run(self) -> list[int]:
        """Everything; the amounts of the sales made."""
        program, say = self._program, self._say
        program.sync()
        say("demo.step.online", url=self._server.url)
        first = self._sell("sale", self._codes[:SCANNED])
        self._server.stop()
        program.sync()
        say("demo.step.cut")
        second = self._sell("sale_offline", self._codes[SCANNED : SCANNED + OFFLINE])
        self._tell_waiting()
        self._show("sync_centre", "offline")
        self._server.start()
        say("demo.step.back")
        program.sync()
        wait_until("confirmed", lambda: self._states(first, second) == {"confirmed"})
        say("demo.step.confirmed", numbers=", ".join((first.number, second.number)))
        for screen in program.screens():
            self._show(screen, screen)
        say("demo.step.pictures", folder=self._folder)
        return [self._amount(one) for one in (first, second)]

    def _sell(self, name: str, codes: list[str]) -> Performed:
        """A sale by key presses: scan, F9, Enter takes the exact amount; what follows the sale is the program's own."""
        program = self._program
        page = program.open("order_entry")
        box = page.first_focus() if isinstance(page, Page) else page
        for number, code in enumerate(codes, 1):
            QTest.keyClicks(box, code)
            QTest.keyClick(box, Qt.Key.Key_Return)
            wait_until(code, lambda number=number: len(selling.load_draft(program.store).lines) == number)  # type: ignore[misc]
        wait_until("prices", lambda: isinstance(page, OrderEntryPage) and page.can("pay"))
        self._take_picture(name)
        heard: list[Performed] = []
        listening = program.workbench.performed.connect(heard.append)
        QTest.keyClick(box, Qt.Key.Key_F9)
        wait_until("payment", lambda: QApplication.activeModalWidget() is not None)
        paying = QApplication.activeModalWidget()
        if paying is not None:
            QTest.keyClick(paying.focusWidget(), Qt.Key.Key_Return)
        wait_until("sale", lambda: bool(heard))
        program.workbench.performed.disconnect(listening)
        done = heard[0]
        program.sync()
        self._say("demo.step.sold", number=done.number, lines=len(codes), sum=amount_text(self._amount(done)))
        return done

    def _amount(self, done: Performed) -> int:
        row = self._program.store.ledger.find(done.command_id)
        return int(row["amount"]) if row else 0

    def _states(self, *done: Performed) -> set[str]:
        rows = (self._program.store.ledger.find(one.command_id) for one in done)
        return {str(row["status"]) for row in rows if row}

    def _tell_waiting(self) -> None:
        unsent = syncing.status(self._program.store).unsent
        sums = " ".join(amount_text(amount, currency) for currency, amount in sorted(unsent.amounts.items()))
        self._say("demo.step.waiting", n=unsent.number, sum=sums)

    def _show(self, screen: str, name: str) -> None:
        self._program.open(screen)
        self._take_picture(name)

    def _take_picture(self, name: str) -> None:
        take(self._program.window, self._folder, name)
