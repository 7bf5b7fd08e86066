"""Which device this is and who uses it: what enrolment gave, kept in the ledger and in the key store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, fields

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.kernel.context import Actor


@dataclass(frozen=True, slots=True)
class Identity:
    """The enrolled device and the person signed in.

    Attributes:
        device_number: 1, 2, 3 … within the party; part of document numbers.
        epoch: of the device's chain.
        database_id: epoch of the server's database at enrolment.
        server_key: public key (X25519, base64) for what only the server may open; empty when it was enrolled before
            there was one, until the next sign-in.
        lease_key: public key (Ed25519, base64) of the leases that the server gives.
        passport: the server's word that it dealt this device, see :mod:`domain.kernel.passport`.
    """

    device_id: str
    device_number: int
    epoch: int
    party_id: str
    party_code: str
    party_name: str
    person_id: str
    person_name: str
    role: str
    database_id: str
    server: str
    server_key: str = ""
    lease_key: str = ""
    passport: str = ""

    @property
    def actor(self) -> Actor:
        """The person at this device."""
        return Actor(self.person_id, self.person_name, self.role, self.party_id, self.device_id)

    def to_meta(self) -> dict[str, str]:
        """As text, for the ledger."""
        return {f"identity.{key}": str(value) for key, value in asdict(self).items()}

    @classmethod
    def from_meta(cls, get: Mapping[str, str | None]) -> Identity | None:
        """From the ledger; None when this PC is not enrolled."""
        found: dict[str, object] = {}
        for one in fields(cls):
            value = get.get(f"identity.{one.name}")
            if value is None and one.default is MISSING:
                return None
            if value is None:
                continue
            found[one.name] = int(value) if one.name in ("device_number", "epoch") else value
        return cls(**found)  # type: ignore[arg-type]  # the loop above fills every field

    @classmethod
    def names(cls) -> list[str]:
        """The names under which it is kept."""
        return [f"identity.{one.name}" for one in fields(cls)]


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the key store keeps: the databases' key and the device's signing key, 32 raw bytes each."""

    database_key: bytes
    device_key: bytes

    @property
    def signing_key(self) -> Ed25519PrivateKey:
        """The device's private key."""
        return Ed25519PrivateKey.from_private_bytes(self.device_key)
