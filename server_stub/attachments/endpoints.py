"""Routes of contents. A content is sent by its hash and fetched by a record that the caller may see."""

from __future__ import annotations

import re

from starlette.responses import Response

from domain.attachments.rules import CHUNK
from domain.attachments.wire import PIECE_HASH, Upload, UploadState
from domain.kernel import wire
from domain.kernel.errors import Invalid
from server_stub.attachments.service import Attachments
from server_stub.kit.routes import SIGNED_IN, Call, route

_SHA256 = re.compile(r"[0-9a-f]{64}")
_NUMBER = re.compile(r"[0-9]{1,9}")


def _hash(text: str, field: str) -> str:
    if not _SHA256.fullmatch(text):
        raise Invalid("bad_input", field=field)
    return text


def _number(text: str, field: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise Invalid("bad_input", field=field)
    return int(text)


@route("POST", "/v1/attachments/uploads", access=SIGNED_IN)
def begin_upload(call: Call, body: Upload) -> UploadState:
    """Begin to send a content, or ask what has come of it; only what the caller's own party has sent is told."""
    attachments = call.services[Attachments]
    attachments.admit(call.caller.device_id)
    return attachments.begin(call.caller.party_id, body)


@route("PUT", "/v1/attachments/uploads/{sha256}/{number}", access=SIGNED_IN, limit=CHUNK)
def send_piece(call: Call, body: bytes) -> UploadState:
    """Send one piece of a content that was begun, with its SHA-256 in ``X-Piece-SHA256``."""
    attachments = call.services[Attachments]
    attachments.admit(call.caller.device_id)
    sha256, number = _hash(call.path["sha256"], "sha256"), _number(call.path["number"], "number")
    told = _hash(call.headers.get(PIECE_HASH, ""), PIECE_HASH)
    return attachments.take(call.caller.party_id, sha256, number, body, told)


@route("GET", "/v1/attachments/{id}/content", access=SIGNED_IN)
def fetch_piece(call: Call) -> Response:
    """The content of a record that the caller may see, from the byte ``start`` to the end of its piece; the answer is a
    :class:`domain.attachments.wire.Piece`.
    """
    attachments, caller = call.services[Attachments], call.caller
    attachments.admit(caller.device_id)
    start = _number(call.query.get("start", "0"), "start")
    found = attachments.give(caller.party_id, caller.device_id, call.path["id"], start)
    return Response(wire.pack(found), media_type=wire.MEDIA_TYPE)
