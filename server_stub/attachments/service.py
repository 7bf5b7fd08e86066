"""Takes contents in, piece by piece, and gives them out.

Who knows only a hash gets nothing: what the server has of a content is told to the party that sent it, and to nobody
else; a record gives the content out when the party that made the record has sent every byte of it once. So naming
somebody else's hash in a record of one's own opens nothing. Source: SYNC point 23; decision 24.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection

from domain.attachments.rules import CHUNK, HEAD, check_content, kind_of, length_of, pieces
from domain.attachments.wire import Piece, Upload, UploadState
from domain.kernel import faults
from domain.kernel.clock import Clock
from domain.kernel.errors import Invalid, NotFound, Refused
from domain.kernel.ids import is_id
from domain.kernel.queries_scope import Scope
from domain.parties.queries import ids_below
from server_stub.attachments import repository
from server_stub.kit.database import Database
from server_stub.kit.limits import RateLimit
from server_stub.sync.network import subscription_of

log = logging.getLogger(__name__)

DAY_MS = 86_400_000
STALE_DAYS, IDLE_DAYS = 7, 30
"""What was begun and not gone on with, and what no record names, is kept for so long."""
SLICE = 50
"""Contents that one transaction forgets."""
PIECE_STORED = faults.declare("attachment-piece-stored")
COMPLETED = faults.declare("attachment-completed")


@dataclass(frozen=True, slots=True)
class Attachments:
    """The contents of one network.

    Attributes:
        requests: how often a device may send or fetch a piece; not counted against its pushes and pulls.
        quota: bytes that a party may keep here.
    """

    db: Database
    clock: Clock
    requests: RateLimit
    quota: int

    def admit(self, device_id: str) -> None:
        """Count one request.

        Raises:
            TooMany: ``too_many_requests``.
        """
        self.requests.admit(device_id)

    # -- taking in ---------------------------------------------------------------------------------------------------

    def begin(self, party_id: str, wanted: Upload) -> UploadState:
        """Begin to take a content in, or tell what has come of it from this party.

        Raises:
            Invalid: ``attachment_hash_wrong``: this party has sent it with another size, or all that came of it is
                something else.
            Refused: ``attachment_quota``.
        """
        now = self.clock.now_ms()
        state = self.db.run(lambda connection: self._begin(connection, party_id, wanted, now))
        if len(state.have) < pieces(wanted.size):
            return state
        # The process that took the last piece ended before it could look at all of them.
        return self._completed(party_id, wanted.sha256, now)

    def _completed(self, party_id: str, sha256: str, now: int) -> UploadState:
        state = self.db.run(lambda connection: self._complete(connection, party_id, sha256, now))
        faults.reach(COMPLETED)
        if state is None:
            log.warning("a content is not what its hash says", extra={"party": party_id})
            raise Invalid("attachment_hash_wrong")
        return state

    def _begin(self, connection: Connection, party_id: str, wanted: Upload, now: int) -> UploadState:
        size = repository.is_proved(connection, party_id, wanted.sha256)
        if size is not None:
            if size != wanted.size:
                raise Invalid("attachment_hash_wrong")
            return UploadState(done=True)
        begun = repository.lock_upload(connection, party_id, wanted.sha256)
        if begun is not None and (begun["size"], begun["media_type"]) == (wanted.size, wanted.media_type):
            return UploadState(done=False, have=repository.parts_had(connection, party_id, wanted.sha256))
        if begun is not None:
            # A hash belongs to one size and one kind of file: one of the two tellings was wrong.
            repository.drop_upload(connection, party_id, wanted.sha256)
        if repository.bytes_of(connection, party_id) + wanted.size > self.quota:
            raise Refused("attachment_quota", most=self.quota // (1024 * 1024))
        row = {"party_id": party_id, "sha256": wanted.sha256, "size": wanted.size, "media_type": wanted.media_type}
        repository.begin_upload(connection, {**row, "touched_at": now})
        return UploadState(done=False)

    def take(self, party_id: str, sha256: str, number: int, data: bytes, told: str) -> UploadState:
        """Take one piece; the last one that was missing makes the content whole, if it is what its hash says.

        Args:
            told: SHA-256 of the piece, hex.

        Raises:
            Invalid: ``attachment_piece_wrong``: not these bytes, not this length; ``attachment_type``: the content is
                not what it was declared to be; ``attachment_hash_wrong``: all pieces together are something else.
            Refused: ``attachment_not_begun``.
        """
        if hashlib.sha256(data).hexdigest() != told:
            raise Invalid("attachment_piece_wrong")
        now = self.clock.now_ms()
        state = self.db.run(lambda connection: self._take(connection, party_id, sha256, number, data, now))
        faults.reach(PIECE_STORED)
        return self._completed(party_id, sha256, now) if state is None else state

    def _take(
        self, connection: Connection, party_id: str, sha256: str, number: int, data: bytes, now: int
    ) -> UploadState | None:
        """What is still missing is told; None when nothing is."""
        begun = repository.lock_upload(connection, party_id, sha256)
        if begun is None:
            if repository.is_proved(connection, party_id, sha256) is not None:
                return UploadState(done=True)
            raise Refused("attachment_not_begun")
        size = int(begun["size"])
        if not 0 <= number < pieces(size) or len(data) != length_of(size, number):
            raise Invalid("attachment_piece_wrong")
        if number == 0 and kind_of(data[:HEAD]) != begun["media_type"]:
            raise Invalid("attachment_type")
        row = {"party_id": party_id, "sha256": sha256, "number": number, "data": data}
        repository.add_part(connection, row)
        repository.touch_upload(connection, party_id, sha256, now)
        have = repository.parts_had(connection, party_id, sha256)
        return UploadState(done=False, have=have) if len(have) < pieces(size) else None

    def _complete(self, connection: Connection, party_id: str, sha256: str, now: int) -> UploadState | None:
        """Check everything that has come; None when it is something else: then it is thrown away."""
        begun = repository.lock_upload(connection, party_id, sha256)
        if begun is None:
            return UploadState(done=True) if repository.is_proved(connection, party_id, sha256) is not None else None
        if repository.digest_of_parts(connection, party_id, sha256) != sha256:
            repository.drop_upload(connection, party_id, sha256)
            return None
        repository.complete(connection, begun, now)
        return UploadState(done=True)

    def take_whole(self, party_id: str, sha256: str, data: bytes) -> bool:
        """Take a content that came in one piece, once; whether it is here now.

        Raises:
            Invalid, Refused: see :meth:`begin` and :meth:`take`; what may not be attached.
        """
        media_type = check_content(len(data), data[:HEAD])
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Invalid("attachment_hash_wrong")
        about = {"sha256": sha256, "size": len(data), "media_type": media_type}
        state = self.begin(party_id, msgspec.convert(about, Upload))
        for number in range(pieces(len(data))):
            if not state.done and number not in state.have:
                part = data[number * CHUNK : (number + 1) * CHUNK]
                state = self.take(party_id, sha256, number, part, hashlib.sha256(part).hexdigest())
        return state.done

    # -- giving out --------------------------------------------------------------------------------------------------

    def give(self, party_id: str, device_id: str, attachment_id: str, start: int) -> Piece:
        """The content of a record that this device may see, from a place in it to the end of that piece.

        Raises:
            NotFound: ``not_found``: no such record, or not for this device: the same answer.
            Refused: ``attachment_not_here``: the record is known and its content has not come. Invalid: ``bad_input``.
        """
        with self.db.read() as connection:
            channels = subscription_of(connection, party_id, device_id).channels
            scope = Scope(channels, ids_below)
            found = repository.readable(connection, scope, attachment_id) if is_id(attachment_id) else None
            if found is None:
                raise NotFound("not_found", what="attachment", id=attachment_id[:36])
            record, backed = found
            if not backed:
                raise Refused("attachment_not_here")
            if not 0 <= start < record["size"]:
                raise Invalid("bad_input", field="start")
            data = repository.piece_of(connection, record["sha256"], start // CHUNK)
        if data is None:
            raise Refused("attachment_not_here")
        asked = data[start % CHUNK :]
        return Piece(asked, hashlib.sha256(asked).hexdigest(), int(record["size"]))

    # -- tidying -----------------------------------------------------------------------------------------------------

    def tidy(self) -> int:
        """Forget what was begun and left, and what no record has named for long; returns how many contents went."""
        now = self.clock.now_ms()
        self.db.run(lambda connection: repository.forget_uploads(connection, now - STALE_DAYS * DAY_MS, SLICE))
        self.db.run(lambda connection: repository.note_idle(connection, now))
        gone = self.db.run(lambda connection: repository.forget_idle(connection, now - IDLE_DAYS * DAY_MS, SLICE))
        if gone:
            log.info("contents without a record forgotten", extra={"contents": gone})
        return gone
