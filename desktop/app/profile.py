"""One profile: a home folder with its secrets, store and session. Used by the window and by the command line alike."""

from __future__ import annotations

import contextlib
import os
import platform
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from desktop.platform.paths import Paths
from desktop.platform.secrets import KeyStore, open_key_store
from desktop.store.identity import Identity, Secrets
from desktop.store.store import Store
from desktop.sync import enrolment
from desktop.sync.http import HttpClient, HttpTransport, kept_tokens
from desktop.sync.transport import Offline, ServerRefused, SignInNeeded
from domain.kernel.clock import Clock
from domain.kernel.errors import DomainError, NotEntitled, Refused

DATABASE_KEY, DEVICE_KEY, SESSION = "database-key", "device-key", "session"


class KeptTokens:
    """The session's tokens in the key store."""

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys

    def load(self) -> dict[str, Any] | None:
        found = self._keys.get(SESSION)
        return msgspec.json.decode(found, type=dict[str, Any]) if found else None

    def save(self, tokens: dict[str, Any] | None) -> None:
        if tokens is None:
            self._keys.delete(SESSION)
        else:
            self._keys.set(SESSION, msgspec.json.encode(tokens))


class Profile:
    """Secrets, databases and session of one home folder.

    Attributes:
        paths: names below the home folder.
        clock: this PC's clock.
        tokens: where the session is kept.
    """

    def __init__(self, paths: Paths, clock: Clock, environment: Mapping[str, str]) -> None:
        self.paths = paths.prepare()
        self.clock = clock
        self._keys = open_key_store(self.paths.home, environment)
        self.tokens = KeptTokens(self._keys)
        self._store: Store | None = None
        self._transport: HttpTransport | None = None

    # -- databases ---------------------------------------------------------------------------------------------------

    @property
    def enrolled(self) -> bool:
        """Whether this PC is a device of a network."""
        return (self.paths.data / "ledger.db").exists() and self.store.identity is not None

    @property
    def store(self) -> Store:
        """The databases, opened when first wanted.

        Raises:
            Refused: ``key_missing`` when there are databases but the key store has no key for them.
        """
        if self._store is None:
            self._store = Store(self.paths.data, self._secrets(), self.clock)
        return self._store

    def _secrets(self) -> Secrets:
        database_key, device_key = self._keys.get(DATABASE_KEY), self._keys.get(DEVICE_KEY)
        if database_key is not None and device_key is not None:
            return Secrets(database_key, device_key)
        if (self.paths.data / "ledger.db").exists():
            raise Refused("key_missing")
        fresh = Ed25519PrivateKey.generate()
        device_key = fresh.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        database_key = os.urandom(32)
        self._keys.set(DATABASE_KEY, database_key)
        self._keys.set(DEVICE_KEY, device_key)
        return Secrets(database_key, device_key)

    def close(self) -> None:
        """Close databases and connections."""
        if self._store is not None:
            self._store.close()
            self._store = None
        self._drop_transport()

    # -- session -----------------------------------------------------------------------------------------------------

    @property
    def signed_in(self) -> bool:
        """Whether a session is kept. It may have ended at the server; selling goes on all the same."""
        return self.tokens.load() is not None

    def require_session(self) -> None:
        """Make sure that somebody is signed in.

        Raises:
            NotEntitled: ``not_enrolled``, ``not_signed_in``.
        """
        if not self.enrolled:
            raise NotEntitled("not_enrolled")
        if not self.signed_in:
            raise NotEntitled("not_signed_in")

    def enrol(self, server: str, user: str, password: str) -> Identity:
        """Make this PC a device, or sign in again on it; opens a session that lasts until sign-out.

        Raises:
            Refused: ``server_unreachable``; ``other_server`` when it belongs to another network;
                ``other_dealer`` when the person works for another party than this PC.
            DomainError: what the server answered.
        """
        client = HttpClient(server)
        try:
            identity, told = self._ask(client, user, password)
        except Offline:
            raise Refused("server_unreachable", server=client.server) from None
        finally:
            client.close()
        known = self.store.identity
        if known is not None and known.database_id != identity.database_id:
            raise Refused("other_server", server=client.server)
        if known is not None and known.party_id != identity.party_id:
            raise Refused("other_dealer", code=known.party_code)
        self.store.set_identity(identity if known is None else replace(identity, epoch=known.epoch))
        self.tokens.save(kept_tokens(told, self.clock.now_ms()))
        self._drop_transport()
        return identity

    def _ask(self, client: HttpClient, user: str, password: str) -> tuple[Identity, dict[str, Any]]:
        key = self._secrets().signing_key
        known = self.store.identity
        try:
            if known is None:
                return enrolment.enrol(client, key, user=user, password=password, device_name=platform.node() or "PC")
            now = self.clock.now_ms()
            return enrolment.sign_in(client, key, known.device_id, user=user, password=password, now_ms=now)
        except SignInNeeded as error:
            raise NotEntitled(error.code, **error.params) from None
        except ServerRefused as error:
            raise Refused(error.code, **error.params) from None

    def sign_out(self) -> None:
        """End the session here, and at the server when it can be reached. What is unsent stays in the ledger."""
        if self.signed_in and self.enrolled:
            # The session ends here in any case; the server's half ends by itself when it cannot be told.
            with contextlib.suppress(Offline, DomainError):
                self.transport.sign_out()
        self.tokens.save(None)
        self._drop_transport()

    @property
    def transport(self) -> HttpTransport:
        """The wire of this device."""
        if self._transport is None:
            known = self.store.known
            client = HttpClient(known.server)
            key = self._secrets().signing_key
            self._transport = HttpTransport(
                client, self.tokens, known.device_id, key, self.clock.now_ms, self.store.health
            )
        return self._transport

    def _drop_transport(self) -> None:
        if self._transport is not None:
            self._transport.client.close()
            self._transport = None
