"""Sums by which two sides see that they have the same rows: cheap to keep, in whatever order commits come.

Every row is one number, made from its table, id and version; a set of rows is their sum. Masks do not matter, because
the version tells which image it is. Sums are kept per channel, table and month of the row's history, so that a PC that
keeps some months only can compare these. Source: SYNC point 20.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b

BITS = (1 << 62) - 1
"""Sums wrap around here: two of them add up within the databases' 64 bits."""

Key = tuple[str, str, str]
"""(channel, table name, month of history)."""
Sums = dict[Key, int]
Told = dict[tuple[str, str], int]
"""Sum per (channel, table name) over the months that are kept."""


def row_number(table_name: str, row_id: str, version: int) -> int:
    """The number of one row in one version."""
    digest = blake2b(f"{table_name} {row_id} {version}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") & BITS


def add(sums: Sums, key: Key, number: int) -> None:
    """Add to one sum, or take away with a negative *number*."""
    sums[key] = (sums.get(key, 0) + number) & BITS


def together(sums: Mapping[Key, int], since: str) -> Told:
    """Sums over the months from *since* on and over what has no month; tables without rows are left out."""
    told: Told = {}
    for (channel, table_name, month), number in sums.items():
        if not month or month >= since:
            told[channel, table_name] = (told.get((channel, table_name), 0) + number) & BITS
    return {key: number for key, number in told.items() if number}
