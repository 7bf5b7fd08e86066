"""Ends of a wire that need no server."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.sync.transport import Offline, ServerBusy
from domain.kernel.wire import (
    FeedPage,
    PushAck,
    PushAnswer,
    PushBatch,
    SliceAsked,
    SliceSum,
    SnapshotChunk,
    SnapshotStart,
)


class Wire:
    """Takes every envelope and has no news; ``cut`` makes it fail, ``busy`` is the seconds that it asks for.

    Attributes:
        pushed: envelopes taken.
        asked: how often it was asked for news.
    """

    def __init__(self, *, cut: bool = False, busy: int = 0) -> None:
        self.busy = busy
        self.cut = cut
        self.pushed = 0
        self._expected = 1
        self.asked = 0

    def push(self, batch: PushBatch) -> PushAnswer:
        """Acknowledge all; an empty batch only asks what is expected."""
        self._check()
        self.pushed += len(batch.items)
        acks = [PushAck(item.sequence, "accepted") for item in batch.items]
        if batch.items:
            self._expected = batch.items[-1].sequence + 1
        return PushAnswer(acks, self._expected)

    def feed(self, cursor: str | None) -> FeedPage:
        """Nothing new."""
        self.asked += 1
        self._check()
        return FeedPage(cursor or "c", more=False, reset=False, commits=[])

    def snapshot_start(
        self, cursor: str | None = None, resume: str | None = None, again: Sequence[str] = ()
    ) -> SnapshotStart:
        """Never asked for."""
        raise Offline("no_snapshot")

    def snapshot_chunk(self, table: str, after: str, token: str = "") -> SnapshotChunk:
        """Never asked for."""
        raise Offline("no_snapshot")

    def slice_sum(self, asked: SliceAsked) -> SliceSum:
        """Never asked for."""
        raise Offline("no_snapshot")

    def _check(self) -> None:
        if self.cut:
            raise Offline("cut")
        if self.busy:
            raise ServerBusy("server_busy", seconds=self.busy)
