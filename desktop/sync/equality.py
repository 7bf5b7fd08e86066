"""Whether this PC has what the server shows it: compared with each pull, mended channel by channel, and reported.

The kept sums are compared first. When they differ, or once a week, the rows are counted; what still differs then is
really another thing than at the server, and these channels alone are taken anew. Source: SYNC point 20.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.store import cache as caching, slices, sums
from desktop.store.store import Store
from domain.kernel.sums import Sums, together
from domain.kernel.tables import metadata
from domain.kernel.wire import Equality

log = logging.getLogger(__name__)

WEEK_MS = 7 * 86_400_000
REPAIRS = "repairs"
"""Key of the cache's meta that keeps the newest repairs, JSON."""
MOST_REPAIRS = 20
AGAIN_MS = 24 * 3_600_000
"""A channel that was taken anew and still differs is not taken again so soon: the fault is not here."""


@dataclass(slots=True)
class EqualityCheck:
    """Compares with what the server told.

    Attributes:
        run: runs a piece of work on the thread that owns the databases.
    """

    store: Store
    run: Callable[[Callable[[], Any]], Any]

    def wrong_channels(self, told: Equality, *, thorough: bool = False) -> list[str]:
        """The channels whose rows are not those of the server.

        Args:
            thorough: count the rows, whatever is kept.
        """
        with self.store.read() as connection:
            known = sums.channels_of(connection) == sorted(told.channels)
            due = abs(self.store.clock.now_ms() - sums.counted_at(connection)) >= WEEK_MS
            own = sums.kept(connection) if known and not due and not thorough else None
        wrong = _differing(own, told) if own is not None else sorted(told.channels)
        if not wrong:
            return []
        counted = self._count(told)
        if counted is None:
            return []
        found = _differing(counted, told)
        if own is not None and not found:
            log.warning("the kept sums had drifted", extra={"channels": wrong})
        return found

    def _count(self, told: Equality) -> Sums | None:
        with self.store.read() as connection:
            counted = sums.count(connection, told.channels)
        if counted is not None:
            self.run(lambda: self._keep(told.channels, counted))
        return counted

    def _keep(self, channels: Sequence[str], counted: Sums) -> None:
        with self.store.cache.write() as connection:
            sums.keep(connection, channels, counted, self.store.clock.now_ms())

    def to_repair(self, wrong: Sequence[str]) -> list[str]:
        """Those of *wrong* that are to be taken anew; each is noted for the diagnostics."""
        now = self.store.clock.now_ms()
        with self.store.read() as connection:
            noted = repairs(caching.get_meta(connection, REPAIRS))
        lately = {one.get("channel") for one in noted if abs(now - one["at"]) < AGAIN_MS}
        fresh = [channel for channel in wrong if channel not in lately]
        for channel in wrong:
            log.error("what this PC has is not what the server shows it", extra={"channel": channel})
        if fresh:
            self.run(lambda: note_repairs(self.store, [{"channel": channel} for channel in fresh]))
        return fresh


def note_repairs(store: Store, mended: Sequence[Mapping[str, Any]]) -> None:
    """Keep for the diagnostics what was mended now: a ``channel``, or so many ``rows`` of a ``table``."""
    with store.cache.write() as connection:
        noted = repairs(caching.get_meta(connection, REPAIRS))
        noted += [{**one, "at": store.clock.now_ms()} for one in mended]
        caching.set_meta(connection, REPAIRS, json.dumps(noted[-MOST_REPAIRS:]))


def recount(store: Store) -> tuple[int, int]:
    """(sums compared, how many were not those of the rows): what was counted stays, so that the next pull compares the
    rows themselves with the server's, contents and all. Nothing is compared before the first pull or while a pending
    command hides a row.
    """
    with store.read() as connection:
        channels = sums.channels_of(connection)
        counted = sums.count(connection, channels) if channels is not None else None
        kept = sums.kept(connection)
    if channels is None or counted is None:
        return 0, 0
    with store.cache.write() as connection:
        sums.keep(connection, channels, counted, store.clock.now_ms())
        slices.ask_for_pass(connection)
    keys = kept.keys() | counted.keys()
    return len(keys), sum(kept.get(key) != counted.get(key) for key in keys)


def repairs(kept: str | None) -> list[dict[str, Any]]:
    """The newest repairs, oldest first: ``channel``, or ``table`` and ``rows``; ``at`` (ms)."""
    return list(json.loads(kept)) if kept else []


def _differing(own: Sums, told: Equality) -> list[str]:
    """Channels with another sum; tables that only a newer server knows are left out."""
    mine = together(own, told.since)
    theirs = {key: number for key, number in told.told.items() if key[1] in metadata.tables}
    return sorted({key[0] for key in mine.keys() | theirs.keys() if mine.get(key, 0) != theirs.get(key, 0)})
