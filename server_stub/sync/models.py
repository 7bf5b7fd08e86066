"""Server-only tables of synchronisation."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table, Text

from domain.kernel.tables import IdType, metadata

SERVER = {"server": True}

envelope = Table(
    "envelope",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("device_id", IdType, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("personal", LargeBinary),
    Column("packed", Integer, nullable=False, default=0),
    Column("received_at", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Index("ix_envelope_device", "device_id", "epoch", "sequence"),
    Index("ix_envelope_state", "state"),
    info=SERVER,
)
"""Every envelope that ever arrived, raw and durable before anything else. ``state``: received, handled, quarantined,
parked, dismissed (somebody decided that nothing comes of it); ``packed`` 1 when body is zstd."""

receipt = Table(
    "receipt",
    metadata,
    Column("command_id", IdType, primary_key=True),
    Column("device_id", IdType, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("document_id", Text, nullable=False),
    Column("handled_at", BigInteger, nullable=False),
    Column("written", BigInteger, nullable=False, default=0),
    Index("ix_receipt_device", "device_id", "epoch", "sequence"),
    Index("ix_receipt_status", "status"),
    Index("ix_receipt_hash", "hash"),
    info=SERVER,
)
"""Unique on the command's id, never expires: the same command has one effect. ``written`` counts rows written."""

replay = Table(
    "replay",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("before", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("code", Text, nullable=False),
    info=SERVER,
)
"""The trail of parked envelopes that were taken again: why one was parked ``before``, and what became of it."""

chain = Table(
    "chain",
    metadata,
    Column("device_id", IdType, primary_key=True),
    Column("epoch", Integer, primary_key=True),
    Column("last_sequence", BigInteger, nullable=False),
    Column("last_hash", Text, nullable=False),
    Column("alarms", Integer, nullable=False, default=0),
    Column("first_sequence", BigInteger, nullable=False),
    info=SERVER,
)
"""How far each device's chain has been taken; ``alarms`` counts links that did not fit. ``first_sequence``: where the
epoch begins."""

counter = Table(
    "counter",
    metadata,
    Column("device_id", IdType, primary_key=True),
    Column("prefix", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
    info=SERVER,
)
"""Document numbers of the server's own device."""

feed_body = Table(
    "feed_body",
    metadata,
    Column("commit_id", IdType, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("entries", Text, nullable=False),
    Column("personal", Text),
    Column("sums", Text, nullable=False, default=""),
    info=SERVER,
)
"""The images of one commit: slices one after the other; ``entries`` maps channel → slices; ``personal`` names the
customers whose data is inside, so that erasure finds them; ``sums`` is what the commit adds to the channels' sums, see
:mod:`server_stub.sync.deltas`."""

feed_queue = Table("feed_queue", metadata, Column("commit_id", IdType, primary_key=True), info=SERVER)
"""Commits that have no number yet."""

feed_commit = Table(
    "feed_commit",
    metadata,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("commit_id", IdType, nullable=False),
    info=SERVER,
)
"""The order of commits, given afterwards by one sequencer."""

feed_past = Table(
    "feed_past",
    metadata,
    Column("first", BigInteger, primary_key=True, autoincrement=False),
    Column("digests", LargeBinary, nullable=False),
    info=SERVER,
)
"""What the feed has forgotten, as digests of a few bytes for each commit from number ``first`` on: by them a witness is
checked for ever (:mod:`server_stub.sync.history`). A million commits take six megabytes."""

feed_position = Table(
    "feed_position",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("slices", Text, nullable=False),
    info=SERVER,
)
"""Which commits a channel has, and which bytes of their bodies (JSON pairs of start and end)."""

device_place = Table(
    "device_place",
    metadata,
    Column("device_id", IdType, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    Column("noted_at", BigInteger, nullable=False),
    Column("repairs", BigInteger, nullable=False, default=0),
    info=SERVER,
)
"""How far each device has read the feed, noted now and then and never too high: compaction waits for it. ``repairs``
counts the channels that it took anew because what it had was not what the server showed it."""

tombstone = Table(
    "tombstone",
    metadata,
    Column("table_name", Text, primary_key=True),
    Column("row_id", IdType, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("deleted_at", BigInteger, nullable=False),
    Index("ix_tombstone_deleted", "deleted_at"),
    info=SERVER,
)
"""Rows that were deleted, with the version above their last image; an id is never used again."""

channel_sum = Table(
    "channel_sum",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("table_name", Text, primary_key=True),
    Column("month", Text, primary_key=True),
    Column("total", BigInteger, nullable=False),
    info=SERVER,
)
"""Sums of the numbered commits, see :mod:`domain.kernel.sums`; only the sequencer moves them."""

channel_generation = Table(
    "channel_generation",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("generation", BigInteger, nullable=False),
    info=SERVER,
)
"""Raised by bulk imports: clients with an older one take a snapshot."""

alarm = Table(
    "alarm",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("device_id", IdType, primary_key=True),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("detail", Text, nullable=False),
    Column("seen_by", Text, nullable=False, default=""),
    Column("seen_at", BigInteger, nullable=False, default=0),
    Index("ix_alarm_at", "at"),
    Index("ix_alarm_seen", "seen_at"),
    info=SERVER,
)
"""What an operator must know: a restored database, a copied device; ``detail`` is JSON. ``seen_at`` is 0 until somebody
at headquarters has looked at it."""

row_edit = Table(
    "row_edit",
    metadata,
    Column("table_name", Text, primary_key=True),
    Column("row_id", IdType, primary_key=True),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("image", Text, nullable=False),
    Column("device_id", IdType, nullable=False),
    Column("person_name", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("ix_row_edit_at", "at"),
    info=SERVER,
)
"""Images (JSON) of edited records that somebody's command from a device has replaced, so that a later edit of somebody
who still saw them is merged field by field."""

channel_set = Table(
    "channel_set",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("channels", Text, nullable=False),
    info=SERVER,
)
"""Sets of channels that cursors name by their digest (JSON pairs of channel and generation), written once each."""

server_meta = Table(
    "server_meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    info=SERVER,
)
"""``database_id``: which network this is; ``epochs``: JSON list of the epochs that began when it was restored;
``feed_floor``: the newest commit that compaction took out of the feed."""
