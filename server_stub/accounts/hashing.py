"""Passwords: Argon2id in PHC form, made and checked within bounds.

A hash may have been made by a client, so its parameters are checked before it is believed: one that asks for gigabytes
would stop the server. Source for the defaults (19 MiB, 2 passes): OWASP Password Storage Cheat Sheet.
"""

from __future__ import annotations

import os
import threading

from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import Argon2Error, InvalidHashError

from domain.kernel.errors import Invalid

MEMORY_KIB, PASSES, LANES = 19_456, 2, 1
MOST_MEMORY_KIB, MOST_PASSES, MOST_LANES, LONGEST_HASH = 128 * 1024, 8, 8, 400
AT_ONCE = max(2, os.cpu_count() or 2)
"""Checks at the same time; more would only wait for each other and cost memory."""


class Hasher:
    """Makes and checks password hashes with fixed parameters; safe to share between threads."""

    def __init__(self, memory_kib: int = MEMORY_KIB, passes: int = PASSES) -> None:
        self._argon2 = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=LANES, type=Type.ID)
        self._room = threading.BoundedSemaphore(AT_ONCE)
        self._nobody = self._argon2.hash(os.urandom(16).hex())

    def hash(self, password: str) -> str:
        """A new hash of *password* in PHC form."""
        with self._room:
            return self._argon2.hash(password)

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether the password fits; without a hash it takes as long and says no."""
        with self._room:
            try:
                self._argon2.verify(password_hash or self._nobody, password)
            except (Argon2Error, ValueError):
                return False
        return password_hash is not None


def check_hash(password_hash: str) -> str:
    """The same hash, when it is Argon2id and cheap enough to check.

    Raises:
        Invalid: ``bad_password_hash``.
    """
    try:
        given = extract_parameters(password_hash[: LONGEST_HASH + 1])
    except InvalidHashError:
        raise Invalid("bad_password_hash") from None
    within = (
        given.type is Type.ID
        and len(password_hash) <= LONGEST_HASH
        and 8 <= given.memory_cost <= MOST_MEMORY_KIB
        and 1 <= given.time_cost <= MOST_PASSES
        and 1 <= given.parallelism <= MOST_LANES
    )
    if not within:
        raise Invalid("bad_password_hash")
    return password_hash


def hash_password(password: str) -> str:
    """A hash with the default parameters, for command lines."""
    return Hasher().hash(password)
