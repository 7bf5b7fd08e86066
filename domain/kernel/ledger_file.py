"""A PC's sealed commands as one file that only the server can read: when its network, or the PC itself, is lost.

The file is a box (:mod:`domain.kernel.sealedbox`) around zstd-packed msgpack. Every envelope in it is sealed and signed
by the device, so the file needs no trust in who carries it. Source: SYNC point 14.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from domain.kernel import sealedbox, wire
from domain.kernel.errors import Invalid

PURPOSE = "ledger"
FORMAT = 1


class Chain(msgspec.Struct, frozen=True, array_like=True):
    """The commands of one epoch that the device still has, in sequence without holes."""

    epoch: wire.Epoch
    items: list[wire.PushItem]


class LedgerFile(msgspec.Struct, frozen=True, array_like=True):
    """What is in the box.

    Attributes:
        database_id: the network to which it belongs.
        made_at: the device's claim of the instant, UTC milliseconds.
        unsent: how many commands the server had not acknowledged by then.
    """

    format: Annotated[int, msgspec.Meta(ge=1)]
    database_id: str
    device_id: str
    party_id: str
    made_at: int
    unsent: int
    chains: list[Chain]


_decoder = msgspec.msgpack.Decoder(LedgerFile)


def close(content: LedgerFile, server_key: bytes) -> bytes:
    """The bytes of the file; *server_key* is the server's public key, 32 raw bytes.

    Raises:
        Invalid: ``box_bad_key``.
    """
    return sealedbox.seal(server_key, wire.pack(content, level=9), PURPOSE)


def open_file(data: bytes, private_key: bytes) -> LedgerFile:
    """What is in the file, not yet trusted.

    Raises:
        Invalid: ``box_not_one``, ``box_future_version``, ``box_not_for_us``; ``bad_encoding`` for what is inside.
    """
    try:
        content = _decoder.decode(wire.unpack(sealedbox.open_box(private_key, data, PURPOSE)))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Invalid("bad_encoding") from None
    if content.format != FORMAT:
        raise Invalid("box_future_version", version=content.format)
    return content
