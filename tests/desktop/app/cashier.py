"""A window in a process of its own that scans what it is told and says what is kept; killed by its test.

Usage: ``python -m tests.desktop.app.cashier CODE …``; each line of output is a JSON list of [code, thousandths].
"""

from __future__ import annotations

import json
import sys

from PySide6.QtCore import QTimer

from desktop.app.bootstrap import Client, application
from desktop.features.order_entry.order_entry_view import OrderEntryPage
from desktop.platform.paths import home_paths
from domain import registry

LOOK_MS = 5


def main(codes: list[str]) -> None:
    """Open, scan, tell; then wait for the end."""
    registry.commands()
    app = application()
    client = Client(home_paths())
    client.start()
    page = client.window.page if client.window else None
    if not isinstance(page, OrderEntryPage):
        raise SystemExit("order entry is not in front")
    for code in codes:
        page.scanned(code)
    told: list[str] = []

    def tell() -> None:
        """Once the ledger has what is in hand and the lines are on the screen."""
        lines = page.edit.draft.lines
        if page.kept != page.edit.draft or len(page.rows) != len(lines):
            return
        now = json.dumps([[line.code, line.quantity] for line in lines])
        if [now] != told[-1:]:
            told.append(now)
            sys.stdout.write(now + "\n")
            sys.stdout.flush()

    timer = QTimer()
    timer.timeout.connect(tell)
    timer.start(LOOK_MS)
    app.exec()


if __name__ == "__main__":
    main(sys.argv[1:])
