"""Rate limits that stay small: a flood of new names pushes out the oldest entries, never the memory."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from domain.kernel.clock import Clock
from server_stub.kit.errors import TooMany

MAX_KEYS = 10_000


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at_ms: int


class RateLimit:
    """So many events in a row for each key, then so many a minute; a token bucket with at most *max_keys* keys."""

    def __init__(self, clock: Clock, *, burst: int, per_minute: int, max_keys: int = MAX_KEYS) -> None:
        self._clock = clock
        self._burst = burst
        self._per_ms = per_minute / 60_000
        self._max_keys = max_keys
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, key: str) -> int:
        """Count one event: 0 when it may happen, else the seconds to wait until one may."""
        now = self._clock.now_ms()
        with self._lock:
            bucket = self._buckets.pop(key, None) or _Bucket(self._burst, now)
            # A clock set back gives nothing and takes nothing.
            bucket.tokens = min(self._burst, bucket.tokens + max(0, now - bucket.at_ms) * self._per_ms)
            bucket.at_ms = now
            self._buckets[key] = bucket
            if len(self._buckets) > self._max_keys:
                self._buckets.popitem(last=False)
            if bucket.tokens >= 1:
                bucket.tokens -= 1
                return 0
            return int((1 - bucket.tokens) / self._per_ms / 1000) + 1

    def admit(self, key: str) -> None:
        """Count one event, or say when one may happen again.

        Raises:
            TooMany: ``too_many_requests``.
        """
        seconds = self.take(key)
        if seconds:
            raise TooMany("too_many_requests", seconds=seconds)
