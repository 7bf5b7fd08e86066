"""The network as the feed's rules ask for it, and which channels a device may read."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
from sqlalchemy import Connection, Table

from domain.catalogue import queries as catalogue
from domain.catalogue.ranges import grants_of, is_granted
from domain.catalogue.rules import list_applies
from domain.kernel.channels import CATALOGUE, HQ, Row, range_channel
from domain.kernel.errors import Invalid
from domain.kernel.ids import HQ_PARTY_ID
from domain.parties import queries as parties, rules
from domain.parties.model import party
from server_stub.sync import repository
from server_stub.sync.repository_push import MOVES


@dataclass(frozen=True, slots=True)
class Move:
    """A party got other parties above it: the channels that what is its enters and leaves by it."""

    party_id: str
    left: Sequence[str]
    entered: Sequence[str]


@dataclass(slots=True)
class NetworkTree:
    """Ancestors by party, remembered for the life of one request; *known* may be shared by its commands. It keeps under
    :data:`MOVES` of which state of the tree it is; no party is called so.

    Attributes:
        moves: parties that this command has moved.
    """

    connection: Connection
    known: dict[str, Sequence[str]] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)
    _before: dict[str, Sequence[str]] = field(default_factory=dict)

    def hold(self, moves: str | None = None) -> NetworkTree:
        """Keep the tree as it is until this transaction ends, and forget what was known of another one.

        Two audiences of one row, worked out above and below a move, would each be wrong for the other's readers.

        Args:
            moves: which state it is, when this transaction holds it already.
        """
        if moves is None:
            repository.share_tree(self.connection)
            moves = repository.get_meta(self.connection, MOVES) or ""
        state = (moves,)
        if self.known.get(MOVES) != state:
            self.known.clear()
            self.known[MOVES] = state
        return self

    def ancestors(self, party_id: str) -> Sequence[str]:
        found = self.known.get(party_id)
        if found is None:
            row = parties.party_by_id(self.connection, party_id)
            found = rules.ancestors(row) if row else ()
            self.known[party_id] = found
        return found

    def note(self, table: Table, before: Row, after: Row) -> Sequence[str]:
        """Take note of a change; returns the channels that rows enter or leave by it although they did not change."""
        if table is not party or before["path"] == after["path"]:
            return ()
        if not self.moves:
            repository.own_tree(self.connection)
            repository.set_meta(self.connection, MOVES, f"{after['id']} {after['version']}")
            # What the commands of this request know is of another state, whether this one comes to its end or not.
            self.known.clear()
            self.known = {}
        self._before.setdefault(after["id"], rules.ancestors(before))
        above, now = set(rules.ancestors(before)), set(rules.ancestors(after))
        move = Move(after["id"], _down(above - now), _down(now - above))
        self.moves.append(move)
        return [*move.left, *move.entered]

    @property
    def before(self) -> FormerTree:
        """The network as it was before this command."""
        return FormerTree(self, self._before)


def _down(parties_above: set[str]) -> list[str]:
    return [f"down:{each}" for each in sorted(parties_above) if each != HQ_PARTY_ID]


@dataclass(frozen=True, slots=True)
class FormerTree:
    """The network before some parties were moved."""

    now: NetworkTree
    then: Mapping[str, Sequence[str]]

    def ancestors(self, party_id: str) -> Sequence[str]:
        return self.then[party_id] if party_id in self.then else self.now.ancestors(party_id)


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
class ChannelSet:
    """Channels with their generations, named by a digest in cursors. A device's own channel is in every set of its
    cursors and stands in none, so the devices of a party share one.
    """

    generations: Mapping[str, int]

    @property
    def text(self) -> str:
        """The set as it is kept."""
        return json.dumps(sorted(self.generations.items()), separators=(",", ":"))

    @property
    def digest(self) -> str:
        """Its name."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]

    @classmethod
    def find(cls, connection: Connection, digest: str) -> ChannelSet | None:
        """The set of this name, None when this database never gave it out."""
        text = repository.find_set(connection, digest)
        return None if text is None else cls(dict(json.loads(text)))


@dataclass(frozen=True, slots=True)
class Subscription:
    """The channels of one device.

    Attributes:
        own: the device's own channel.
        current: the others, as they are now.
        version: changes with the set and with any channel's generation.
    """

    own: str
    current: ChannelSet

    @property
    def channels(self) -> tuple[str, ...]:
        """All of them."""
        return (self.own, *sorted(self.current.generations))

    @property
    def version(self) -> str:
        """Name of the set."""
        return self.current.digest


def subscription_of(connection: Connection, party_id: str, device_id: str) -> Subscription:
    """What the devices of a party may read.

    A suspended or closed dealer keeps only its outcomes: it may finish pushing and see what became of it.
    """
    channels: list[str] = []
    dealer = parties.party_by_id(connection, party_id)
    if party_id == HQ_PARTY_ID:
        channels += [HQ, CATALOGUE]
    elif dealer is not None and dealer["status"] == "active":
        channels += [CATALOGUE, f"party:{party_id}", f"down:{party_id}", f"up:{dealer['parent_id']}"]
        lists = catalogue.list_price_lists(connection)
        channels += [f"price-list:{row['id']}" for row in lists if list_applies(row, dealer)]
    if dealer is not None and channels:
        ranges = catalogue.list_ranges(connection)
        channels += [range_channel(row["id"]) for row in ranges if is_granted(grants_of(row), dealer)]
    generations = repository.generations(connection, channels)
    current = ChannelSet({channel: generations.get(channel, 0) for channel in channels})
    return Subscription(f"device:{device_id}", current)


@dataclass(frozen=True, slots=True)
class Difference:
    """What lies between the channels of a cursor and those that the device may read now.

    Attributes:
        entered: new ones and those of a raised generation.
        left: those that are gone.
        remaining: those of the cursor that are still there, of the generation that the cursor has seen.
    """

    entered: Sequence[str]
    left: Sequence[str]
    remaining: ChannelSet


def difference(known: ChannelSet, subscription: Subscription) -> Difference:
    """From the set of a cursor to what holds now."""
    then, now = known.generations, subscription.current.generations
    return Difference(
        entered=sorted(channel for channel, generation in now.items() if then.get(channel) != generation),
        left=sorted(then.keys() - now.keys()),
        remaining=ChannelSet({channel: then[channel] for channel in sorted(then.keys() & now.keys())}),
    )
