"""The sealed command: what the ledger stores and the wire carries, byte for byte.

``body`` is the JSON of :class:`Body` exactly as it was sealed; its SHA-256 is the envelope's hash, which the next body
names as ``previous``, so a device's commands form an unbroken chain. The signature is Ed25519 over the hash. Personal
data sits beside the body, of which it holds only a salted hash. Source: SYNC point 3.
"""

from __future__ import annotations

import hashlib

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from domain.kernel.errors import Invalid

FORMAT = 1
GENESIS = "0" * 64
"""What the first envelope of a chain names as previous."""
MAX_BODY = 4 * 1024 * 1024
SALT = 16


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a seal covers.

    Attributes:
        format: of this struct.
        kind, schema: the command and its version.
        id: UUIDv7 of the command, the key of its receipt.
        device, epoch, sequence: place in the device's chain; sequence is 1, 2, 3 … without holes.
        person, party: who sealed it, for whom.
        business_date, claimed_at: the shop's date and the device's claim of the instant (ms).
        cursor: the feed cursor the device had seen, opaque.
        depends_on: command ids that must have had effect first.
        base: (table, id, version) of the mutable rows it edits.
        document: its lane.
        payload: the command's JSON.
        personal: salted SHA-256 of the detachable part, hex.
        previous: hash of the envelope before, hex.
    """

    format: int
    kind: str
    schema: int
    id: str
    device: str
    epoch: int
    sequence: int
    person: str
    party: str
    business_date: str
    claimed_at: int
    cursor: str | None
    depends_on: tuple[str, ...]
    base: tuple[tuple[str, str, int], ...]
    document: str
    payload: msgspec.Raw
    personal: str | None
    previous: str


class Sealed(msgspec.Struct, frozen=True, array_like=True):
    """An envelope as stored and sent: body bytes, signature, detachable personal part (salt + JSON)."""

    body: bytes
    signature: bytes
    personal: bytes | None = None

    @property
    def hash(self) -> str:
        """SHA-256 of the body, hex."""
        return hashlib.sha256(self.body).hexdigest()


def personal_hash(part: bytes) -> str:
    """Hash of a detachable part; its first 16 bytes are the salt."""
    return hashlib.sha256(part).hexdigest()


def seal(body: Body, key: Ed25519PrivateKey, personal: bytes | None = None) -> Sealed:
    """Seal *body* with the device's key; *personal* must be the part whose hash the body names."""
    encoded = msgspec.json.encode(body)
    return Sealed(encoded, key.sign(hashlib.sha256(encoded).digest()), personal)


def open_body(sealed: Sealed) -> Body:
    """The body of an envelope, not yet trusted.

    Raises:
        Invalid: ``envelope_too_large``, ``envelope_malformed`` or ``envelope_future_format``.
    """
    if len(sealed.body) > MAX_BODY or len(sealed.personal or b"") > MAX_BODY:
        raise Invalid("envelope_too_large", limit=MAX_BODY)
    try:
        body = msgspec.json.decode(sealed.body, type=Body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid("envelope_malformed", detail=str(error)[:200]) from None
    if body.format != FORMAT:
        raise Invalid("envelope_future_format", format=body.format)
    return body


def verify(sealed: Sealed, body: Body, public_key: bytes) -> None:
    """Check signature and personal part against the device's public key (32 raw bytes).

    Raises:
        Invalid: ``envelope_altered``.
    """
    try:
        key = Ed25519PublicKey.from_public_bytes(public_key)
        key.verify(sealed.signature, hashlib.sha256(sealed.body).digest())
    except (InvalidSignature, ValueError):
        raise Invalid("envelope_altered", id=body.id[:36]) from None
    if sealed.personal is not None and body.personal != personal_hash(sealed.personal):
        raise Invalid("envelope_altered", id=body.id[:36])


def pack_personal(salt: bytes, part: bytes) -> bytes:
    """The detachable part: 16 bytes of salt, then its JSON."""
    return salt + part


def unpack_personal(packed: bytes | None) -> bytes | None:
    """The JSON of a detachable part."""
    return None if packed is None else packed[SALT:]
