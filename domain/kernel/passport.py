"""The server's word that it has dealt a device its id and number: by it a PC comes back to a server that forgot it.

A device that was enrolled after the backup to which its server was put back is unknown there. It shows this word with
the next sign-in and goes on as the one it was, so that what it sealed stays valid: the same id, key, chain, numbers.
"""

from __future__ import annotations

import base64
import binascii
from typing import Annotated

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from domain.kernel.errors import Invalid

_ABOUT = b"dealerdesk-passport-1\n"


class Passport(msgspec.Struct, frozen=True):
    """Whose: the device's id, its number within its party, the party, and its public key (base64)."""

    device: str
    number: Annotated[int, msgspec.Meta(ge=1, lt=2**31)]
    party: str
    key: str


def sign_passport(passport: Passport, key: Ed25519PrivateKey) -> str:
    """The word as text, with the key that signs leases."""
    plain = msgspec.json.encode(passport)
    return base64.urlsafe_b64encode(key.sign(_ABOUT + plain) + plain).decode()


def read_passport(text: str, public_key: Ed25519PublicKey) -> Passport:
    """What this server once said.

    Raises:
        Invalid: ``passport_altered``.
    """
    try:
        packed = base64.urlsafe_b64decode(text.encode())
        signature, plain = packed[:64], packed[64:]
        public_key.verify(signature, _ABOUT + plain)
        return msgspec.json.decode(plain, type=Passport)
    except (InvalidSignature, ValueError, binascii.Error, msgspec.MsgspecError):
        raise Invalid("passport_altered") from None
