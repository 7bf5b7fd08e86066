"""What travels when a content is sent or fetched in pieces. Every piece comes with its SHA-256, hex."""

from __future__ import annotations

import msgspec

from domain.attachments.commands import MediaType, Sha256, Size

PIECE_HASH = "x-piece-sha256"
"""Header of a piece that is sent."""


class Upload(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The content that is to be sent."""

    sha256: Sha256
    size: Size
    media_type: MediaType


class UploadState(msgspec.Struct, frozen=True, kw_only=True):
    """What the server has of it.

    Attributes:
        done: all of it, checked; nothing more is to be sent.
        have: numbers of the pieces that it has, from 0.
    """

    done: bool
    have: list[int] = []


class Piece(msgspec.Struct, frozen=True, array_like=True):
    """A part of a content, from a place in it to the end of the piece, and the SHA-256 of these bytes."""

    data: bytes
    sha256: str
    size: int


PIECE = msgspec.msgpack.Decoder(Piece)
UPLOAD_STATE = msgspec.json.Decoder(UploadState)
