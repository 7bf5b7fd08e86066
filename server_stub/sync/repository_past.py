"""SQL of what is kept of commits that the feed has forgotten: a digest of each, packed, by its number."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, insert, select, update

from server_stub.sync.models import feed_past

SIZE = 6
"""Bytes of a digest: one wrong witness in 2^48 would pass for a right one."""
MOST = 4_000
"""Digests in one row."""


def digest_of(commit: bytes) -> bytes:
    """What is kept of a commit; *commit* is its id, raw."""
    return hashlib.sha256(commit).digest()[:SIZE]


def remember(connection: Connection, commits: Sequence[tuple[int, str]]) -> None:
    """Keep the digests of commits that are about to be forgotten: (number, id), in order."""
    run: list[str] = []
    for place, (sequence, commit_id) in enumerate(commits):
        run.append(commit_id)
        # A place in a row is a number, so a number that no commit has begins another row.
        if place + 1 == len(commits) or commits[place + 1][0] != sequence + 1:
            _keep(connection, sequence + 1 - len(run), b"".join(digest_of(UUID(one).bytes) for one in run))
            run = []


def _keep(connection: Connection, first: int, digests: bytes) -> None:
    last = connection.execute(select(feed_past).order_by(feed_past.c.first.desc()).limit(1)).first()
    if last is not None and len(last.digests) < MOST * SIZE and last.first + len(last.digests) // SIZE == first:
        grown = update(feed_past).where(feed_past.c.first == last.first)
        connection.execute(grown.values(digests=bytes(last.digests) + digests))
    else:
        connection.execute(insert(feed_past).values(first=first, digests=digests))


def digest_at(connection: Connection, sequence: int) -> bytes | None:
    """The digest of the forgotten commit of this number; None when none of this number was forgotten here."""
    statement = select(feed_past).where(feed_past.c.first <= sequence).order_by(feed_past.c.first.desc()).limit(1)
    found = connection.execute(statement).first()
    if found is None:
        return None
    start = (sequence - int(found.first)) * SIZE
    return bytes(found.digests)[start : start + SIZE] or None
