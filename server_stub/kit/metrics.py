"""Figures for a monitoring system, in the text format of Prometheus (version 0.0.4), and the counters behind them.

Label values come from the program (route templates, states, codes), never from a client: their number is bounded.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
NO_ROUTE = "(none)"
"""Template under which requests are counted that fit no route: their paths are anybody's words."""

Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Family:
    """One metric: its name, what kind of figure it is, what it says, and its values by labels."""

    name: str
    kind: Literal["counter", "gauge"]
    about: str
    values: Mapping[Labels, float]


def gauge(name: str, about: str, value: float) -> Family:
    """A figure without labels."""
    return Family(name, "gauge", about, {(): value})


def by_label(
    name: str, kind: Literal["counter", "gauge"], about: str, label: str, values: Mapping[str, float]
) -> Family:
    """Figures by the values of one label."""
    return Family(name, kind, about, {((label, key),): value for key, value in values.items()})


def exposition(families: Iterable[Family]) -> bytes:
    """The text; families and their values in order of their names and labels."""
    lines: list[str] = []
    for family in sorted(families, key=lambda one: one.name):
        lines.append(f"# HELP {family.name} {_escaped(family.about, quotes=False)}")
        lines.append(f"# TYPE {family.name} {family.kind}")
        for labels, value in sorted(family.values.items()):
            inside = ",".join(f'{name}="{_escaped(text, quotes=True)}"' for name, text in labels)
            lines.append(f"{family.name}{'{' + inside + '}' if inside else ''} {_number(value)}")
    return ("\n".join(lines) + "\n").encode()


def _escaped(text: str, *, quotes: bool) -> str:
    text = text.replace("\\", "\\\\").replace("\n", "\\n")
    return text.replace('"', '\\"') if quotes else text


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))


@dataclass(slots=True)
class Tally:
    """Counts since the start of this process, by labels; safe to share between threads."""

    names: Sequence[str]
    _counts: dict[Labels, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, *values: str, by: int = 1) -> None:
        """One more for these values of the labels, in the order of their names."""
        labels = tuple(zip(self.names, values, strict=True))
        with self._lock:
            self._counts[labels] = self._counts.get(labels, 0) + by

    def family(self, name: str, about: str) -> Family:
        """What was counted."""
        with self._lock:
            return Family(name, "counter", about, dict(self._counts))


class RequestTally(Tally):
    """Answers by method, route template and status."""

    def __init__(self) -> None:
        super().__init__(("method", "route", "status"))


class CommandTally(Tally):
    """Acknowledgements of pushed commands by what became of them."""

    def __init__(self) -> None:
        super().__init__(("outcome",))
