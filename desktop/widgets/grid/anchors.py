"""Keys of rows whose number is known: the way to any of a million rows without counting from the first."""

from __future__ import annotations

from bisect import bisect_right, insort
from typing import Any


class AnchorBook:
    """Row number → key, for some rows of one query.

    Not safe for use by several threads at once; its owner locks.
    """

    def __init__(self) -> None:
        self._numbers: list[int] = []
        self._keys: dict[int, Any] = {}

    def learn(self, number: int, key: Any) -> None:
        """Row ``number`` has ``key``."""
        if number not in self._keys:
            insort(self._numbers, number)
        self._keys[number] = key

    def before(self, number: int) -> tuple[int, Any] | None:
        """The last known row that stands before ``number``, with its key."""
        position = bisect_right(self._numbers, number - 1)
        if not position:
            return None
        known = self._numbers[position - 1]
        return known, self._keys[known]

    def __len__(self) -> int:
        """How many rows are known."""
        return len(self._numbers)
