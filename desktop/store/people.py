"""Who may use this PC: the people of its party, each proved by a PIN or a password that was set here.

Everything is offline. What needs the server (somebody's first time here, a forgotten secret) is the profile's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from desktop.store.identity import Identity
from desktop.store.store import Store
from desktop.store.vault import PASSWORD, PIN, Keeper, Opened, Vault, check_pin
from domain.kernel.channels import Row
from domain.kernel.errors import Refused
from domain.parties import queries

STAMPS = {PIN: "pin_stamp", PASSWORD: "password_stamp"}
ENDED = {PIN: "pin_was_reset", PASSWORD: "password_was_changed"}  # nosec B105


@dataclass(frozen=True, slots=True)
class PersonHere:
    """Somebody of this party, as the quick switch shows him.

    Attributes:
        has_pin, has_password: set on this PC, so that he can prove himself without a network.
        current: works at this PC now.
    """

    person_id: str
    name: str
    role: str
    has_pin: bool
    has_password: bool
    current: bool

    @property
    def is_new(self) -> bool:
        """Whether he has to prove himself at the server first."""
        return not (self.has_pin or self.has_password)


class People:
    """The people of an open profile.

    Attributes:
        vault: their secrets.
    """

    def __init__(self, vault: Vault, store: Callable[[], Store], key: Callable[[], bytes]) -> None:
        """
        Args:
            store: the open databases.
            key: asks for the databases' key, which each person's secret wraps.
        """
        self.vault, self._store, self._key = vault, store, key

    # -- who ---------------------------------------------------------------------------------------------------------

    @property
    def known(self) -> Identity:
        """This device and who works at it."""
        return self._store().known

    def here(self) -> list[PersonHere]:
        """Everybody who may use this PC: who works at it now, then who has a secret here, then the others."""
        known, keepers = self.known, self.vault.contents.keepers
        rows = {row["id"]: row for row in self._rows() if row["status"] == "active"}
        named = {key: (row["name"], row["role"]) for key, row in rows.items()}
        if not rows:  # before the first sync this PC knows only who has signed in
            named = {key: (one.name, one.role) for key, one in keepers.items()}
            named.setdefault(known.person_id, (known.person_name, known.role))
        found = [
            PersonHere(key, name, role, *_secrets(keepers.get(key)), key == known.person_id)
            for key, (name, role) in named.items()
        ]
        return sorted(found, key=lambda one: (not one.current, one.is_new, one.name))

    def keepers(self) -> list[PersonHere]:
        """Everybody who has a secret on this PC; can be asked while the databases are closed."""
        found = [
            PersonHere(one.person_id, one.name, one.role, *_secrets(one), False)
            for one in self.vault.contents.keepers.values()
        ]
        return sorted(found, key=lambda one: one.name)

    @property
    def current(self) -> PersonHere:
        """Who works at this PC now."""
        known = self.known
        secrets = _secrets(self.vault.keeper(known.person_id))
        return PersonHere(known.person_id, known.person_name, known.role, *secrets, True)

    def _rows(self) -> list[Row]:
        with self._store().read() as connection:
            return queries.list_persons(connection, self.known.party_id)

    def _row(self, person_id: str) -> Row | None:
        return next((row for row in self._rows() if row["id"] == person_id), None)

    # -- proving and switching ---------------------------------------------------------------------------------------

    def enter(self, person_id: str, secret: str) -> str:
        """Let somebody work at this PC, by what it knows of him; returns the kind of secret. Nothing else switches.

        Raises:
            Refused: ``no_secret_here``, ``secret_locked``, ``pin_was_reset``, ``password_was_changed``,
                ``person_suspended``.
            NotEntitled: ``secret_wrong``.
        """
        return self.admit(person_id, self.vault.open(person_id, secret))

    def admit(self, person_id: str, opened: Opened) -> str:
        """The second half of :meth:`enter`: what the network says of somebody who proved himself; the same errors."""
        name, role = self._still_counts(person_id, opened)
        self._store().set_identity(replace(self.known, person_id=person_id, person_name=name, role=role))
        self.vault.set_screen_locked(False)
        return opened.kind

    def prove(self, person_id: str, secret: str) -> str:
        """His name, when somebody is who he says; who works at this PC stays. The errors are those of :meth:`enter`."""
        return self._still_counts(person_id, self.vault.open(person_id, secret))[0]

    def _still_counts(self, person_id: str, opened: Opened) -> tuple[str, str]:
        row = self._row(person_id)
        keeper = self.vault.keeper(person_id)
        if row is not None and row["status"] != "active":
            self.vault.forget(person_id)
            raise Refused("person_suspended", name=row["name"])
        if row is not None and row[STAMPS[opened.kind]] != opened.stamp:
            self.vault.forget(person_id, opened.kind)
            raise Refused(ENDED[opened.kind], name=row["name"])
        return (row["name"], row["role"]) if row else (keeper.name, keeper.role) if keeper else ("", "")

    # -- secrets -----------------------------------------------------------------------------------------------------

    def set_pin(self, pin: str) -> None:
        """Who works here now chooses a PIN for this PC.

        Raises:
            Invalid: see :func:`desktop.store.vault.check_pin`.
        """
        check_pin(pin)
        known = self.known
        self._keep((known.person_id, known.person_name, known.role), PIN, pin)

    def password_given(self, person_id: str, password: str) -> None:
        """A password was set on this PC, by its owner or for him: it opens this PC too, with no network needed.

        Given by somebody else it also ends the PIN: he chooses a new one when he next comes here.
        """
        row = self._row(person_id)
        if row is None or row["party_id"] != self.known.party_id:
            return
        if person_id != self.known.person_id:
            self.vault.forget(person_id, PIN)
        self._keep((person_id, row["name"], row["role"]), PASSWORD, password)

    def pin_ended(self, person_id: str) -> None:
        """Somebody's PIN of this PC no longer counts."""
        self.vault.forget(person_id, PIN)

    def _keep(self, person: tuple[str, str, str], kind: str, secret: str) -> None:
        row = self._row(person[0])
        stamp = row[STAMPS[kind]] if row else ""
        self.vault.keep(person, kind, secret, self._key(), stamp)

    def reconcile(self) -> bool:
        """Drop what no longer counts by what the network says; whether who works here may go on."""
        rows = {row["id"]: row for row in self._rows()}
        for person_id, keeper in dict(self.vault.contents.keepers).items():
            row = rows.get(person_id)
            if row is None:
                continue
            for wrap in keeper.wraps:
                if row["status"] != "active" or row[STAMPS[wrap.kind]] != wrap.stamp:
                    self.vault.forget(person_id, wrap.kind)
        mine = rows.get(self.known.person_id)
        return mine is None or mine["status"] == "active"


def _secrets(keeper: Keeper | None) -> tuple[bool, bool]:
    return (False, False) if keeper is None else (keeper.wrap(PIN) is not None, keeper.wrap(PASSWORD) is not None)
