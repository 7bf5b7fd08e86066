"""What makes two lines the same: source, seller, document, all fields, and the how-manieth such line of its file it is.

Values that the mapping names are compared in one written form, so that ``17850.0`` and ``17850`` are the same number;
all others as they stand. The n-th occurrence keeps lines that repeat inside one file, and still finds each of them
again in the next. Source: issue 2, "import".
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from server_stub.importing.mapping import Mapping
from server_stub.importing.repository_occurrences import Occurrences

APART = "\x1f"
DAY_BYTES = 3


class Identities:
    """Gives lines their identities.

    Attributes:
        weight: bytes of the line told last, in the form compared.
    """

    def __init__(self, mapping: Mapping, party_id: str, header: Sequence[str], occurrences: Occurrences) -> None:
        named = set(mapping.column_names())
        self._start = APART.join((mapping.source, mapping.kind, party_id)) + APART
        # By name, so that another order of the same columns changes nothing.
        self._others = [index for _, index in sorted((name, i) for i, name in enumerate(header) if name not in named)]
        self._occurrences = occurrences
        self.weight = 0

    def content(self, fields: Sequence[str], values: Sequence[str], day: int = 0) -> bytes:
        """Hash of what a line says: *fields* in their written form, and of *values* what the mapping does not name.

        It begins with *day* (since 1970), so that lines of one time lie together in the index: a file in the order of
        its dates is three times as fast to remember.
        """
        told = APART.join([*fields, *[values[index] for index in self._others]])
        encoded = (self._start + told).encode()
        self.weight = len(encoded)
        return day.to_bytes(DAY_BYTES, "big") + _hash(encoded)

    def times(self, key: bytes) -> int:
        """How often *key* has come in this file, this time included."""
        return self._occurrences.nth(key)

    def identity(self, content: bytes) -> bytes:
        """The identity of the next line with this content."""
        times = self.times(content)
        return content if times == 1 else content[:DAY_BYTES] + _hash(content + times.to_bytes(8, "big"))


def key_of(*parts: str) -> bytes:
    """A key that stands for *parts* alone, to count how often they come in a file."""
    return bytes(DAY_BYTES) + _hash(APART.join(parts).encode())


def _hash(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16 - DAY_BYTES).digest()
