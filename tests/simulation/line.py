"""The line between a counter and the server: it loses, delays, repeats and is cut; virtual time passes on it."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any, Protocol

import requests

from tests.simulation.timeline import Strand, Timeline
from tests.simulation.trouble import Trouble

TIMEOUT_MS = 60_000
"""After so long a counter gives up waiting, as the product's reading time-out has it."""
REFUSED_MS = 20


@dataclass(frozen=True, slots=True)
class Question:
    """A request as it travels."""

    method: str
    path: str
    headers: dict[str, str]
    query: dict[str, str]
    body: bytes


class Answering(Protocol):
    """Whoever answers at the other end."""

    def answer(self, asked: Question) -> requests.Response | None:
        """The answer; None when nobody is there or it died over it."""


@dataclass(slots=True)
class Weather:
    """How bad the line of one counter is; probabilities from 0 to 1, times in milliseconds."""

    lost_questions: float = 0.0
    lost_answers: float = 0.0
    repeated: float = 0.0
    slow: float = 0.0
    cut_until: int = 0


@dataclass(slots=True)
class Line:
    """One counter's line.

    Attributes:
        strand: the round that is under way on the counter.
    """

    timeline: Timeline
    chance: Random
    server: Answering
    weather: Weather
    trouble: Trouble
    strand: Strand | None = None

    def exchange(self, asked: Question) -> requests.Response:
        """Send and wait.

        Raises:
            requests.ConnectionError, requests.ReadTimeout: as the real library says that nothing came back.
        """
        waiting = _Waiting(self.strand, self.trouble)
        there = self._delay()
        if self.timeline.now < self.weather.cut_until or self.chance.random() < self.weather.lost_questions:
            self.timeline.after(REFUSED_MS if self.chance.random() < 0.7 else TIMEOUT_MS, waiting.give_up)
        else:
            self.timeline.after(there, lambda: self._deliver(asked, waiting))
            self.timeline.after(TIMEOUT_MS, waiting.give_up)
        if self.chance.random() < self.weather.repeated:
            self.timeline.after(there + self._delay() * 7, lambda: self.server.answer(asked))
        return waiting.outcome()

    def _deliver(self, asked: Question, waiting: _Waiting) -> None:
        answer = self.server.answer(asked)
        if answer is None:
            self.timeline.after(REFUSED_MS, waiting.give_up)
        elif self.timeline.now >= self.weather.cut_until and self.chance.random() >= self.weather.lost_answers:
            self.timeline.after(self._delay(), lambda: waiting.take(answer))

    def _delay(self) -> int:
        if self.chance.random() < self.weather.slow:
            return self.chance.randrange(1_000, 90_000)
        return self.chance.randrange(5, 200)


@dataclass(slots=True)
class _Waiting:
    """A strand that waits for one answer; what comes after it gave up is thrown away."""

    strand: Strand | None
    trouble: Trouble
    over: bool = False

    def take(self, answer: requests.Response) -> None:
        if not self.over and self.strand is not None:
            self.over = True
            self.strand.wake(answer)

    def give_up(self) -> None:
        if not self.over and self.strand is not None:
            self.over = True
            self.strand.wake(None)

    def outcome(self) -> requests.Response:
        if self.strand is None:
            raise RuntimeError("only a strand can wait for an answer")
        with self.trouble.work_of(None):
            answer = self.strand.wait()
        if answer is None:
            raise requests.ConnectionError("nobody answered")
        found: requests.Response = answer
        return found


class LineSession(requests.Session):
    """What the real client takes for an HTTP session."""

    def __init__(self, line: Line) -> None:
        super().__init__()
        self._line = line

    def request(self, method: Any, url: Any, **more: Any) -> requests.Response:  # type: ignore[override]  # as called
        """One exchange over the line."""
        path = "/" + str(url).split("/", 3)[3]
        headers = {str(name).lower(): str(value) for name, value in (more.get("headers") or {}).items()}
        return self._line.exchange(
            Question(str(method), path, headers, dict(more.get("params") or {}), more.get("data") or b"")
        )
