"""Access tokens (JWT, EdDSA) and refresh tokens (random text of which the server keeps a digest).

An access token only says which session it belongs to; whether that session, its device and its person are still welcome
is asked of the database with every request.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from jwt.types import Options

from domain.kernel.clock import Clock
from domain.kernel.ids import is_id
from server_stub.kit.errors import Unauthorized

ALGORITHM = "EdDSA"
ISSUER = "dealerdesk"
AUDIENCE = "dealerdesk-api"
LEEWAY_S = 10
"""Seconds by which the clocks of two API machines may differ."""
REMEMBERED = 4096
LONGEST_TOKEN = 2048


@dataclass(frozen=True, slots=True)
class Claims:
    """What a genuine access token says: ids, and the instant (UTC seconds) from which it is void."""

    session_id: str
    person_id: str
    device_id: str
    expires_s: int


@dataclass(frozen=True, slots=True)
class Keys:
    """The server's secrets: ``signing`` is a raw Ed25519 private key, ``refresh`` are 32 random bytes."""

    signing: bytes
    refresh: bytes


class Tokens:
    """Makes and checks tokens; safe to share between threads.

    Genuine access tokens are remembered, so that a client's second request costs no signature check.
    """

    def __init__(self, clock: Clock, load_keys: Callable[[], Keys], *, access_minutes: int) -> None:
        """
        Args:
            load_keys: reads the server's secrets; called once, when they are first wanted.
        """
        self._clock = clock
        self._load_keys = load_keys
        self._life_s = access_minutes * 60
        self._known: OrderedDict[str, Claims] = OrderedDict()
        self._lock = threading.Lock()
        self._keys: tuple[Ed25519PrivateKey, Ed25519PublicKey, bytes] | None = None

    def issue(self, session_id: str, person_id: str, device_id: str) -> tuple[str, int]:
        """An access token and the instant (UTC milliseconds) when it ends."""
        now = self._clock.now_ms() // 1000
        expires = now + self._life_s
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": person_id,
            "sid": session_id,
            "did": device_id,
            "iat": now,
            "exp": expires,
        }
        return jwt.encode(claims, self._secrets()[0], algorithm=ALGORITHM), expires * 1000

    def check(self, token: str) -> Claims:
        """What a token says when it is ours and not over.

        Raises:
            Unauthorized: ``bad_token``, ``token_expired``.
        """
        with self._lock:
            claims = self._known.get(token)
        if claims is None:
            claims = self._read(token)
            with self._lock:
                self._known[token] = claims
                if len(self._known) > REMEMBERED:
                    self._known.popitem(last=False)
        if claims.expires_s + LEEWAY_S <= self._clock.now_ms() // 1000:
            raise Unauthorized("token_expired")
        return claims

    def _read(self, token: str) -> Claims:
        if len(token) > LONGEST_TOKEN:
            raise Unauthorized("bad_token")
        # The instants are checked against the injected clock, not by the library.
        own: Options = {"require": ["exp", "iat", "sub"], "verify_exp": False, "verify_iat": False, "verify_nbf": False}
        try:
            found: dict[str, Any] = jwt.decode(
                token, self._secrets()[1], algorithms=[ALGORITHM], audience=AUDIENCE, issuer=ISSUER, options=own
            )
        except jwt.PyJWTError:
            raise Unauthorized("bad_token") from None
        session_id, person_id, device_id, expires = (found.get(name) for name in ("sid", "sub", "did", "exp"))
        if not (is_id(session_id) and is_id(person_id) and is_id(device_id) and isinstance(expires, int)):
            raise Unauthorized("bad_token")
        return Claims(str(session_id), str(person_id), str(device_id), expires)

    def first_refresh(self, session_id: str, random: bytes) -> str:
        """The refresh token of a new session."""
        return f"{session_id}.{_text(random)}"

    def next_refresh(self, token: str) -> str:
        """The token that replaces *token*: always the same, so that a repeated request gets a lost answer again.

        It needs the server's secret and the token itself, so neither a thief of the one nor of the other can make it.
        """
        digest = hmac.new(self._secrets()[2], token.encode(), hashlib.sha256).digest()
        return f"{token.partition('.')[0]}.{_text(digest)}"

    def veiled(self, name: str) -> bytes:
        """A digest of a sign-in name that nobody can turn back without the server's secret."""
        return hmac.new(self._secrets()[2], b"name\n" + name.encode(), hashlib.sha256).digest()

    def _secrets(self) -> tuple[Ed25519PrivateKey, Ed25519PublicKey, bytes]:
        if self._keys is None:
            keys = self._load_keys()
            private = Ed25519PrivateKey.from_private_bytes(keys.signing)
            self._keys = (private, private.public_key(), keys.refresh)
        return self._keys


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def digest_of(refresh_token: str) -> bytes:
    """What the database keeps of a refresh token."""
    return hashlib.sha256(refresh_token.encode()).digest()


def session_of(refresh_token: str) -> str:
    """The id of the session that a refresh token claims to belong to.

    Raises:
        Unauthorized: ``session_revoked``, because that is what an unknown session is.
    """
    session_id = refresh_token.partition(".")[0]
    if not is_id(session_id):
        raise Unauthorized("session_revoked")
    return session_id


def check_proof(public_key: bytes, proof: bytes, *parts: str) -> None:
    """Check that a device signed *parts*, joined by line ends, with its Ed25519 key.

    Raises:
        Unauthorized: ``bad_proof``.
    """
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(proof, "\n".join(parts).encode())
    except (InvalidSignature, ValueError):
        raise Unauthorized("bad_proof") from None
