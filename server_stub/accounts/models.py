"""Server-only tables of accounts. Instants are UTC milliseconds; 0 means never."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Text, UniqueConstraint

from domain.kernel.tables import IdType
from server_stub.kit.tables import server_table

ACTIVE, REVOKED = "active", "revoked"

credential = server_table(
    "credential",
    Column("person_id", IdType, primary_key=True),
    Column("name_key", Text, nullable=False, unique=True),
    Column("password_hash", Text),
    Column("failed", Integer, nullable=False),
    Column("locked_until", BigInteger, nullable=False),
)
"""How a person proves who he is. ``name_key`` is the sign-in name in the form that makes equal what looks equal;
``password_hash`` is Argon2id in PHC form, None while nobody can sign in; ``failed`` counts wrong passwords in a row."""

device = server_table(
    "device",
    Column("id", IdType, primary_key=True),
    Column("party_id", IdType, nullable=False),
    Column("person_id", IdType, nullable=False),
    Column("number", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("public_key", LargeBinary, nullable=False, unique=True),
    Column("status", Text, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("enrolled_at", BigInteger, nullable=False),
    Column("last_seen_at", BigInteger, nullable=False),
    UniqueConstraint("party_id", "number", name="uq_device_number"),
)
"""A PC or phone of a party. ``number`` counts 1, 2, 3 … within the party, is never given twice and stands in document
numbers; ``person_id`` enrolled it; ``public_key`` is Ed25519, 32 raw bytes; ``epoch`` rises when a copy turns up."""

revocation = server_table(
    "revocation",
    Column("device_id", IdType, primary_key=True),
    Column("told_at", BigInteger, nullable=False),
)
"""Devices that this server had shut out and does not know: it was put back to a time before they were enrolled. They
come back by their passport, and as revoked ones."""

session = server_table(
    "session",
    Column("id", IdType, primary_key=True),
    Column("device_id", IdType, nullable=False),
    Column("person_id", IdType, nullable=False),
    Column("current_hash", LargeBinary, nullable=False),
    Column("previous_hash", LargeBinary),
    Column("created_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger, nullable=False),
    Index("ix_session_person", "person_id"),
    Index("ix_session_device", "device_id", "person_id", unique=True),
)
"""One person on one device. Of the refresh tokens only SHA-256 digests are kept: the one given last, and the one it
replaced, which is taken until the new one has been used."""

unknown_name = server_table(
    "unknown_name",
    Column("digest", LargeBinary, primary_key=True),
    Column("failed", Integer, nullable=False),
    Column("locked_until", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("ix_unknown_name_at", "at"),
)
"""Failed sign-ins with names that nobody has, so that they are locked like real ones, by every API process and after
a restart. Only a keyed digest is kept: people type passwords there. The oldest rows make room for new ones."""

server_key = server_table(
    "server_key",
    Column("name", Text, primary_key=True),
    Column("secret", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)
"""Secrets of the server itself, made once: ``tokens`` signs access tokens and ``device`` the server's own commands
(Ed25519, raw), ``refresh`` derives refresh tokens (32 random bytes), ``box`` opens what was closed for the server alone
(X25519, raw)."""
