"""What a round of synchronisation asks of the wire, and how the wire can fail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from domain.kernel.errors import DomainError
from domain.kernel.wire import FeedPage, PushAnswer, PushBatch, SliceAsked, SliceSum, SnapshotChunk, SnapshotStart

LEAST_S, LONGEST_S = 1, 3600
"""What a server may ask for; anything else is read as "soon"."""


class Offline(Exception):
    """The server cannot be reached now; everything is kept and the next round tries again."""


class SignInNeeded(DomainError):
    """The session has ended; the queue is held until somebody signs in."""


class ServerRefused(DomainError):
    """The server answered with a coded error."""


class ServerBusy(ServerRefused):
    """The server has too much to do and says when to come back.

    Attributes:
        seconds: after how long.
    """

    def __init__(self, code: str, /, **params: Any) -> None:
        super().__init__(code, **params)
        told = params.get("seconds")
        self.seconds = told if isinstance(told, int) and 0 < told <= LONGEST_S else LEAST_S


class Transport(Protocol):
    """The calls of one device. Every one may raise Offline, SignInNeeded or ServerRefused."""

    def push(self, batch: PushBatch) -> PushAnswer:
        """Send envelopes."""

    def feed(self, cursor: str | None) -> FeedPage:
        """Read commits after a cursor."""

    def snapshot_start(
        self, cursor: str | None = None, resume: str | None = None, again: Sequence[str] = ()
    ) -> SnapshotStart:
        """Begin a snapshot: of everything, or of what is entered since *cursor* and of the channels *again*; or go on
        with the one whose token is *resume*, when the server says that it still fits.
        """

    def snapshot_chunk(self, table: str, after: str, token: str = "") -> SnapshotChunk:  # nosec B107 - a name
        """Rows of one table after a key, of the snapshot *token*; without one, of all that the device sees."""

    def slice_sum(self, asked: SliceAsked) -> SliceSum:
        """What stands in a slice of a table."""


class TokenKeeper(Protocol):
    """Keeps the tokens of the session between runs."""

    def load(self) -> dict[str, Any] | None:
        """The tokens, None when nobody is signed in."""

    def save(self, tokens: dict[str, Any] | None) -> None:
        """Keep or forget them."""
