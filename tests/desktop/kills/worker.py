"""A window in a process of its own on which somebody works until it is killed, or which says what is there.

Usage: ``python -m tests.desktop.kills.worker STEP …``. Once everything is kept, the name of the next step is a line of
output, and it is done at once; at the end there is one more line: what the screens show, as JSON.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.app.bootstrap import Client, application
from desktop.features.order_entry.order_entry_view import OrderEntryPage
from desktop.features.order_entry.pay_dialog import PayDialog
from desktop.features.orders.free_return_view import FreeReturnPage
from desktop.features.replenishment.replenishment_view import ReplenishmentPage
from desktop.features.stock.stock_view import StockPage
from desktop.features.till import operations as till
from desktop.features.till.dialogs import CountDialog
from desktop.features.till.till_view import TillPage
from desktop.platform.paths import home_paths
from domain import registry

RICE, SAUCE = "6902969882347", "6902265360100"
PRICE = 45_0000


class Worker:
    """The window and the steps that somebody can take in it."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def quiet(self) -> None:
        """Nothing is on its way."""
        assert self.client.workbench is not None
        threads = self.client.workbench.threads
        for _ in range(4):
            for lane in (threads.writer, threads.reader, threads.reader):
                lane.run(lambda: None).result()
            QApplication.processEvents()

    def page(self, screen: str) -> Any:
        """A screen, brought to the front, its rows read."""
        assert self.client.window is not None
        self.client.window.open_screen(screen)
        self.quiet()
        return self.client.window.page

    def sell(self) -> None:
        """Two products at a price that was put by hand, something let off, a customer's note."""
        page = self.page("order_entry")
        assert isinstance(page, OrderEntryPage)
        for code in (RICE, SAUCE):
            page.scanned(code)
        for line in page.edit.draft.lines:
            page.edit.put_price(line.key, PRICE)
        page.edit.put_order_discount(5_00, "old")
        page.edit.put_notes("A001", "no bag", "gift")
        page.keep()

    def part(self) -> None:
        """Twenty by card; the rest is still due."""
        page = self.page("order_entry")
        assert isinstance(page, OrderEntryPage)
        page.pay()
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, PayDialog)
        QTest.keyClicks(dialog.field, "20")
        dialog.means["card"].click()
        dialog.reject()

    def pay(self) -> None:
        """The rest in cash."""
        page = self.page("order_entry")
        assert isinstance(page, OrderEntryPage)
        page.pay()
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, PayDialog)
        dialog.button("take").click()

    def hold(self) -> None:
        """Put it aside."""
        page = self.page("order_entry")
        assert isinstance(page, OrderEntryPage)
        page.hold()

    def take_back(self) -> None:
        """Goods without their receipt."""
        page = self.page("returns")
        assert isinstance(page, FreeReturnPage)
        page.scanned(RICE)
        page.move_line()

    def order(self) -> None:
        """Goods of the upline."""
        page = self.page("replenishment")
        assert isinstance(page, ReplenishmentPage)
        page.scanned(SAUCE)
        QTest.keyClicks(page.note_line, "soon")

    def count_goods(self) -> None:
        """A shelf."""
        page = self.page("stock")
        assert isinstance(page, StockPage)
        page.show_count()
        self.quiet()
        page.scanned(RICE)

    def count_cash(self) -> None:
        """Some notes of the drawer."""
        assert self.client.workbench is not None
        self.client.workbench.do(lambda store: till.open_shift(store, 100_00))
        dialog = self.counting()
        QTest.keyClicks(dialog.notes[10_000], "3")
        QTest.keyClicks(dialog.other, "12.5")

    def counting(self) -> CountDialog:
        """The count."""
        page = self.page("till")
        assert isinstance(page, TillPage)
        page.close_shift()
        self.quiet()
        dialog = page.dialog
        assert isinstance(dialog, CountDialog)
        return dialog

    def shown(self) -> dict[str, Any]:
        """What stands on the screens."""
        sale, back = self.page("order_entry"), self.page("returns")
        order, stock = self.page("replenishment"), self.page("stock")
        assert isinstance(sale, OrderEntryPage)
        assert isinstance(stock, StockPage)
        stock.show_count()
        self.quiet()
        till_page = self.page("till")
        assert stock.sheet is not None
        assert self.client.workbench is not None
        return {
            "sale": sale.edit.draft.text(),
            "amounts": [line.amount for line in sale.rows],
            "held": sorted(held.draft.text() for held in sale.held),
            "return": back.edit.draft.text(),
            "order": [order.edit.draft.note, [line.quantity for line in order.rows], order.note_line.text()],
            "sheet": [[line.code, line.quantity] for line in stock.sheet.rows],
            "cash": self.counting().counted if till_page.is_open else None,
            "sealed": [row["kind"] for row in self.client.workbench.store.ledger.recent()],
        }


def main(steps: list[str]) -> None:
    """Open, work, tell; then wait for the end."""
    registry.commands()
    app = application()
    client = Client(home_paths())
    client.start()
    worker = Worker(client)

    def work() -> None:
        for step in steps:
            worker.quiet()
            say(step)
            getattr(worker, step)()
        worker.quiet()
        say(json.dumps(worker.shown()))

    QTimer.singleShot(0, work)
    app.exec()


def say(line: str) -> None:
    """A line for whoever started this."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
