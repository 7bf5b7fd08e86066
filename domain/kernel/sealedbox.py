"""Bytes that anyone can close and only the holder of one private key can open.

X25519 with a key made for this box alone, HKDF-SHA256, AES-256-GCM. The header names the version and is authenticated
with the content; the box is bound to a *purpose*, so that a box of one kind is never taken for another.

    "DDBOX" 1 · ephemeral public key (32) · ciphertext with its tag (16)

The AES key is used once, so its nonce is fixed.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.kernel.errors import Invalid

MAGIC = b"DDBOX"
VERSION = 1
KEY_SIZE = 32
TAG_SIZE = 16
DATABASE_KEY, REMAINDER = "database-key", "remainder"
"""Purposes: the key of a device's databases, and the commands that a revoked device had not sent."""
_HEAD = len(MAGIC) + 1
_NONCE = bytes(12)


def new_private_key(random_bytes: Callable[[int], bytes] = os.urandom) -> bytes:
    """A fresh private key, 32 raw bytes."""
    return X25519PrivateKey.from_private_bytes(random_bytes(KEY_SIZE)).private_bytes_raw()


def public_key_of(private_key: bytes) -> bytes:
    """The public half of a private key, 32 raw bytes."""
    return X25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()


def seal(public_key: bytes, content: bytes, purpose: str) -> bytes:
    """Close *content* in a box that only the private half of *public_key* (32 raw bytes) opens.

    Raises:
        Invalid: ``box_bad_key``.
    """
    ephemeral = X25519PrivateKey.generate()
    head = MAGIC + bytes([VERSION]) + ephemeral.public_key().public_bytes_raw()
    try:
        shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(public_key))
    except ValueError:
        raise Invalid("box_bad_key") from None
    key = _derive(shared, head + public_key, purpose)
    return head + AESGCM(key).encrypt(_NONCE, content, head)


def open_box(private_key: bytes, box: bytes, purpose: str) -> bytes:
    """The content of a box.

    Raises:
        Invalid: ``box_not_one``: no box at all; ``box_future_version``: of a newer program; ``box_not_for_us``: for
            another key or purpose, or altered.
    """
    if len(box) < _HEAD + KEY_SIZE + TAG_SIZE or not box.startswith(MAGIC):
        raise Invalid("box_not_one")
    if box[len(MAGIC)] != VERSION:
        raise Invalid("box_future_version", version=box[len(MAGIC)])
    head = box[: _HEAD + KEY_SIZE]
    mine = X25519PrivateKey.from_private_bytes(private_key)
    try:
        shared = mine.exchange(X25519PublicKey.from_public_bytes(head[_HEAD:]))
        key = _derive(shared, head + mine.public_key().public_bytes_raw(), purpose)
        return AESGCM(key).decrypt(_NONCE, box[len(head) :], head)
    except (InvalidTag, ValueError):
        raise Invalid("box_not_for_us") from None


def _derive(shared: bytes, salt: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, salt=salt, info=b"dealerdesk/" + purpose.encode()).derive(shared)
