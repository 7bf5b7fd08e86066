"""What a revoked PC had not handed over: sealed for the server alone, signed by the device, handed in at the end.

The server's answer is signed as well. Only that signature makes a PC throw its data away: a stranger on the line who
says "revoked" destroys nothing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from domain.kernel import sealedbox
from domain.kernel.errors import Invalid
from domain.kernel.wire import PushBatch, pack, unpack

FORMAT = 1
MOST_BYTES = 24 * 1024 * 1024
"""Of a file: a batch of commands, or one content, which is never larger than 20 MiB."""
MOST_EXPANDED = 128 * 1024 * 1024
_HANDED_IN = b"dealerdesk-remainder-1\n"
_REVOKED = b"dealerdesk-revoked-1\n"


class Content(msgspec.Struct, frozen=True, array_like=True):
    """A file that hangs on a document and was not uploaded: SHA-256 of its bytes, hex, and the bytes."""

    sha256: str
    data: bytes


class Handed(msgspec.Struct, frozen=True, array_like=True):
    """What is in the box: envelopes by epoch, and contents."""

    batches: list[PushBatch]
    contents: list[Content] = []


class Remainder(msgspec.Struct, frozen=True, array_like=True):
    """The file: for the server's eyes a box with :class:`Handed`, and whose it is."""

    format: int
    device: str
    box: bytes
    signature: bytes


_REMAINDER = msgspec.msgpack.Decoder(Remainder)
_HANDED = msgspec.msgpack.Decoder(Handed)


def close_remainder(
    batches: list[PushBatch],
    device_id: str,
    device_key: Ed25519PrivateKey,
    server_key: bytes,
    contents: Sequence[Content] = (),
) -> bytes:
    """The file's content.

    Raises:
        Invalid: ``box_bad_key``.
    """
    box = sealedbox.seal(server_key, pack(Handed(batches, list(contents))), sealedbox.REMAINDER)
    return msgspec.msgpack.encode(Remainder(FORMAT, device_id, box, device_key.sign(_about(device_id, box))))


def read_remainder(content: bytes) -> Remainder:
    """Whose it claims to be; nothing is believed yet.

    Raises:
        Invalid: ``bad_encoding``.
    """
    try:
        found = _REMAINDER.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Invalid("bad_encoding") from None
    if found.format != FORMAT:
        raise Invalid("bad_encoding")
    return found


def open_remainder(remainder: Remainder, device_public_key: bytes, server_private_key: bytes) -> Handed:
    """Envelopes and contents, when the device signed the box and it is for this server.

    Raises:
        Invalid: ``envelope_altered``, ``bad_encoding``; what :func:`domain.kernel.sealedbox.open_box` raises.
    """
    try:
        key = Ed25519PublicKey.from_public_bytes(device_public_key)
        key.verify(remainder.signature, _about(remainder.device, remainder.box))
    except (InvalidSignature, ValueError):
        raise Invalid("envelope_altered", id=remainder.device[:36]) from None
    packed = sealedbox.open_box(server_private_key, remainder.box, sealedbox.REMAINDER)
    try:
        return _HANDED.decode(unpack(packed, MOST_EXPANDED))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Invalid("bad_encoding") from None


def sign_revocation(device_id: str, key: Ed25519PrivateKey) -> str:
    """The server's word that this device is shut out."""
    return base64.b64encode(key.sign(_REVOKED + device_id.encode())).decode()


def check_revocation(word: str, device_id: str, public_key: bytes) -> None:
    """Believe it only from the server that enrolled this device.

    Raises:
        Invalid: ``revocation_unproved``.
    """
    try:
        signature = base64.b64decode(word, validate=True)
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, _REVOKED + device_id.encode())
    except (InvalidSignature, ValueError, binascii.Error):
        raise Invalid("revocation_unproved") from None


def _about(device_id: str, box: bytes) -> bytes:
    return _HANDED_IN + device_id.encode() + b"\n" + hashlib.sha256(box).digest()
