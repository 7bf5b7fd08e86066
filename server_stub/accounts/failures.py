"""Failed sign-ins with names that nobody has: locked like real ones, so that a lock tells nothing, in bounded memory.

Each API process counts for itself; real names are counted in the database.
"""

from __future__ import annotations

import threading
from collections import OrderedDict

from server_stub.accounts.rules import lock_ms

MAX_NAMES = 10_000


class UnknownNames:
    """Counts failures per name; the name not tried for longest is forgotten first."""

    def __init__(self, max_names: int = MAX_NAMES) -> None:
        self._max_names = max_names
        self._names: OrderedDict[str, tuple[int, int]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._names)

    def locked_until(self, key: str) -> int:
        """The instant (ms) until which the name is locked; 0 when it never was."""
        with self._lock:
            return self._names.get(key, (0, 0))[1]

    def record(self, key: str, now: int) -> None:
        """Count one failure."""
        with self._lock:
            failed = self._names.pop(key, (0, 0))[0] + 1
            self._names[key] = (failed, now + lock_ms(failed))
            if len(self._names) > self._max_names:
                self._names.popitem(last=False)
