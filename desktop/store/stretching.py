"""A key from what a person knows and what this PC's key store holds: neither is enough alone.

Source: SECURITY, "local databases"; OWASP Password Storage Cheat Sheet for the least cost of Argon2id.
"""

from __future__ import annotations

import unicodedata

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SALT, NONCE, KEY = 16, 12, 32
"""Bytes."""


class Cost(msgspec.Struct, frozen=True, array_like=True):
    """What one guess costs: KiB of memory and passes over it. A PIN is short, so a guess must be dear."""

    memory_kib: int = 47_104
    passes: int = 3


def derive(root: bytes, purpose: str) -> bytes:
    """A key for one purpose from a random one, 32 bytes."""
    return HKDF(SHA256(), KEY, salt=None, info=purpose.encode()).derive(root)


def stretch(root: bytes, secret: str, salt: bytes, cost: Cost, purpose: str) -> bytes:
    """A key that needs *root* (from the key store) and *secret* (from a person), 32 bytes."""
    told = unicodedata.normalize("NFC", secret).encode()
    slow = Argon2id(salt=salt, length=KEY, iterations=cost.passes, lanes=1, memory_cost=cost.memory_kib).derive(told)
    return HKDF(SHA256(), KEY, salt=root, info=purpose.encode()).derive(slow)


def lock_up(key: bytes, plain: bytes, nonce: bytes, about: bytes) -> bytes:
    """*plain* under *key*, bound to what it is *about*."""
    return nonce + AESGCM(key).encrypt(nonce, plain, about)


def unlock(key: bytes, locked: bytes, about: bytes) -> bytes | None:
    """What was locked up, None when the key does not fit or it was altered."""
    try:
        return AESGCM(key).decrypt(locked[:NONCE], locked[NONCE:], about)
    except (InvalidTag, ValueError):
        return None
