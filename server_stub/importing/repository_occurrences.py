"""How often a line has stood in the file so far, in bounded memory: a file may be larger than this machine's."""

from __future__ import annotations

import sqlite3
from types import TracebackType

CACHE_KIB = 32 * 1024


class Occurrences:
    """Counts keys in a private temporary database on disk that vanishes when it is closed.

    Keys are 16 bytes. Nothing in it has to survive a power cut.
    """

    def __init__(self) -> None:
        self._seen = sqlite3.connect("", isolation_level=None)
        for setting in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{CACHE_KIB}"):
            self._seen.execute(f"PRAGMA {setting}")
        self._seen.execute("CREATE TABLE seen (key BLOB PRIMARY KEY, times INTEGER NOT NULL) WITHOUT ROWID")
        self._seen.execute("BEGIN")
        self._cursor = self._seen.cursor()

    def nth(self, key: bytes) -> int:
        """1 when *key* comes for the first time, 2 for the second …"""
        self._cursor.execute("INSERT OR IGNORE INTO seen VALUES (?, 1)", (key,))
        if self._cursor.rowcount == 1:
            return 1
        again = "UPDATE seen SET times = times + 1 WHERE key = ? RETURNING times"
        return int(self._cursor.execute(again, (key,)).fetchone()[0])

    def __enter__(self) -> Occurrences:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        self._cursor.close()
        self._seen.close()
