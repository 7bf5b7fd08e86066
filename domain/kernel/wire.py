"""What travels between a counter and the server: structs of the push, the feed and the snapshot.

Everything is msgpack, packed with zstd. Rows travel as arrays in column order; columns are only ever appended, so a
shorter row comes from an older side and a longer one from a newer.
"""

from __future__ import annotations

import threading
from typing import Annotated

import msgspec
import zstandard

from domain.kernel.envelope import Sealed
from domain.kernel.errors import Invalid
from domain.kernel.sums import Told

MEDIA_TYPE = "application/vnd.dealerdesk.msgpack+zstd"
MAX_EXPANDED = 256 * 1024 * 1024

Epoch = Annotated[int, msgspec.Meta(ge=1, lt=2**31)]
Sequence = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
"""What the databases' integers hold; anything else is refused as unreadable."""

Month = Annotated[str, msgspec.Meta(pattern=r"^([12][0-9]{3}-(0[1-9]|1[0-2]))?$(?!\n)")]

Gone = tuple[str, int]
"""A row that left the audience, and the version with which it did: older images of it are dead."""


class Rows(msgspec.Struct, frozen=True, array_like=True):
    """Images of rows of one table, and tombstones of rows that are gone from the audience."""

    table: str
    rows: list[list[str | int | None]]
    gone: list[Gone]


class PushItem(msgspec.Struct, frozen=True, array_like=True):
    """One envelope with the sequence it claims, so that an unreadable one can still be counted."""

    sequence: Sequence
    sealed: Sealed


MOST_REVOKED = 500
"""Revocations told in one push."""
RevokedId = Annotated[str, msgspec.Meta(max_length=36)]
RevokedWord = Annotated[str, msgspec.Meta(max_length=100)]


class PushBatch(msgspec.Struct, frozen=True, array_like=True):
    """Envelopes of one device and epoch, in sequence.

    Attributes:
        oldest: the lowest sequence of the epoch that the device still has: nothing older will ever come.
        tail: the last sequence that the device has sealed, told when nothing is open: a server that has more knows that
            the device was restored or copied.
        revoked: devices that the server had shut out, each with its word for it
            (:func:`domain.kernel.remainder.sign_revocation`), told to a server that was restored.
    """

    epoch: Epoch
    items: list[PushItem]
    oldest: Sequence = 1
    tail: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)] | None = None
    revoked: Annotated[list[tuple[RevokedId, RevokedWord]], msgspec.Meta(max_length=MOST_REVOKED)] = []


class PushAck(msgspec.Struct, frozen=True, array_like=True):
    """What the server has done with one envelope; a hint only, the pulled outcome decides."""

    sequence: int
    status: str
    code: str = ""


class PushAnswer(msgspec.Struct, frozen=True, array_like=True):
    """Acknowledgements, and the sequence the server expects next from this device and epoch.

    Attributes:
        epoch: not 0: the device was restored or copied and goes on under this epoch, from the sequence *forked* on.
    """

    acks: list[PushAck]
    expected: int
    epoch: int = 0
    forked: int = 0


class FeedCommit(msgspec.Struct, frozen=True, array_like=True):
    """One commit: its number and its slices, each the msgpack of a list of :class:`Rows`."""

    sequence: int
    slices: list[msgspec.Raw]


class SetChange(msgspec.Struct, frozen=True, array_like=True):
    """The device's channels are no longer those of its cursor.

    Attributes:
        entered: channels to take a snapshot of: new ones, and those whose generation was raised.
        left: channels that it may not read any longer.
        shown: channels of the cursor that it may still read: what none of them shows must go.
        cursor: where it stands when what it left is gone.
    """

    entered: list[str]
    left: list[str]
    shown: list[str]
    cursor: str


class Equality(msgspec.Struct, frozen=True, array_like=True):
    """The sums of a device's channels at its cursor, see :mod:`domain.kernel.sums`.

    Attributes:
        channels: their names.
        since: from which month of history on rows are counted; empty for all.
        sums: (position in *channels*, table, sum) of what is not zero.
    """

    channels: list[str]
    since: str
    sums: list[tuple[int, str, int]]

    @property
    def told(self) -> Told:
        """The sums by channel and table."""
        return {(self.channels[at], table): number for at, table, number in self.sums}


class FeedPage(msgspec.Struct, frozen=True, array_like=True):
    """Commits after a cursor.

    Attributes:
        reset: the cursor means nothing here: take a snapshot of everything.
        epoch: changes when the server was restored from a backup: what was sealed is then offered once more.
        change: told with the last page while the device's channels are not those of its cursor.
        equality: told with the last page, when no commit waits for its number and *change* is not told.
    """

    cursor: str
    more: bool
    reset: bool
    commits: list[FeedCommit]
    epoch: str = ""
    change: SetChange | None = None
    equality: Equality | None = None


