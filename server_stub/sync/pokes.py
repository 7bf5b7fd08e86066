"""Live poke: a stream of server-sent events for each device that tells that there is something new, and no more.

An idle stream is a coroutine: it holds no thread and no database connection. One job for each process looks, several
times a second while anybody listens, which channels new commits have, whoever committed them. What is lost on the way
costs nothing: counters poll all the same.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from sqlalchemy.exc import SQLAlchemyError

from server_stub.kit.database import Database
from server_stub.kit.errors import TooMany
from server_stub.sync import repository
from server_stub.sync.network import subscription_of

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.3
HEARTBEAT_SECONDS = 15.0
"""Proxies end connections on which nothing moves; most wait a minute."""
LIFE_SECONDS = 600.0
"""A stream ends after so long, and its device comes back with a fresh token and its channels of then."""
MOST_STREAMS = 10_000
BUSY_SECONDS = 60
COMMITS = 1000
"""Commits looked at in one turn."""
HEARTBEAT = b": \n\n"
HEADERS = {"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"}
"""No proxy may gather or repack what must come at once."""


@dataclass(eq=False, slots=True)
class Stream:
    """One device's stream.

    Attributes:
        sequence: newest commit of its channels.
        told: the one that it was told last.
        ended: the server stops, or the device opened another stream.
    """

    device_id: str
    channels: frozenset[str] = frozenset()
    sequence: int = 0
    told: int = 0
    ended: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def news(self, sequence: int) -> None:
        """There is a commit for it."""
        if sequence > self.sequence:
            self.sequence = sequence
            self.changed.set()

    def end(self) -> None:
        """Let it end at once."""
        self.ended = True
        self.changed.set()


class Pokes:
    """The streams of one process. Everything but :meth:`look` runs on the event loop."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._streams: dict[str, Stream] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._last: int | None = None
        self._ended = False

    def __len__(self) -> int:
        return len(self._streams)

    def admit(self) -> None:
        """Whether there is room for one more.

        Raises:
            TooMany: ``server_busy``.
        """
        if len(self._streams) >= MOST_STREAMS:
            raise TooMany("server_busy", seconds=BUSY_SECONDS)

    async def lines(self, party_id: str, device_id: str) -> AsyncIterator[bytes]:
        """The events of a device until it goes, opens another stream, or the server stops."""
        stream = Stream(device_id)
        self._loop = asyncio.get_running_loop()
        until = self._loop.time() + LIFE_SECONDS
        older = self._streams.pop(device_id, None)
        if older is not None:
            older.end()
        self._streams[device_id] = stream
        try:
            yield HEARTBEAT
            stream.channels, newest, head = await asyncio.to_thread(self._stand, party_id, device_id)
            if self._last is None:
                self._last = head
            stream.news(newest)
            while not (stream.ended or self._ended) and self._loop.time() < until:
                try:
                    await asyncio.wait_for(stream.changed.wait(), HEARTBEAT_SECONDS)
                except TimeoutError:
                    yield HEARTBEAT
                    continue
                stream.changed.clear()
                if stream.sequence > stream.told and not stream.ended:
                    stream.told = stream.sequence
                    yield b"data: %d\n\n" % stream.told
        except SQLAlchemyError:
            log.warning("a stream ends: the database does not answer", exc_info=True)
        finally:
            if self._streams.get(device_id) is stream:
                del self._streams[device_id]

    def end(self) -> None:
        """End all streams: the server stops."""
        self._ended = True
        for stream in list(self._streams.values()):
            stream.end()

    def _stand(self, party_id: str, device_id: str) -> tuple[frozenset[str], int, int]:
        """(channels of a device, their newest commit, the newest of all)."""
        with self._db.read(stable=True) as connection:
            channels = subscription_of(connection, party_id, device_id).channels
            return frozenset(channels), repository.newest_in(connection, channels), repository.head_sequence(connection)

    def look(self) -> None:
        """Tell the streams about commits since the last look; called by a job, on a thread of its own."""
        if not self._streams:
            self._last = None
            return
        loop, last = self._loop, self._last
        if loop is None or last is None or loop.is_closed():
            return
        with self._db.read(stable=True) as connection:
            found = repository.commits_after(connection, last, COMMITS)
        if not found:
            return
        newest: dict[str, int] = {}
        for sequence, entries in found:
            newest.update(dict.fromkeys(json.loads(entries), sequence))
        self._last = found[-1][0]
        loop.call_soon_threadsafe(self._deliver, newest)

    def _deliver(self, newest: dict[str, int]) -> None:
        for stream in self._streams.values():
            stream.news(max((newest[one] for one in stream.channels & newest.keys()), default=0))
