"""Server-only tables of importing."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, Table, Text

from server_stub.kit.tables import server_metadata

import_line = Table(
    "import_line",
    server_metadata,
    Column("identity", LargeBinary(16), primary_key=True),
    Column("source", Text, nullable=False),
    # Nothing but its key: half the size, half the time.
    sqlite_with_rowid=False,
    info={"server": True},
)
"""Lines of files that have had their effect, written in the same transaction as it. ``identity`` is a hash of the
source, the seller, the document, all fields and the how-manieth such line it was in its file."""
