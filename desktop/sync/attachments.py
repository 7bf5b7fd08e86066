"""The queue of contents: sent piece by piece behind the commands, fetched when somebody wants to look.

It has a wire of its own and never holds up a command: a content goes up when its record is at the server, and is given
up at any piece for what is more urgent; the server says what it has. One that the server refuses lets the next one by.
Source: SYNC point 23.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from desktop.store.attaching import Attached
from desktop.store.contents import Damaged
from desktop.store.store import Store
from desktop.sync.round import SERVER_EPOCH
from desktop.sync.transport import Offline, ServerBusy, ServerRefused, SignInNeeded
from domain.attachments import queries
from domain.attachments.rules import pieces
from domain.attachments.wire import Piece, Upload, UploadState
from domain.kernel.channels import Row
from domain.kernel.errors import Refused

log = logging.getLogger(__name__)

KNOWN_EPOCH = "attachments.epoch"
"""Under this name the ledger keeps the epoch of the server that has confirmed what was sent."""


class ContentTransport(Protocol):
    """The calls of one device. Every one may raise Offline, SignInNeeded or ServerRefused."""

    def begin_content(self, wanted: Upload) -> UploadState:
        """Begin to send, or ask what has come."""

    def send_piece(self, sha256: str, number: int, data: bytes) -> UploadState:
        """Send one piece."""

    def fetch_piece(self, attachment_id: str, start: int) -> Piece:
        """A piece of the content of a record."""


@dataclass(slots=True)
class ContentResult:
    """What a round did.

    Attributes:
        sent: contents that the server confirmed; *pieces* that were sent for it.
        problem: code of what ended it early or kept a content here, empty for nothing.
        retry_after: seconds after which the server wants to be asked again, 0 when it did not say.
    """

    sent: int = 0
    pieces: int = 0
    problem: str = ""
    retry_after: int = 0


def follow_epoch(store: Store) -> None:
    """A server that was restored from a backup may have lost what it confirmed: it is asked about everything once more.

    To be called before a round.
    """
    epoch, known = store.ledger.get_meta(SERVER_EPOCH), store.ledger.get_meta(KNOWN_EPOCH)
    if epoch is None or epoch == known:
        return
    if known is not None:
        store.book.reopen()
    store.ledger.set_meta({KNOWN_EPOCH: epoch})


@dataclass(slots=True)
class ContentRound:
    """Sends what the server does not have.

    Attributes:
        stop: asked before each piece; true ends the round there.
        on_sent: told after each content that is at the server.
    """

    store: Store
    transport: ContentTransport
    stop: Callable[[], bool] = lambda: False
    on_sent: Callable[[str], None] = lambda _sha256: None
    result: ContentResult = field(default_factory=ContentResult)

    def once(self) -> ContentResult:
        """Send everything that can be sent. Never raises for what the network does."""
        try:
            for row in self._queue():
                if self.stop():
                    break
                self._offer(row)
        except Offline as error:
            self.result.problem = str(error) or "offline"
        except (SignInNeeded, ServerBusy) as error:
            self.result.problem = error.code
            self.result.retry_after = error.seconds if isinstance(error, ServerBusy) else 0
        return self.result

    def _queue(self) -> list[Row]:
        """Contents whose record the server has shown us: before that it would keep what nobody names."""
        unsent = self.store.book.unsent()
        if not unsent:
            return []
        with self.store.read() as connection:
            records = queries.records_naming(connection, [row["sha256"] for row in unsent])
        mine = self.store.known.party_id
        kinds = {row["sha256"]: row["media_type"] for row in records if row["version"] and row["party_id"] == mine}
        return [{**row, "media_type": kinds[row["sha256"]]} for row in unsent if row["sha256"] in kinds]

    def _offer(self, row: Row) -> None:
        sha256 = row["sha256"]
        try:
            if self._send(row):
                self.store.book.sent(sha256)
                self.result.sent += 1
                self.on_sent(sha256)
        except ServerBusy:
            raise
        except (ServerRefused, Damaged) as error:
            log.warning("a content stays here: %s", error.code)
            self.store.book.refused(sha256, error.code)
            self.result.problem = self.result.problem or error.code

    def _send(self, row: Row) -> bool:
        """Whether the server has it whole."""
        sha256, size = row["sha256"], int(row["size"])
        state = self.transport.begin_content(Upload(sha256=sha256, size=size, media_type=row["media_type"]))
        for number in range(pieces(size)):
            if state.done:
                return True
            if number in state.have:
                continue
            if self.stop():
                return False
            state = self.transport.send_piece(sha256, number, self.store.contents.piece(sha256, size, number))
            self.result.pieces += 1
        return state.done


def fetch(
    store: Store, transport: ContentTransport, wanted: Attached, stop: Callable[[], bool] = lambda: False
) -> bool:
    """Bring a content here, from where an earlier attempt was interrupted; false when it was stopped.

    Raises:
        Refused: ``server_unreachable``; ``attachment_not_here`` and whatever else the server answers; DiskFull.
        Damaged: ``attachment_damaged``: what came is not what the record names; nothing of it is kept.
    """
    if store.contents.has(wanted.sha256):
        return True
    incoming = store.contents.incoming(wanted.sha256, wanted.size)
    try:
        while incoming.have < wanted.size:
            if stop():
                return False
            told = transport.fetch_piece(wanted.id, incoming.have)
            fits = hashlib.sha256(told.data).hexdigest() == told.sha256 and told.size == wanted.size
            if not fits or len(told.data) != incoming.next_length:
                raise Damaged("attachment_damaged")
            incoming.add(told.data)
    except Offline:
        raise Refused("attachment_offline") from None
    store.book.fetched(wanted.sha256, wanted.size, store.clock.now_ms())
    return True
