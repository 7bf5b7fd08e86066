"""Change sets: which rows of which tables are different now, told to every screen once."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Set
from typing import TypeAlias

from PySide6.QtCore import QObject, Signal

from desktop.platform.ui_thread import UiThread

ChangeSet: TypeAlias = Mapping[str, Set[str] | None]
"""Table name → ids of the rows that changed, or None for "many, read again"."""


def merged(first: ChangeSet, second: ChangeSet) -> dict[str, Set[str] | None]:
    """Both change sets as one."""
    result = dict(first)
    for table, ids in second.items():
        known = result.get(table, frozenset())
        result[table] = None if ids is None or known is None else known | ids
    return result


def touches(change_set: ChangeSet, *tables: str) -> bool:
    """Whether any of ``tables`` changed."""
    return any(table in change_set for table in tables)


def touches_row(change_set: ChangeSet, table: str, row_id: str) -> bool:
    """Whether this row changed, or may have."""
    if table not in change_set:
        return False
    ids = change_set[table]
    return ids is None or row_id in ids


class Changes(QObject):
    """The broadcast: whoever changed rows says so here, each visible screen decides whether to read again.

    Signals:
        changed(ChangeSet): on the UI thread. What other threads report while the UI thread is busy is merged into one.
    """

    changed = Signal(object)

    def __init__(self, ui: UiThread) -> None:
        super().__init__()
        self._ui = ui
        self._lock = threading.Lock()
        self._waiting: dict[str, Set[str] | None] = {}

    def broadcast(self, change_set: ChangeSet) -> None:
        """Tell everybody; from any thread. An empty change set is silent."""
        if not change_set:
            return
        if self._ui.is_current():
            self.changed.emit(change_set)
            return
        with self._lock:
            first = not self._waiting
            self._waiting = merged(self._waiting, change_set)
        if first:
            self._ui.post(self._tell_waiting)

    def _tell_waiting(self) -> None:
        with self._lock:
            change_set, self._waiting = self._waiting, {}
        self.changed.emit(change_set)
