"""Files to attach, and records of them made without a file."""

from __future__ import annotations

import hashlib

from domain.attachments.commands import Attach, SubjectKind
from domain.attachments.handlers import decide_attach
from domain.attachments.rules import CHUNK, kind_of
from tests.support.factories.orders import ids
from tests.support.network import Counter

HEADS = {
    "image/jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "application/pdf": b"%PDF-1.7\n",
}
THREE_PIECES = 2 * CHUNK + 777


def file_of(size: int = THREE_PIECES, seed: str = "1", media_type: str = "image/jpeg") -> bytes:
    """A file of a kind by its first bytes; the rest is noise."""
    noise = hashlib.shake_256(seed.encode()).digest(size)
    return (HEADS[media_type] + noise)[:size]


def digest_of(data: bytes) -> str:
    """SHA-256, hex."""
    return hashlib.sha256(data).hexdigest()


def attach_record(counter: Counter, subject: SubjectKind, subject_id: str, data: bytes = b"") -> str:
    """Seal the record of a file alone; its id."""
    content = data or file_of(100, subject_id)
    about = {"media_type": kind_of(content[:16]), "size": len(content), "sha256": digest_of(content)}
    done = counter.perform(lambda ctx: decide_attach(ctx, subject, subject_id, name="送货单.jpg", **about))  # type: ignore[arg-type]
    return done.document_id


def attach_of(party_id: str, order_id: str, data: bytes, name: str = "送货单.jpg") -> Attach:
    """The command as somebody might seal it who does not ask his own program."""
    return Attach(
        attachment_id=ids.new(),
        subject="order",
        subject_id=order_id,
        party_id=party_id,
        name=name,
        media_type=kind_of(data[:16]),  # type: ignore[arg-type]
        size=len(data),
        sha256=digest_of(data),
    )
