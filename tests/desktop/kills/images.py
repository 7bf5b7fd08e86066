"""What a kill leaves on the disk: the databases, copied at every moment at which they are others than before.

A process that dies takes nothing along but its memory: what a transaction had not committed is not there for whoever
opens the files next. So the states that a SIGKILL can leave are those between two commits. Each of them is copied here,
on the thread that writes, and opened like after a start. ``test_window_is_killed`` kills real windows as well.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import Engine, event, select

from desktop.features.order_entry import operations as selling
from desktop.features.orders import free_returns
from desktop.features.replenishment import operations as replenishing
from desktop.features.stock.sheet import Sheet
from desktop.store import forms
from desktop.store.forms import Values
from desktop.store.ledger_tables import command
from desktop.store.store import Store
from domain.kernel.tables import row_values, synced_tables
from tests.support.counter import Counter

FILES = ("ledger.db", "ledger.db-wal", "cache.db", "cache.db-wal")
State: TypeAlias = dict[str, Any]
"""Everything that somebody could see after a start: drafts and forms in hand, sealed commands, every row."""


class Images:
    """Copies of a counter's databases.

    Attributes:
        taken: the folders, oldest first; a state that was on the disk for longer is copied once.
    """

    def __init__(self, counter: Counter, folder: Path) -> None:
        self._counter, self._folder = counter, folder
        self._data = counter.folder / "data"
        self._last: tuple[tuple[int, int], ...] = ()
        self.taken: list[Path] = []

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Copy before each commit of the writer from now on."""
        event.listen(Engine, "commit", self._before_commit)
        try:
            yield
        finally:
            event.remove(Engine, "commit", self._before_commit)

    def take(self) -> int:
        """Copy the files as they are, unless they are as before; the place of the newest copy. Nobody else writes."""
        present = [self._data / name for name in FILES if (self._data / name).exists()]
        now = tuple((each.stat().st_size, each.stat().st_mtime_ns) for each in present)
        if now != self._last:
            self._last = now
            target = self._folder / f"{len(self.taken):04d}" / "data"
            target.mkdir(parents=True)
            for each in present:
                shutil.copyfile(each, target / each.name)
            self.taken.append(target)
        return len(self.taken) - 1

    @contextmanager
    def opened(self, place: int) -> Iterator[Store]:
        """The store as the next start of the program finds it."""
        store = Store(self.taken[place], self._counter.secrets, self._counter.clock)
        store.set_identity(self._counter.store.known)
        try:
            yield store
        finally:
            store.close()

    def state(self, place: int) -> State:
        """What is there after a start."""
        with self.opened(place) as store:
            return state_of(store)

    def _before_commit(self, _connection: object) -> None:
        if threading.current_thread().name.startswith("dealerdesk-writer"):
            self.take()


def state_of(store: Store) -> State:
    """What is there, by the same ways by which the screens read it."""
    sheets = {row["id"]: msgspec.json.decode(row["body"], type=Sheet) for row in store.ledger.drafts("stock")}
    with store.read() as connection:
        rows = {
            table.name: {
                str(row["id"]): row_values(table, dict(row)) for row in connection.execute(select(table)).mappings()
            }
            for table in synced_tables()
        }
    with store.ledger.transaction() as connection:
        sealed = [str(row[0]) for row in connection.execute(select(command.c.id).order_by(command.c.sequence))]
    return {
        # First: it takes up what was taken back to be entered anew.
        "sale": selling.load_draft(store),
        "held": {held.id: held.draft for held in selling.held_orders(store)},
        "return": free_returns.load_draft(store),
        "replenishment": replenishing.load_draft(store),
        "sheets": sheets,
        "forms": {name: plain(values) for name, values in forms.all_kept(store).items()},
        "sealed": sealed,
        "rows": rows,
    }


def plain(values: Values) -> dict[str, str]:
    """Numbers without their last noughts: a field writes them out when it is left, which is no other number."""
    return {of: text.rstrip("0").rstrip(".") if "." in text else text for of, text in values.items()}
