"""Hashing a new password where it is entered, so that only its Argon2id hash travels."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.low_level import Type

from domain.kernel.errors import Invalid

LEAST = 6
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, type=Type.ID)


def hash_password(password: str) -> str:
    """The hash in PHC form.

    Raises:
        Invalid: ``password_too_short``.
    """
    if len(password) < LEAST:
        raise Invalid("password_too_short", least=LEAST)
    return _hasher.hash(password)
