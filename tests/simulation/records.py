"""Rows that several people edit, as the books have them: every image by its version, and what an edit does to them.

Which version a command made is told by the server's database; what stands in it is the books' own. The rule is that of
SYNC point 21, written down once more: what an editor did not change stays as others have made it, and of a field that
others changed meanwhile their value stays. Versions decide, never clocks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.kernel.envelope import Body

Fields = dict[str, Any]
Key = tuple[str, str]
"""(table, id)."""


@dataclass(slots=True)
class Record:
    """One row.

    Attributes:
        fields: as they are now.
        images: by version, with the device that made it.
    """

    fields: Fields
    images: dict[int, tuple[Fields, str]] = field(default_factory=dict)

    def note(self, version: int, device: str) -> None:
        """What it is now has this version."""
        self.images[version] = (dict(self.fields), device)

    def merged(self, body: Body, key: Key, given: Mapping[str, Any]) -> tuple[Fields, set[str]]:
        """(what an edit writes, which of its fields others have changed to something else since its editor looked)."""
        base = next((version for table, row_id, version in body.base if (table, row_id) == key), None)
        newest = max(self.images, default=0)
        if base is None or max(base, 1) >= newest:
            return dict(given), set()
        seen, others = self._since(max(base, 1), newest, body.device)
        writes: Fields = {}
        clashing: set[str] = set()
        for name, value in given.items():
            if value in (seen.get(name), self.fields[name]):
                continue
            if others is None or name in others:
                clashing.add(name)
            else:
                writes[name] = value
        return writes, clashing

    def _since(self, version: int, newest: int, device: str) -> tuple[Fields, set[str] | None]:
        """(what the editor had before his eyes, which fields others have changed since; None when nobody knows)."""
        if any(each not in self.images for each in range(version, newest + 1)):
            return {}, None
        before = self.images[version][0]
        seen, others = dict(before), set[str]()
        for each in range(version + 1, newest + 1):
            after, by = self.images[each]
            changed = {name: value for name, value in after.items() if value != before[name]}
            if by == device:
                seen.update(changed)
            else:
                others.update(changed)
            before = after
        return seen, others
