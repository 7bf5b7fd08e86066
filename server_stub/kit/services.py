"""The long-lived parts of a process, found by their class."""

from __future__ import annotations

from typing import Any, TypeVar

S = TypeVar("S")


class ServiceMap:
    """Keeps one object per class; bootstrap fills it, endpoints read it."""

    def __init__(self) -> None:
        self._parts: dict[type[Any], Any] = {}

    def add(self, part: S) -> S:
        """Keep *part* under its class.

        Raises:
            ValueError: there is one already.
        """
        kind = type(part)
        if kind in self._parts:
            raise ValueError(f"a second {kind.__name__}")
        self._parts[kind] = part
        return part

    def __getitem__(self, kind: type[S]) -> S:
        found: S = self._parts[kind]
        return found
