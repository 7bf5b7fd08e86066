"""``vault.bin``: the databases' key, wrapped once for each person and secret of this PC. Nothing in it is readable.

The file lies under a key of the key store. In it, every copy of the databases' key lies under that key *and* Argon2id
of a person's PIN or password. Wrong secrets are counted before they are tried, so that no restart takes one back.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec

from desktop.store.steady_clock import Monotonic, SteadyClock, monotonic_ms
from desktop.store.stretching import NONCE, SALT, Cost, derive, lock_up, stretch, unlock
from domain.kernel.clock import Clock
from domain.kernel.errors import Invalid, NotEntitled, Refused

PIN, PASSWORD = "pin", "password"  # nosec B105
SHORTEST_PIN, LONGEST_PIN = 4, 12
FREE_FAILURES = 5
"""Wrong secrets in a row before a person is locked for minutes instead of seconds."""
FIRST_WAIT_MS, FIRST_LOCK_MS, LONGEST_LOCK_MS = 1_000, 300_000, 86_400_000
ABOUT = b"dealerdesk-vault-1"


class Wrap(msgspec.Struct, frozen=True, array_like=True):
    """The databases' key under one secret; *stamp* names the state of that secret in the network (see ``person``)."""

    kind: str
    salt: bytes
    cost: Cost
    locked: bytes
    stamp: str = ""


class Keeper(msgspec.Struct, frozen=True, array_like=True):
    """Somebody who can open this PC. ``failed`` wrong secrets in a row; none is tried before ``waits_until`` (ms)."""

    person_id: str
    name: str
    role: str
    wraps: tuple[Wrap, ...] = ()
    failed: int = 0
    waits_until: int = 0

    def wrap(self, kind: str) -> Wrap | None:
        """The wrap under that kind of secret."""
        return next((one for one in self.wraps if one.kind == kind), None)


class Card(msgspec.Struct, frozen=True, array_like=True):
    """Which device this is, for signing in while the databases are closed."""

    device_id: str
    database_id: str
    party_id: str
    party_code: str
    party_name: str
    server: str
    passport: str = ""


class Contents(msgspec.Struct, frozen=True, array_like=True):
    """Everything in the file.

    Attributes:
        escrow: the databases' key sealed to the server, for whoever proves himself there.
        screen_locked: the window was locked; a restart finds it locked.
        seen: the latest instant seen (ms).
        unsent: commands that waited for upload when the session ended.
    """

    keepers: dict[str, Keeper] = {}
    card: Card | None = None
    escrow: bytes = b""
    screen_locked: bool = False
    seen: int = 0
    unsent: int = 0


class Opened(msgspec.Struct, frozen=True):
    """What a right secret opened: the databases' key; which kind of secret, and its stamp."""

    key: bytes
    kind: str
    stamp: str


def wait_ms(failed: int) -> int:
    """How long nothing is tried after so many wrong secrets in a row: seconds, from the fifth on minutes."""
    if failed < FREE_FAILURES:
        return int(FIRST_WAIT_MS * 2 ** max(0, failed - 1)) if failed else 0
    return int(min(FIRST_LOCK_MS * 2 ** min(failed - FREE_FAILURES, 20), LONGEST_LOCK_MS))


def check_pin(pin: str) -> None:
    """Refuse what is no PIN, or one that everybody tries first.

    Raises:
        Invalid: ``pin_not_digits``, ``pin_too_short``, ``pin_too_simple``.
    """
    if not (pin.isascii() and pin.isdigit()):
        raise Invalid("pin_not_digits", least=SHORTEST_PIN, most=LONGEST_PIN)
    if not SHORTEST_PIN <= len(pin) <= LONGEST_PIN:
        raise Invalid("pin_too_short", least=SHORTEST_PIN, most=LONGEST_PIN)
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    if steps in ({0}, {1}, {-1}):
        raise Invalid("pin_too_simple")


