"""One profile: a home folder with its secrets, store and session. Used by the window and by the command line alike."""

from __future__ import annotations

import base64
import contextlib
import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop.platform.later import later
from desktop.platform.paths import Paths
from desktop.platform.secrets import KeyStore, open_key_store
from desktop.store import opened_files
from desktop.store.identity import Identity, Secrets
from desktop.store.people import People
from desktop.store.store import Store
from desktop.store.vault import PASSWORD, Card, Vault
from desktop.sync.transport import Offline
from domain.kernel import sealedbox
from domain.kernel.clock import Clock
from domain.kernel.errors import DomainError, NotEntitled, Refused

if TYPE_CHECKING:
    from desktop.sync.http import HttpTransport
    from desktop.sync.live import LiveStream

JOIN: Callable[..., tuple[Identity, dict[str, Any], dict[str, Any]]] = later("desktop.app.wire", "join")
TRANSPORT: Callable[..., HttpTransport] = later("desktop.app.wire", "transport_of")
DATABASE_KEY, DEVICE_KEY, WRAPPING_KEY, SESSION = "database-key", "device-key", "wrapping-key", "session"
"""Names in the key store. ``database-key`` lies there only while a session is open: sign-out takes it away."""


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
        vault: who can open the databases while no session is open.
        people: who may use this PC while they are open.
        returned: at the last sign-in the server had been restored from a backup and did not know this PC any more.
    """

    def __init__(self, paths: Paths, clock: Clock, environment: Mapping[str, str]) -> None:
        self.paths = paths.prepare()
        self.clock = clock
        self._keys = open_key_store(self.paths.home, environment)
        self.tokens = KeptTokens(self._keys)
        self.vault = Vault(self.paths.data / "vault.bin", self._wrapping_key, clock)
        self.people = People(self.vault, lambda: self.store, lambda: self.database_key)
        self.returned = False
        self._store: Store | None = None
        self._transport: HttpTransport | None = None

    # -- databases ---------------------------------------------------------------------------------------------------

    @property
    def enrolled(self) -> bool:
        """Whether this PC is a device of a network; its databases may be closed."""
        if not self.has_databases:
            return False
        if self._store is None and self._keys.get(DATABASE_KEY) is None and self.vault.exists:
            return self.vault.contents.card is not None
        return self.store.identity is not None

    @property
    def has_databases(self) -> bool:
        """Whether there are files, whoever can open them."""
        return (self.paths.data / "ledger.db").exists()

    @property
    def store(self) -> Store:
        """The databases, opened when first wanted.

        Raises:
            NotEntitled: ``not_signed_in`` while no session is open.
            Refused: ``key_missing`` when there are databases but the key store has no key for them.
        """
        if self._store is None:
            self._store = Store(self.paths.data, Secrets(self.database_key, self._device_key()), self.clock)
            opened_files.clear(self._store.contents.opened)
        return self._store

    @property
    def database_key(self) -> bytes:
        """The databases' key of the open session; a new one while there are no databases yet.

        Raises:
            NotEntitled, Refused: see :attr:`store`.
        """
        key = self._keys.get(DATABASE_KEY)
        if key is not None:
            return key
        if self.has_databases:
            raise NotEntitled("not_signed_in") if self.vault.exists else Refused("key_missing")
        key = os.urandom(32)
        self._keys.set(DATABASE_KEY, key)
        return key

    def _device_key(self) -> bytes:
        return self._kept(DEVICE_KEY, lambda: Ed25519PrivateKey.generate().private_bytes_raw())

    def _wrapping_key(self) -> bytes:
        return self._kept(WRAPPING_KEY, lambda: os.urandom(32), needed=self.vault.exists)

    def _kept(self, name: str, make: Callable[[], bytes], *, needed: bool = False) -> bytes:
        """A key of the key store, made when it is first wanted; where data depends on it, it must be there."""
        found = self._keys.get(name)
        if found is None:
            if needed or (name == DEVICE_KEY and self.has_databases):
                raise Refused("key_missing")
            found = make()
            self._keys.set(name, found)
        return found

    @property
    def signing_key(self) -> Ed25519PrivateKey:
        """The device's private key."""
        return Ed25519PrivateKey.from_private_bytes(self._device_key())

    def close(self) -> None:
        """Close databases and connections."""
        if self._store is not None:
            self._store.close()
            opened_files.clear(self._store.contents.opened)
            self._store = None
        self._drop_transport()

    def forget_keys(self) -> None:
        """Make everything on this PC unreadable for ever: the key store forgets its keys, then the vault goes."""
        self.close()
        for name in (DATABASE_KEY, SESSION, WRAPPING_KEY, DEVICE_KEY):
            self._keys.delete(name)
        self.vault.destroy()

    # -- session -----------------------------------------------------------------------------------------------------

    @property
    def signed_in(self) -> bool:
        """Whether a session is open. Its tokens may have ended at the server; selling goes on all the same."""
        return self._keys.get(DATABASE_KEY) is not None

    def require_session(self) -> None:
        """Make sure that somebody is signed in.

        Raises:
            NotEntitled: ``not_enrolled``, ``not_signed_in``.
        """
        if not self.enrolled:
            raise NotEntitled("not_enrolled")
        if not self.signed_in:
            raise NotEntitled("not_signed_in")

    def require_lease(self) -> None:
        """Make sure that this PC has not been without its server for too long.

        Raises:
            Refused: ``lease_ended`` with ``days``.
        """
        now = self.store.lease.state()
        if now.ended:
            raise Refused("lease_ended", days=now.days)

    def enrol(self, server: str, user: str, password: str) -> Identity:
        """Make this PC a device, or sign in again on it at the server; opens a session that lasts until sign-out.

        Raises:
            Refused: ``server_unreachable``; ``other_server`` when it belongs to another network;
                ``other_dealer`` when the person works for another party than this PC; ``key_missing``.
            DomainError: what the server answered.
        """
        card = self.card
        identity, told, tokens = JOIN(
            server,
            self.signing_key,
            card,
            user=user,
            password=password,
            now_ms=self.clock.now_ms(),
            escrow=b"" if card is None or self.signed_in else self.vault.contents.escrow,
        )
        self._open_session(identity, told, password)
        self.tokens.save(tokens)
        self._drop_transport()
        self.paths.retired_file.unlink(missing_ok=True)
        return identity

    @property
    def card(self) -> Card | None:
        """Which device this PC is, None before it is one."""
        if not self.has_databases:
            return None
        if self._store is None and not self.signed_in:
            return self.vault.contents.card
        known = self.store.identity
        return None if known is None else card_of(known)

    def _open_session(self, identity: Identity, told: Mapping[str, Any], password: str) -> None:
        """Keep what the server told; first what opens the databases again, then what is in them."""
        person = told["person"]
        if self.has_databases and not self.signed_in:
            self._keys.set(DATABASE_KEY, self._key_told(person["id"], password, told.get("opened_key")))
        key = self.database_key
        self.vault.set_aside_if_broken()
        self.vault.keep(
            (person["id"], person["name"], person["role"]), PASSWORD, password, key, person["password_stamp"]
        )
        sealed = f"{identity.device_id}\n".encode() + key
        box = sealedbox.seal(base64.b64decode(identity.server_key), sealed, sealedbox.DATABASE_KEY)
        self.vault.set_device(card_of(identity), box)
        self.returned = bool(told.get("returned"))
        self.store.take_identity(identity, returned=self.returned)
        self.vault.set_screen_locked(False)
        self._take_lease(told["lease"])

    def _key_told(self, person_id: str, password: str, opened: str | None) -> bytes:
        """The key of closed databases: as the server opened it, or by the same password when it was used here before.

        Raises:
            Refused: ``key_missing``.
        """
        if opened:
            return base64.b64decode(opened)
        try:
            return self.vault.open(person_id, password).key
        except (Refused, NotEntitled):
            raise Refused("key_missing") from None

    def _take_lease(self, text: str) -> None:
        known = self.store.known
        if text and known.lease_key:
            self.store.lease.take(text, base64.b64decode(known.lease_key), known.device_id)

    def enter(self, person_id: str, secret: str) -> str:
        """Open a session offline, by the PIN or password that somebody set on this PC; returns which of them it was.

        Raises:
            DomainError: see :meth:`desktop.store.people.People.enter`.
        """
        opened = self.vault.open(person_id, secret)
        if self.signed_in:
            return self.people.admit(person_id, opened)
        self._keys.set(DATABASE_KEY, opened.key)
        try:
            return self.people.admit(person_id, opened)
        except BaseException:
            self._keys.delete(DATABASE_KEY)
            self.close()
            raise

    def sign_out(self) -> int:
        """End the session here, and at the server when it can be reached; how many commands stay unsent.

        They stay in the ledger, which nobody opens until somebody signs in again.

        Raises:
            NotEntitled: ``not_signed_in``. Refused: ``no_way_back`` when no secret would open the databases again.
        """
        self.require_session()
        if not any(keeper.wraps for keeper in self.vault.contents.keepers.values()):
            raise Refused("no_way_back")
        unsent = self.store.ledger.unsent().number
        # The session ends here in any case; the server's half ends by itself when it cannot be told.
        with contextlib.suppress(Offline, DomainError):
            self.transport.sign_out()
        self.vault.set_unsent(unsent)
        self.tokens.save(None)
        self._keys.delete(DATABASE_KEY)
        self._drop_transport()
        return unsent

    @property
    def unsent_when_closed(self) -> int:
        """How many commands waited for upload when the last session ended."""
        return self.vault.contents.unsent if self.vault.exists else 0

    @property
    def transport(self) -> HttpTransport:
        """The wire of this device."""
        if self._transport is None:
            self._transport = TRANSPORT(self.store, self.tokens, self.signing_key, self._take_lease)
        return self._transport

    def live_stream(self) -> LiveStream | None:
        """A stream of pokes for the session that the rounds keep; None while there is none."""
        transport = self._transport
        return transport.live_stream() if transport is not None else None

    def _drop_transport(self) -> None:
        if self._transport is not None:
            self._transport.client.close()
            self._transport = None


def card_of(identity: Identity) -> Card:
    """What is kept of a device beside its databases."""
    return Card(
        identity.device_id,
        identity.database_id,
        identity.party_id,
        identity.party_code,
        identity.party_name,
        identity.server,
        identity.passport,
    )
