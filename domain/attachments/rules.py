"""What may be attached: pictures and PDF, known by their first bytes, within limits. Source: SECURITY, "files"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from domain.kernel.errors import Invalid

MIB = 1024 * 1024
MOST_BYTES = 20 * MIB
MOST_PER_DOCUMENT = 20
CHUNK = 256 * 1024
"""Bytes of a piece: what is sent, kept and fetched at a time."""
HEAD = 16
"""So many first bytes tell the kind of a file."""
LONGEST_NAME = 120
JPEG, PNG, WEBP, PDF = "image/jpeg", "image/png", "image/webp", "application/pdf"
ENDINGS = {JPEG: ".jpg", PNG: ".png", WEBP: ".webp", PDF: ".pdf"}
"""Media type → ending of a file name made here; the one that a user gave is never trusted."""

_KINDS: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    (JPEG, lambda head: head.startswith(b"\xff\xd8\xff")),
    (PNG, lambda head: head.startswith(b"\x89PNG\r\n\x1a\n")),
    (WEBP, lambda head: head.startswith(b"RIFF") and head[8:12] == b"WEBP"),
    (PDF, lambda head: head.startswith(b"%PDF-")),
)
_FOLDERS = re.compile(r"[/\\]")


def kind_of(head: bytes) -> str:
    """The media type that the first bytes of a file tell; empty for what may not be attached."""
    return next((media_type for media_type, fits in _KINDS if fits(head)), "")


def check_content(size: int, head: bytes) -> str:
    """The media type of a file that may be attached.

    Raises:
        Invalid: ``attachment_empty``, ``attachment_too_large``, ``attachment_type``.
    """
    if size < 1:
        raise Invalid("attachment_empty")
    if size > MOST_BYTES:
        raise Invalid("attachment_too_large", most=MOST_BYTES // MIB)
    media_type = kind_of(head)
    if not media_type:
        raise Invalid("attachment_type")
    return media_type


def shown_name(given: str, media_type: str) -> str:
    """The name under which a file is listed: no folders, no signs that hide or turn letters, an ending that is true."""
    last = _FOLDERS.split(given)[-1]
    plain = "".join(sign for sign in unicodedata.normalize("NFC", last) if unicodedata.category(sign)[0] != "C")
    stem = plain.strip(" .")
    ending = ENDINGS[media_type]
    known = (ending, ".jpeg") if media_type == JPEG else (ending,)
    for each in known:
        if stem.lower().endswith(each):
            stem = stem[: -len(each)].rstrip(" .")
            break
    return (stem[: LONGEST_NAME - len(ending)] or "file") + ending


def pieces(size: int) -> int:
    """How many pieces a content of so many bytes has."""
    return -(-size // CHUNK)


def length_of(size: int, number: int) -> int:
    """Bytes of piece *number* (from 0) of a content of *size* bytes."""
    return min(CHUNK, size - number * CHUNK)
