"""A window over a filled shop or headquarters, and the ways to everything that it can show."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.app.main_window import MainWindow
from desktop.app.scheduler import Scheduler
from desktop.features.order_entry import operations
from desktop.features.order_entry.draft import DraftLine, SaleDraft
from desktop.features.sign_in.lock_screen import LockScreen
from desktop.features.till import operations as till
from desktop.widgets.page import Page
from desktop.widgets.scan_desk import ScanDesk
from desktop.widgets.scanner import Scanner
from domain.orders.pricing import Wanted
from tests.desktop.app.ways import OF_HEADQUARTERS, WAYS, Way
from tests.desktop.app.wires import Wire
from tests.support.counter import Counter
from tests.support.looking import settle

SIZE = (1366, 768)
SCANNED = ("6902969882347", "6902265360100", "6907992100272")


@dataclass
class Shop:
    """The window and what is in it.

    Attributes:
        ways: to the dialogs that it has.
    """

    qtbot: QtBot
    counter: Counter
    window: MainWindow
    ways: tuple[Way, ...]

    @property
    def screens(self) -> list[str]:
        """In the order of the navigation; of headquarters' those that are not as in a shop."""
        own = {way.screen for way in self.ways}
        return [one for one in self.window.screen_ids if self.ways is WAYS or one in own]

    def ways_on(self, screen: str) -> list[Way]:
        """To the dialogs that are asked for on a screen."""
        return [way for way in self.ways if way.screen == screen]

    def show(self, screen: str) -> Page:
        """Bring a screen to the front, its rows read."""
        self.window.open_screen(screen)
        page = self.window.page
        assert isinstance(page, Page)
        self.read()
        return page

    def in_front(self) -> None:
        """The window is the active one, as after any dialog of a real desktop."""
        if not self.window.isActiveWindow():
            with self.qtbot.waitActive(self.window):
                self.window.activateWindow()

    def read(self) -> None:
        """What was asked of the store is shown."""
        threads = self.counter.threads
        for lane in (threads.writer, threads.reader, threads.reader, threads.writer):
            done: list[None] = []
            lane.task(lambda: None, self.window).on_done(done.append)
            self.qtbot.waitUntil(lambda done=done: bool(done))  # type: ignore[misc]
        settle()

    @contextmanager
    def dialog(self, page: Page, way: Way) -> Iterator[QWidget]:
        """What a way leads to; closed again at the end."""
        way.ask(self, page)
        self.qtbot.waitUntil(lambda: QApplication.activeModalWidget() is not None)
        opened = QApplication.activeModalWidget()
        assert type(opened) is way.dialog, f"{way.name} leads to {opened}"
        self.read()
        yield opened
        if isinstance(opened, LockScreen):
            opened.uncover()
            opened.deleteLater()
        else:
            opened.close()
        self.qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
        self.in_front()


def fill(counter: Counter) -> None:
    """An open shift with a sale, and an order put aside."""
    till.open_shift(counter.store, 200_00)
    operations.complete_sale(counter.store, [Wanted("A001", 2_000), Wanted("A002", 1_000)], payments=[("cash", 10**6)])
    draft = SaleDraft(lines=(DraftLine(code="A003", quantity=1_000),))
    operations.save_draft(counter.store, draft)
    operations.hold(counter.store, draft)


def opened(qtbot: QtBot, counter: Counter, *, scan: bool = True) -> Shop:
    """The window at 1366 × 768, with goods scanned where one scans."""
    scheduler = Scheduler(counter.workbench, lambda: Wire(cut=True), jitter=lambda: 1.0)
    window = MainWindow(counter.workbench, scheduler, Scanner())
    qtbot.addWidget(window)
    window.setFixedSize(*SIZE)
    with qtbot.waitActive(window):
        window.open_first()
        window.show()
        window.activateWindow()
    dealer = "order_entry" in window.screen_ids and counter.store.known.party_code != "HQ"
    shop = Shop(qtbot, counter, window, WAYS if dealer else OF_HEADQUARTERS)
    for screen in ("order_entry", "returns"):
        if scan and screen in shop.screens:
            _scan(shop, shop.show(screen))
    return shop


def _scan(shop: Shop, page: Page) -> None:
    assert isinstance(page, ScanDesk)
    shop.qtbot.waitUntil(lambda: page.is_ready)
    for code in SCANNED:
        page.scanned(code)
    shop.qtbot.waitUntil(lambda: len(page.rows) == len(SCANNED) and not page.is_reading)
