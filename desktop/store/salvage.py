"""Reading what can still be read of a damaged database, row by row.

Once it has met a bad page a connection of SQLCipher reads nothing any more, so each failure takes a new one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher

from desktop.store.copies import opened

MOST_MISSED = 500
"""So many rows in a row that cannot be read are the end, looked at from either side."""
HIGHEST = 2**63 - 1
ONWARDS, BACKWARDS = "rowid > ? ORDER BY rowid", "rowid < ? ORDER BY rowid DESC"


class Salvage:
    """A damaged file. Rows are asked for one by one by their place: a bad page hides its own rows only.

    Attributes:
        missed: how many times nothing could be read, in the table read last.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self._path, self._key = path, key
        self._stack = ExitStack()
        self._connection: Any = None
        self.missed = 0

    def close(self) -> None:
        """Close the file."""
        self._connection = None
        self._stack.close()

    def table(self, name: str, columns: Sequence[str]) -> list[tuple[Any, ...]]:
        """The rows of a table that can be read."""
        self.missed = 0
        found = {row[0]: row[1:] for row in self._walk(name, columns, ONWARDS, 0, 1)}
        if self.missed:
            end = self._highest(name)
            for row in self._walk(name, columns, BACKWARDS, end + 1, -1):
                if row[0] in found:
                    break
                found[row[0]] = row[1:]
        return [found[place] for place in sorted(found)]

    def _walk(self, name: str, columns: Sequence[str], way: str, start: int, step: int) -> Iterator[tuple[Any, ...]]:
        # Names come from our own tables.
        question = f"SELECT rowid, {', '.join(columns)} FROM {name} WHERE {way} LIMIT 1"  # noqa: S608  # nosec B608
        at, missed = start, 0
        while missed < MOST_MISSED:
            try:
                row = self._ask(question, at)
            except sqlcipher.DatabaseError:
                at, missed, self.missed = at + step, missed + 1, self.missed + 1
                continue
            if row is None:
                return
            at, missed = row[0], 0
            yield row

    def _highest(self, name: str) -> int:
        try:
            row = self._ask(f"SELECT max(rowid) FROM {name} WHERE rowid < ?", HIGHEST)  # noqa: S608  # nosec B608
        except sqlcipher.DatabaseError:
            return 0
        return int(row[0] or 0) if row else 0

    def _ask(self, question: str, at: int) -> tuple[Any, ...] | None:
        try:
            if self._connection is None:
                self._connection = self._stack.enter_context(opened(self._path, self._key))
            found: tuple[Any, ...] | None = self._connection.execute(question, (at,)).fetchone()
        except sqlcipher.DatabaseError:
            self.close()
            raise
        return found
