"""The server's secrets."""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection

from domain.kernel import sealedbox
from server_stub.accounts import repository
from server_stub.accounts.rules import NOBODY
from server_stub.accounts.tokens import Keys
from server_stub.kit.errors import Unavailable

SIGNING_KEY, REFRESH_KEY, DEVICE_KEY = "tokens", "refresh", "device"
BOX_KEY, LEASE_KEY = "box", "lease"
KEY_NAMES = (SIGNING_KEY, REFRESH_KEY, DEVICE_KEY, BOX_KEY, LEASE_KEY)
"""Names of the server's secrets: two for tokens, the one by which the server seals commands of its own, the one that
opens what devices closed for the server alone (:mod:`domain.kernel.sealedbox`), and the one that signs leases."""


def lease_key(connection: Connection) -> Ed25519PrivateKey:
    """What signs leases."""
    return Ed25519PrivateKey.from_private_bytes(load_key(connection, LEASE_KEY))


def make_keys(connection: Connection, now: int, random_bytes: Callable[[int], bytes] = os.urandom) -> None:
    """Make the server's secrets that are missing; for ``init`` and start-up."""
    for name in (SIGNING_KEY, DEVICE_KEY, LEASE_KEY):
        repository.add_key(connection, name, random_bytes(32), now)
    repository.add_key(connection, REFRESH_KEY, random_bytes(32), now)
    repository.add_key(connection, BOX_KEY, sealedbox.new_private_key(random_bytes), now)
    repository.add_credential(connection, NOBODY, "", None)


def missing_keys(connection: Connection) -> bool:
    """Whether a secret of the server has yet to be made."""
    return any(repository.find_key(connection, name) is None for name in KEY_NAMES)


def load_key(connection: Connection, name: str) -> bytes:
    """A secret of the server.

    Raises:
        Unavailable: ``not_initialised``.
    """
    secret = repository.find_key(connection, name)
    if secret is None:
        raise Unavailable("not_initialised")
    return secret


def history_key(connection: Connection) -> bytes:
    """The secret behind what devices bring back of the past: derived, so that every backup has it.

    Raises:
        Unavailable: ``not_initialised``.
    """
    return hmac.digest(load_key(connection, REFRESH_KEY), b"history", "sha256")


def token_keys(connection: Connection) -> Keys:
    """The secrets behind tokens.

    Raises:
        Unavailable: ``not_initialised``.
    """
    return Keys(load_key(connection, SIGNING_KEY), load_key(connection, REFRESH_KEY))