class Vault:
    """The file. Safe to share between the lanes of one program; one program at a time writes it."""

    def __init__(
        self,
        path: Path,
        root: Callable[[], bytes],
        clock: Clock,
        *,
        cost: Cost | None = None,
        random_bytes: Callable[[int], bytes] = os.urandom,
        monotonic: Monotonic = monotonic_ms,
    ) -> None:
        """
        Args:
            root: asks the key store for its wrapping key, 32 bytes; called when the file is first wanted.
            cost: of new wraps; old ones keep theirs.
        """
        self._path, self._ask_root, self._clock = path, root, clock
        self._cost, self._random_bytes, self._monotonic = cost or Cost(), random_bytes, monotonic
        self._lock = threading.RLock()
        self._root_key: bytes | None = None
        self._known: Contents | None = None
        self._steady: SteadyClock | None = None

    # -- reading -----------------------------------------------------------------------------------------------------

    @property
    def exists(self) -> bool:
        """Whether there is such a file."""
        return self._path.exists()

    @property
    def contents(self) -> Contents:
        """What is in it; nothing when there is no file.

        Raises:
            Refused: ``vault_broken``; what the key store raises.
        """
        with self._lock:
            if self._known is None:
                self._known = self._load()
                self._steady = SteadyClock(self._clock, self._known.seen, self._monotonic)
            return self._known

    def _load(self) -> Contents:
        if not self._path.exists():
            return Contents()
        plain = unlock(derive(self._root(), "vault"), self._path.read_bytes(), ABOUT)
        if plain is None:
            raise Refused("vault_broken", file=self._path.name)
        return msgspec.msgpack.decode(plain, type=Contents)

    def _root(self) -> bytes:
        if self._root_key is None:
            self._root_key = self._ask_root()
        return self._root_key

    def keeper(self, person_id: str) -> Keeper | None:
        """Somebody's entry."""
        return self.contents.keepers.get(person_id)

    def now_ms(self) -> int:
        """The instant by which waits are measured: never goes back, whatever is done to the clock."""
        with self._lock:
            seen = self.contents.seen
            steady = self._steady = self._steady or SteadyClock(self._clock, seen, self._monotonic)
            return steady.now_ms()

    def seconds_to_wait(self, person_id: str) -> int:
        """How long this person must wait before the next attempt."""
        keeper = self.keeper(person_id)
        left = keeper.waits_until - self.now_ms() if keeper else 0
        return max(0, -(-left // 1000))

    # -- opening -----------------------------------------------------------------------------------------------------

    def open(self, person_id: str, secret: str) -> Opened:
        """The databases' key, for whoever knows the secret.

        Raises:
            Refused: ``no_secret_here`` when this person has none on this PC; ``secret_locked`` with ``seconds``.
            NotEntitled: ``secret_wrong`` with ``seconds`` to wait.
        """
        with self._lock:
            keeper = self.keeper(person_id)
            if keeper is None or not keeper.wraps:
                raise Refused("no_secret_here")
            seconds = self.seconds_to_wait(person_id)
            if seconds:
                raise Refused("secret_locked", seconds=seconds)
            failed = keeper.failed + 1
            counted = msgspec.structs.replace(keeper, failed=failed, waits_until=self.now_ms() + wait_ms(failed))
            self._put(counted)
            for wrap in keeper.wraps:
                key = self._unwrap(person_id, wrap, secret)
                if key is not None:
                    self._put(msgspec.structs.replace(keeper, failed=0, waits_until=0))
                    return Opened(key, wrap.kind, wrap.stamp)
            raise NotEntitled("secret_wrong", seconds=self.seconds_to_wait(person_id))

    def _unwrap(self, person_id: str, wrap: Wrap, secret: str) -> bytes | None:
        if wrap.kind == PIN and not secret.isdigit():
            return None
        purpose = _purpose(person_id, wrap.kind)
        return unlock(stretch(self._root(), secret, wrap.salt, wrap.cost, purpose), wrap.locked, purpose.encode())

    # -- writing -----------------------------------------------------------------------------------------------------

    def keep(self, person: tuple[str, str, str], kind: str, secret: str, key: bytes, stamp: str = "") -> None:
        """Wrap the databases' *key* for *person* (id, name, role) under a secret; one of that kind is replaced.

        Earlier failures no longer count: whoever may do this has proved himself otherwise.
        """
        person_id, name, role = person
        salt = self._random_bytes(SALT)
        purpose = _purpose(person_id, kind)
        wrapping = stretch(self._root(), secret, salt, self._cost, purpose)
        locked = lock_up(wrapping, key, self._random_bytes(NONCE), purpose.encode())
        with self._lock:
            known = self.keeper(person_id)
            others = tuple(one for one in known.wraps if one.kind != kind) if known else ()
            wraps = (*others, Wrap(kind, salt, self._cost, locked, stamp))
            self._put(Keeper(person_id, name, role, wraps))

    def forget(self, person_id: str, kind: str | None = None) -> None:
        """Remove somebody's wraps, or those of one kind; failures no longer count."""
        with self._lock:
            known = self.keeper(person_id)
            if known is None:
                return
            kept = tuple(one for one in known.wraps if kind is not None and one.kind != kind)
            if kept:
                self._put(msgspec.structs.replace(known, wraps=kept, failed=0, waits_until=0))
            else:
                self._write(keepers={key: one for key, one in self.contents.keepers.items() if key != person_id})

    def _put(self, keeper: Keeper) -> None:
        self._write(keepers={**self.contents.keepers, keeper.person_id: keeper})

    def set_device(self, card: Card, escrow: bytes) -> None:
        """Keep which device this is, and its key as sealed to the server."""
        self._write(card=card, escrow=escrow)

    def set_screen_locked(self, locked: bool) -> None:
        """Keep whether the screen is locked."""
        if self.contents.screen_locked != locked:
            self._write(screen_locked=locked)

    def set_unsent(self, number: int) -> None:
        """Keep how much waited for upload when the session ended: while it is closed nobody can count."""
        self._write(unsent=number)

    def _write(self, **changes: Any) -> None:
        with self._lock:
            after = msgspec.structs.replace(self.contents, **changes, seen=self.now_ms())
            packed = lock_up(
                derive(self._root(), "vault"), msgspec.msgpack.encode(after), self._random_bytes(NONCE), ABOUT
            )
            self._replace(packed)
            self._known = after

    def _replace(self, packed: bytes) -> None:
        """Whole or not at all, also when the power goes."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside = self._path.with_suffix(".new")
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(packed)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._path)

    def set_aside_if_broken(self) -> None:
        """Begin anew when the file cannot be read; for whoever holds the databases' key. The old one is kept beside."""
        try:
            self.contents  # noqa: B018 - reading is the check
        except Refused as error:
            if error.code != "vault_broken":
                raise
            self._path.replace(self._path.with_suffix(".broken"))

    def destroy(self) -> None:
        """Remove the file: nobody of this PC opens anything with it any more."""
        with self._lock:
            self._path.unlink(missing_ok=True)
            self._known = self._steady = self._root_key = None


def _purpose(person_id: str, kind: str) -> str:
    return f"dealerdesk-wrap-1\n{person_id}\n{kind}"
