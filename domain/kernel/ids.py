"""Identifiers: UUIDv7 for what is new, derived ids for what a command makes, stable ids for what is unique by nature.

All ids are canonical lower-case text of 36 characters. A derived id keeps the time prefix of its command, so rows of
one command lie together in every index.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable

from domain.kernel.clock import Clock

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

HQ_PARTY_ID = "00000000-0000-8000-8000-000000000001"
"""Headquarters' party: one per network, so that rules can name it without a look-up."""


def _format(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def is_id(text: object) -> bool:
    """Whether *text* is an id in canonical form."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None


class IdSource:
    """Makes UUIDv7 ids in strictly rising order from an injected clock and source of random bytes."""

    def __init__(self, clock: Clock, random_bytes: Callable[[int], bytes] = os.urandom) -> None:
        self._clock = clock
        self._random_bytes = random_bytes
        self._last_ms = 0
        self._counter = 0

    def new(self) -> str:
        """The next id; ids of one source sort in the order of their making, also within a millisecond."""
        ms = max(self._clock.now_ms(), self._last_ms)
        if ms == self._last_ms:
            self._counter += 1
            if self._counter > 0xFFF:
                ms, self._counter = ms + 1, 0
        else:
            self._counter = 0
        self._last_ms = ms
        tail = int.from_bytes(self._random_bytes(8), "big") & 0x3FFF_FFFF_FFFF_FFFF
        return _format(f"{ms & 0xFFFF_FFFF_FFFF:012x}7{self._counter:03x}{tail | 0x8000_0000_0000_0000:016x}")


def derive_id(base: str, role: str, index: int = 0) -> str:
    """The id of the row that command *base* makes in *role* at *index*; the same on both sides, for ever."""
    digest = hashlib.sha256(f"{base}/{role}/{index}".encode()).hexdigest()
    return f"{base[:13]}-8{digest[:3]}-a{digest[3:6]}-{digest[6:18]}"


def stable_id(*parts: str) -> str:
    """The id of a thing that is unique by its nature, such as the balance of a product at a place."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
    return _format(f"{digest[:12]}8{digest[12:15]}a{digest[15:30]}")
