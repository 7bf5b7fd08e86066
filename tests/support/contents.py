"""The wire for contents as calls, with a line that can break at any of them."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from desktop.store import attaching
from desktop.store.attaching import Attached
from desktop.sync.attachments import ContentResult, ContentRound, fetch, follow_epoch
from desktop.sync.transport import Offline, ServerRefused
from domain.attachments.commands import SubjectKind
from domain.attachments.wire import PIECE, UPLOAD_STATE, Piece, Upload, UploadState
from domain.kernel import wire
from domain.kernel.errors import DomainError
from server_stub.attachments.service import Attachments
from server_stub.kit.limits import RateLimit
from tests.support.network import Counter, Network

MANY = 10**6
T = TypeVar("T")


def attachments_of(network: Network, quota: int = 2**40) -> Attachments:
    """The server's side of contents."""
    return Attachments(network.db, network.clock, RateLimit(network.clock, burst=MANY, per_minute=MANY), quota)


@dataclass
class DirectContents:
    """One device's wire.

    Attributes:
        breaks_before, breaks_after: numbers of the calls (from 1) whose request, or whose answer, is lost.
        calls: what was asked, in order.
    """

    attachments: Attachments
    party_id: str
    device_id: str
    breaks_before: set[int] = field(default_factory=set)
    breaks_after: set[int] = field(default_factory=set)
    calls: list[str] = field(default_factory=list)

    def begin_content(self, wanted: Upload) -> UploadState:
        state = self._call("begin", lambda: self.attachments.begin(self.party_id, wanted))
        return UPLOAD_STATE.decode(msgspec.json.encode(state))

    def send_piece(self, sha256: str, number: int, data: bytes) -> UploadState:
        told = hashlib.sha256(data).hexdigest()
        return self._call(f"send {number}", lambda: self.attachments.take(self.party_id, sha256, number, data, told))

    def fetch_piece(self, attachment_id: str, start: int) -> Piece:
        found = self._call(
            f"fetch {start}", lambda: self.attachments.give(self.party_id, self.device_id, attachment_id, start)
        )
        return PIECE.decode(wire.unpack(wire.pack(found)))

    def _call(self, name: str, work: Callable[[], T]) -> T:
        self.calls.append(name)
        if len(self.calls) in self.breaks_before:
            raise Offline
        try:
            done = work()
        except DomainError as error:
            raise ServerRefused(error.code, **error.params) from None
        if len(self.calls) in self.breaks_after:
            raise Offline
        return done


def line_of(counter: Counter, attachments: Attachments) -> DirectContents:
    """The wire of a counter."""
    return DirectContents(attachments, counter.party_id, counter.store.known.device_id)


def attach(counter: Counter, subject: SubjectKind, subject_id: str, data: bytes, name: str = "送货单.jpg") -> Attached:
    """Attach a file as the screens do; its entry in the list."""
    staged = counter.store.contents.keep(io.BytesIO(data), len(data), name)
    counter.clock.ms += 7
    done = attaching.attach(counter.store, subject, subject_id, staged)
    return attaching.attachment(counter.store, done.document_id)


def send(counter: Counter, line: DirectContents) -> ContentResult:
    """A round of contents, as it follows a round of commands."""
    follow_epoch(counter.store)
    return ContentRound(counter.store, line).once()


def get(counter: Counter, line: DirectContents, attachment_id: str) -> bytes:
    """Fetch and read."""
    wanted = attaching.attachment(counter.store, attachment_id)
    assert fetch(counter.store, line, wanted)
    return attaching.read(counter.store, wanted)
