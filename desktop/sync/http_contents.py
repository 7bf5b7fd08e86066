"""Contents over HTTP, on a connection of their own: a slow upload keeps no command waiting."""

from __future__ import annotations

import hashlib

import msgspec

from desktop.sync.http import HttpClient, HttpTransport
from desktop.sync.transport import Offline
from domain.attachments.wire import PIECE, PIECE_HASH, UPLOAD_STATE, Piece, Upload, UploadState
from domain.kernel import wire
from domain.kernel.errors import Invalid

UPLOADS = "/v1/attachments/uploads"


class HttpContents:
    """The calls for contents with a token that the rounds keep fresh; it is never renewed here."""

    def __init__(self, client: HttpClient, token: str) -> None:
        self._client, self._token = client, token

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def begin_content(self, wanted: Upload) -> UploadState:
        return self._state(self._client.call("POST", UPLOADS, token=self._token, json=wanted))

    def send_piece(self, sha256: str, number: int, data: bytes) -> UploadState:
        told = {PIECE_HASH: hashlib.sha256(data).hexdigest()}
        path = f"{UPLOADS}/{sha256}/{number}"
        return self._state(self._client.call("PUT", path, token=self._token, data=data, extra=told))

    def fetch_piece(self, attachment_id: str, start: int) -> Piece:
        query = {"start": str(start)}
        answer = self._client.call("GET", f"/v1/attachments/{attachment_id}/content", token=self._token, query=query)
        try:
            return PIECE.decode(wire.unpack(answer))
        except (msgspec.MsgspecError, Invalid):
            raise Offline("unreadable answer") from None

    def _state(self, answer: bytes) -> UploadState:
        try:
            return UPLOAD_STATE.decode(answer)
        except msgspec.MsgspecError:
            raise Offline("unreadable answer") from None


def contents_of(transport: HttpTransport) -> HttpContents | None:
    """A wire for contents; None while no token is fresh: the rounds renew tokens, nobody else."""
    token = transport.fresh_token
    return HttpContents(HttpClient(transport.client.server), token) if token else None
