"""The tables of ``ledger.db`` and the words for a command's state. Columns are only ever appended."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text, or_

from domain.kernel.outcome import Outcome

SCHEMA = 2
metadata = MetaData()

command = Table(
    "command",
    metadata,
    Column("epoch", Integer, primary_key=True),
    Column("sequence", BigInteger, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("hash", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("document_id", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("personal", LargeBinary),
    Column("sealed_at", BigInteger, nullable=False),
    Column("status", Text, nullable=False),
    Column("code", Text, nullable=False, default=""),
    Column("params", Text, nullable=False, default="{}"),
    Column("answered_at", BigInteger, nullable=False, default=0),
    Column("settled_at", BigInteger, nullable=False, default=0),
    Column("earlier", Text, nullable=False, default="", server_default=""),
    Column("former", Text, nullable=False, default="", server_default=""),
    Index("ix_command_status", "status"),
    Index("ix_command_document", "document_id"),
)
"""``status``: saved, sent, then the outcome. ``settled_at``: when a person dealt with a refused or excepted one.
``earlier``: the outcome (``status:code``) that a server gave which has since been restored from an older backup.
``former``: the document's number before it was sealed anew, because this PC had been restored or copied."""

counter = Table(
    "counter", metadata, Column("prefix", Text, primary_key=True), Column("value", BigInteger, nullable=False)
)
superseded = Table(
    "superseded",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("epoch", Integer, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""Envelopes as they were before they were sealed anew under another epoch."""
draft = Table(
    "draft",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)
meta = Table("meta", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))

HELD = "-held"
"""Kinds of drafts that end so are everybody's at this PC; any other draft belongs to the person who entered it."""
FORM = "form"
"""Kind of the drafts that are no document in hand, only what stands in the fields of a form."""
SAVED, SENT = "saved", "sent"
OPEN = (SAVED, SENT)
IS_OPEN = or_(command.c.status == SAVED, command.c.status == SENT)
"""A list would be written into the statement anew with each execution."""
PARKED = str(Outcome.PARKED)
HELD_BACK = (PARKED, str(Outcome.QUARANTINED))
"""Without effect, but not for ever: another outcome may follow."""
FINAL = tuple(str(one) for one in Outcome)
NEEDS_A_PERSON = (str(Outcome.REFUSED), str(Outcome.PARKED), str(Outcome.QUARANTINED), str(Outcome.EXCEPTION))