class SnapshotStart(msgspec.Struct, frozen=True, array_like=True):
    """What there is to fetch.

    Attributes:
        cursor: from where the feed goes on after the snapshot.
        tables: their names and columns.
        token: names this snapshot with each chunk; the same one again when it can be gone on with.
        channels: of which channels; empty for all of the device.
        shown: all channels that the device then has.
    """

    cursor: str
    tables: list[tuple[str, list[str]]]
    token: str = ""
    channels: list[str] = []
    shown: list[str] = []


class SnapshotPart(msgspec.Struct, frozen=True, array_like=True):
    """Rows of one table, SHA-256 of the packed rows in hex, and the key to go on from, empty at the end."""

    table: str
    rows: msgspec.Raw
    sha256: str
    next: str


class SnapshotChunk(msgspec.Struct, frozen=True, array_like=True):
    """Rows of one table, SHA-256 of the packed rows in hex, and the key to go on from, empty at the end; then, while
    there is room, what follows in the order of the tables: most tables of a small shop are empty or short, and a
    question for each would cost a journey each.

    ``token`` and ``cursor`` are those of the snapshot with what the server had at this chunk: from now on the device
    names it by them, so that a restore since is noticed; empty when no snapshot was named.
    """

    table: str
    rows: msgspec.Raw
    sha256: str
    next: str
    token: str = ""
    cursor: str = ""
    more: list[SnapshotPart] = []

    @property
    def parts(self) -> list[SnapshotPart]:
        """Everything that it carries, in order."""
        return [SnapshotPart(self.table, self.rows, self.sha256, self.next), *self.more]


class SliceSum(msgspec.Struct, frozen=True, array_like=True):
    """What stands in one slice of a table, as the device may see it: the slice that a chunk of a snapshot would carry.

    Attributes:
        standing: nothing of the device's channels was written behind its cursor; without that the rest says nothing.
        since: from which month of history on rows are in it.
        columns: so many columns of each row went into the digest, in their order.
        rows: how many rows there are.
        digest: see :func:`domain.kernel.slices.digest`.
        next: the key to go on from, empty at the end of the table.
    """

    standing: bool
    since: str = ""
    columns: int = 0
    rows: int = 0
    digest: str = ""
    next: str = ""


class SliceAsked(msgspec.Struct, frozen=True):
    """Which slice is asked for.

    Attributes:
        table, after: rows of this table after a key.
        cursor: where the device stands.
        columns: so many columns the device knows.
        since: the month before which it let go of history.
        mended: so many slices it has mended since it asked last.
    """

    table: str
    cursor: str
    columns: Annotated[int, msgspec.Meta(ge=1, le=1000)]
    after: str = ""
    since: Month = ""
    mended: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 0


QUICK = 1
SMALL = 64 * 1024
"""Messages of so many bytes are packed with what the thread keeps for it: making it cost several times the packing."""


class _Kept(threading.local):
    """What a thread packs and unpacks small messages with; not to be shared between threads."""

    def __init__(self) -> None:
        self.packer = zstandard.ZstdCompressor(level=QUICK)
        self.unpacker = zstandard.ZstdDecompressor()


_kept = _Kept()
_pack = msgspec.msgpack.Encoder()


def pack(message: object, level: int = QUICK) -> bytes:
    """A struct as zstd-packed msgpack."""
    plain = _pack.encode(message)
    if level == QUICK and len(plain) <= SMALL:
        return _kept.packer.compress(plain)
    return zstandard.ZstdCompressor(level=level).compress(plain)


def encode(message: object) -> bytes:
    """A struct or list as msgpack, not packed."""
    return _pack.encode(message)


def unpack(data: bytes, most: int = MAX_EXPANDED) -> bytes:
    """The msgpack of a packed message.

    Raises:
        Invalid: ``bad_encoding`` when it is no zstd frame or expands beyond *most* bytes.
    """
    try:
        size = zstandard.frame_content_size(data)
        if size < 0 or size > most:
            raise Invalid("bad_encoding")
        unpacker = _kept.unpacker if size <= SMALL else zstandard.ZstdDecompressor()
        return unpacker.decompress(data, max_output_size=most)
    except zstandard.ZstdError:
        raise Invalid("bad_encoding") from None


PUSH_BATCH = msgspec.msgpack.Decoder(PushBatch)
PUSH_ANSWER = msgspec.msgpack.Decoder(PushAnswer)
FEED_PAGE = msgspec.msgpack.Decoder(FeedPage)
SNAPSHOT_START = msgspec.msgpack.Decoder(SnapshotStart)
SNAPSHOT_CHUNK = msgspec.msgpack.Decoder(SnapshotChunk)
SLICE_SUM = msgspec.msgpack.Decoder(SliceSum)
ROWS = msgspec.msgpack.Decoder(list[Rows])
ROW_LIST = msgspec.msgpack.Decoder(list[tuple[str | int | None, ...]])
