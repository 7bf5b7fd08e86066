"""Contents of a slice of a table as one number, the same on every database.

Versions tell that two sides have the same images only while nobody damages one without its version. What is compared
here are the rows themselves, slice by slice and seldom, so that no write pays for it. Source: SYNC point 20.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

from domain.kernel import wire

Image = Sequence[str | int | None]


def digest(rows: Sequence[Image], columns: int) -> str:
    """The digest, hex, of images in whatever order; only the first *columns* of each count, because one side may know
    more of them.
    """
    cut = sorted((tuple(row[:columns]) for row in rows), key=lambda row: str(row[0]))
    return blake2b(wire.encode(cut), digest_size=16).hexdigest()
