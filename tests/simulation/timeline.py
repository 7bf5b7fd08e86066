"""Virtual time: events in order, and strands that wait for them. One thread, no clock but this one."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import Any

from greenlet import getcurrent, greenlet

from domain.kernel.clock import date_of

Work = Callable[[], object]


class Timeline:
    """Runs events in the order of their instants; those of one instant in the order they were planned.

    Attributes:
        now: milliseconds since 1970, as nobody's clock shows them.
    """

    def __init__(self, now: int) -> None:
        self.now = now
        self._events: list[tuple[int, int, Work]] = []
        self._planned = 0
        self._hub = getcurrent()

    def after(self, ms: int, work: Work) -> None:
        """Plan *work* so many milliseconds from now."""
        self._planned += 1
        heapq.heappush(self._events, (self.now + max(0, ms), self._planned, work))

    def run(self, until: int, done: Callable[[], bool] | None = None) -> bool:
        """Run events up to an instant, or until *done* says so after one of them; whether it did."""
        while self._events and self._events[0][0] <= until:
            self.now, _, work = heapq.heappop(self._events)
            work()
            if done is not None and done():
                return True
        self.now = max(self.now, until)
        return False

    @property
    def hub(self) -> Any:
        """The strand of the events themselves."""
        return self._hub


class Strand:
    """Work that waits in the middle, such as a round of synchronisation on its way to the server."""

    def __init__(self, timeline: Timeline, body: Work) -> None:
        self._timeline = timeline
        self._greenlet: Any = greenlet(lambda _first: body(), parent=timeline.hub)

    @property
    def alive(self) -> bool:
        """Whether it has not come to its end."""
        return not self._greenlet.dead

    def wake(self, value: object = None) -> None:
        """Go on with it, from an event."""
        if self.alive:
            self._greenlet.switch(value)

    def wait(self) -> Any:
        """Stop here until somebody wakes it; gives back what it is woken with."""
        return self._timeline.hub.switch()

    def end(self, error: BaseException) -> None:
        """Make it end where it waits; whoever asks goes on, also when that is another strand."""
        if self.alive:
            self._greenlet.parent = getcurrent()
            self._greenlet.throw(error)


class SwayingClock:
    """A machine's clock: virtual time plus what it is wrong by.

    Attributes:
        offset: milliseconds by which it is ahead; it jumps when somebody sets the clock.
    """

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self.offset = 0

    def now_ms(self) -> int:
        return self._timeline.now + self.offset

    def today(self) -> str:
        return date_of(self.now_ms())
