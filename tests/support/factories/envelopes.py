"""Envelopes as a device would seal them, and as nobody should."""

from __future__ import annotations

import dataclasses
import os
from dataclasses import dataclass
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.kernel.clock import FixedClock, date_of
from domain.kernel.commands import Payload, command_of
from domain.kernel.context import Actor
from domain.kernel.envelope import FORMAT, GENESIS, Body, Sealed, pack_personal, personal_hash, seal
from domain.kernel.ids import IdSource
from domain.kernel.wire import PushBatch, PushItem

AT = 1_700_000_100_000


@dataclass(slots=True)
class Sealer:
    """A device's chain without a store: seals whatever it is told to.

    Attributes:
        sequence, previous: end of the chain so far.
    """

    actor: Actor
    key: Ed25519PrivateKey
    epoch: int = 1
    sequence: int = 0
    previous: str = GENESIS
    at: int = AT
    ids: IdSource = dataclasses.field(default_factory=lambda: IdSource(FixedClock(AT)))

    def body(self, payload: Payload, personal: bytes | None = None, **changes: Any) -> Body:
        """The next body of the chain, with *changes* to its fields."""
        kind = command_of(payload)
        fields: dict[str, Any] = {
            "format": FORMAT,
            "kind": kind.name,
            "schema": kind.version,
            "id": self.ids.new(),
            "device": self.actor.device_id,
            "epoch": self.epoch,
            "sequence": self.sequence + 1,
            "person": self.actor.person_id,
            "party": self.actor.party_id,
            "business_date": date_of(self.at),
            "claimed_at": self.at,
            "cursor": None,
            "depends_on": (),
            "base": (),
            "document": "",
            "payload": msgspec.Raw(msgspec.json.encode(payload)),
            "personal": personal_hash(personal) if personal else None,
            "previous": self.previous,
        }
        return Body(**{**fields, **changes})

    def seal(self, payload: Payload, personal: Payload | None = None, **changes: Any) -> PushItem:
        """The next envelope of the chain, which is lengthened by it."""
        part = pack_personal(os.urandom(16), msgspec.json.encode(personal)) if personal is not None else None
        return self.send(seal(self.body(payload, part, **changes), self.key, part))

    def send(self, sealed: Sealed) -> PushItem:
        """Put *sealed* in the next place of the chain, whatever it is."""
        self.sequence += 1
        self.previous = sealed.hash
        return PushItem(self.sequence, sealed)

    def batch(self, *items: PushItem) -> PushBatch:
        """Items as one push."""
        return PushBatch(self.epoch, list(items))


def altered(sealed: Sealed, at: int = -2, flip: int = 1) -> Sealed:
    """The same with one byte of the body changed; flipping 128 makes it no text."""
    body = bytearray(sealed.body)
    body[at] ^= flip
    return Sealed(bytes(body), sealed.signature, sealed.personal)
