"""What parties lets other nouns know."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PartyAdded:
    """A party joined the network."""

    party_id: str


@dataclass(frozen=True, slots=True)
class NetworkFounded:
    """Headquarters exists; its base price list has this currency and this name."""

    currency: str
    base_list_name: str


@dataclass(frozen=True, slots=True)
class PersonAdded:
    """A person may sign in; *password_hash* is Argon2id in PHC form, None when the secret was erased."""

    person_id: str
    party_id: str
    name: str
    password_hash: str | None


@dataclass(frozen=True, slots=True)
class PasswordChanged:
    """A person's secret was replaced."""

    person_id: str
    password_hash: str


@dataclass(frozen=True, slots=True)
class AlarmsAcknowledged:
    """Somebody has looked at the alarms about a device."""

    device_id: str
