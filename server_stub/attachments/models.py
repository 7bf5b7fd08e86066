"""Server-only tables of contents. They stand in the database, so that every API process has them: decision 24."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table, Text

from domain.kernel.tables import IdType, metadata

SERVER = {"server": True}

content = Table(
    "attachment_content",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("stored_at", BigInteger, nullable=False),
    Column("idle_since", BigInteger, nullable=False, default=0),
    Index("ix_attachment_content_idle", "idle_since"),
    info=SERVER,
)
"""Whole and checked contents, each once, whoever sent it. ``idle_since``: since when no record names it, 0 while one
does."""

piece = Table(
    "attachment_piece",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
    info=SERVER,
)

proof = Table(
    "attachment_proof",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("party_id", IdType, primary_key=True),
    Column("proved_at", BigInteger, nullable=False),
    Index("ix_attachment_proof_party", "party_id"),
    info=SERVER,
)
"""A party that had the whole content: it sent every byte. Only then do its records give the content out."""

upload = Table(
    "attachment_upload",
    metadata,
    Column("party_id", IdType, primary_key=True),
    Column("sha256", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("touched_at", BigInteger, nullable=False),
    Index("ix_attachment_upload_touched", "touched_at"),
    info=SERVER,
)
"""What a party has begun to send."""

part = Table(
    "attachment_part",
    metadata,
    Column("party_id", IdType, primary_key=True),
    Column("sha256", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
    info=SERVER,
)
