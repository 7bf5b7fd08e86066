"""The network as the feed's rules ask for it, and which channels a device may read."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
from sqlalchemy import Connection

from domain.catalogue import queries as catalogue
from domain.catalogue.rules import list_applies
from domain.kernel.channels import CATALOGUE, HQ
from domain.kernel.errors import Invalid
from domain.kernel.ids import HQ_PARTY_ID
from domain.parties import queries as parties, rules
from server_stub.sync import repository


@dataclass(slots=True)
class NetworkTree:
    """Ancestors by party, remembered for the life of one request."""

    connection: Connection
    known: dict[str, Sequence[str]] = field(default_factory=dict)

    def ancestors(self, party_id: str) -> Sequence[str]:
        found = self.known.get(party_id)
        if found is None:
            row = parties.party_by_id(self.connection, party_id)
            found = rules.ancestors(row) if row else ()
            self.known[party_id] = found
        return found


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """Where a device stands in the feed; clients keep it as opaque text."""

    database: str
    subscription: str
    sequence: int

    def text(self) -> str:
        """The opaque form."""
        return base64.urlsafe_b64encode(msgspec.msgpack.encode(self)).decode()

    @classmethod
    def parse(cls, text: str) -> Cursor:
        """From the opaque form, without the witness that stands behind it (:mod:`server_stub.sync.history`).

        Raises:
            Invalid: ``bad_cursor``.
        """
        try:
            return msgspec.msgpack.decode(base64.urlsafe_b64decode(text.partition(".")[0].encode()), type=cls)
        except (ValueError, msgspec.MsgspecError):
            raise Invalid("bad_cursor") from None


@dataclass(frozen=True, slots=True)
class Subscription:
    """The channels of one device, and a version that changes with the set and with any channel's generation."""

    channels: tuple[str, ...]
    version: str


def subscription_of(connection: Connection, party_id: str, device_id: str) -> Subscription:
    """What the devices of a party may read.

    A suspended or closed dealer keeps only its outcomes: it may finish pushing and see what became of it.
    """
    channels = [f"device:{device_id}"]
    party = parties.party_by_id(connection, party_id)
    if party_id == HQ_PARTY_ID:
        channels += [HQ, CATALOGUE]
    elif party is not None and party["status"] == "active":
        channels += [CATALOGUE, f"party:{party_id}", f"down:{party_id}", f"up:{party['parent_id']}"]
        lists = catalogue.list_price_lists(connection)
        channels += [f"price-list:{row['id']}" for row in lists if list_applies(row, party)]
    generations = repository.generations(connection, channels)
    ordered = sorted(channels)
    seal = "\n".join(f"{channel}@{generations.get(channel, 0)}" for channel in ordered)
    return Subscription(tuple(ordered), hashlib.sha256(seal.encode()).hexdigest()[:16])
