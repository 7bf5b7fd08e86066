"""How long a PC may go without its server: a lease that the server signs and renews at each contact.

When it has ended, selling and synchronising go on and everything else waits. Source: SECURITY, "revoked or lost PC".
"""

from __future__ import annotations

import base64
import binascii

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from domain.kernel.errors import Invalid

DAY_MS = 86_400_000
USUAL_DAYS = 30
_ABOUT = b"dealerdesk-lease-1\n"


class Lease(msgspec.Struct, frozen=True):
    """For whom, since when by the server's clock (UTC ms), and for how many days."""

    device: str
    issued_at: int
    days: int

    @property
    def length_ms(self) -> int:
        """How long it runs."""
        return self.days * DAY_MS


def sign_lease(lease: Lease, key: Ed25519PrivateKey) -> str:
    """The lease as text that nobody without the server's key can make."""
    plain = msgspec.json.encode(lease)
    return base64.urlsafe_b64encode(key.sign(_ABOUT + plain) + plain).decode()


def read_lease(text: str, public_key: bytes, device_id: str) -> Lease:
    """A lease that this server gave to this device.

    Raises:
        Invalid: ``lease_altered``.
    """
    try:
        packed = base64.urlsafe_b64decode(text.encode())
        signature, plain = packed[:64], packed[64:]
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, _ABOUT + plain)
        lease = msgspec.json.decode(plain, type=Lease)
    except (InvalidSignature, ValueError, binascii.Error, msgspec.MsgspecError):
        raise Invalid("lease_altered") from None
    if lease.device != device_id:
        raise Invalid("lease_altered")
    return lease
