"""Back-pressure: how many heavy requests a process takes, and when it asks the others to come back.

A heavy request first needs room for its body, then a turn to be worked on. Who gets neither within a moment is refused
with the seconds after which there should be one: the refused are given places one after the other, so that five hundred
shops that come back at once do not all return in the same second. Everything here runs on the event loop.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from server_stub.kit.errors import TooMany

PATIENCE = 0.5
"""Seconds that a request waits for its turn before it is asked to come back."""
LONGEST_WAIT = 120
FIRST_GUESS = 0.5
"""Seconds of work that a request is believed to cost until some were measured."""
WEIGHT = 0.1
"""How much the newest request counts in the mean of what they cost."""


class Pressure:
    """Room and turns of one process.

    Attributes:
        reserved: bytes promised to bodies that are being read or worked on.
    """

    def __init__(
        self, *, turns: int, room: int, patience: float = PATIENCE, now: Callable[[], float] = time.monotonic
    ) -> None:
        """
        Args:
            turns: requests worked on at once.
            room: bytes of bodies in memory.
            now: seconds of any steady clock.
        """
        self._turns = asyncio.Semaphore(turns)
        self._many = turns
        self._room = room
        self._patience = patience
        self._now = now
        self._mean = FIRST_GUESS
        self._next_place = 0.0
        self.reserved = self._strangers = 0

    @contextmanager
    def room(self, size: int, *, stranger: bool = False) -> Iterator[None]:
        """Room for a body of so many bytes. Of strangers, who have not said yet who they are, one fits in any case, and
        more of them never hold beyond half: who announces much and sends it slowly must keep no shop out.

        Raises:
            TooMany: ``server_busy``.
        """
        held = self._strangers if stranger else 0
        if self.reserved + size > self._room or (held and held + size > self._room // 2):
            raise self._later()
        self.reserved += size
        self._strangers += size if stranger else 0
        try:
            yield
        finally:
            self.reserved -= size
            self._strangers -= size if stranger else 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """The right to be worked on.

        Raises:
            TooMany: ``server_busy``.
        """
        try:
            await asyncio.wait_for(self._turns.acquire(), self._patience)
        except TimeoutError:
            raise self._later() from None
        began = self._now()
        try:
            yield
        finally:
            self._mean += WEIGHT * (self._now() - began - self._mean)
            self._turns.release()

    def _later(self) -> TooMany:
        """The refusal, with the next place that is free."""
        now = self._now()
        self._next_place = min(max(self._next_place, now) + self._mean / self._many, now + LONGEST_WAIT)
        return TooMany("server_busy", seconds=max(1, math.ceil(self._next_place - now)))
