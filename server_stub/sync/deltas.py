"""What one commit adds to the sums of the channels: kept with the commit, added when the commit gets its number.

The totals of a channel are many writers' business; were they moved in each writer's transaction, all writers would
stand in line. So the sequencer moves them, and the sums that a page tells are those of exactly the commits up to it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from domain.kernel.channels import Audience
from domain.kernel.sums import Sums, add, row_number


class Deltas:
    """The sums of one commit, gathered by audience."""

    def __init__(self) -> None:
        self._known: dict[tuple[Audience, ...], dict[tuple[str, str], int]] = {}

    def note(self, members: Sequence[Audience], table: str, month: str, row_id: str, version: int, sign: int) -> None:
        """A row of this version enters (*sign* 1) or leaves (-1) the channels of *members*."""
        if members:
            sums = self._known.setdefault(tuple(members), {})
            sums[table, month] = sums.get((table, month), 0) + sign * row_number(table, row_id, version)

    def note_sums(self, channels: Sequence[str], added: Mapping[tuple[str, str], int], sign: int) -> None:
        """Many rows at once enter (*sign* 1) or leave (-1): their sums by table and month."""
        if channels:
            sums = self._known.setdefault(tuple((channel, "") for channel in channels), {})
            for key, number in added.items():
                sums[key] = sums.get(key, 0) + sign * number

    def clear(self) -> None:
        """Begin anew."""
        self._known.clear()

    def packed(self) -> str:
        """JSON: a list of (channels, table, month, number); empty when nothing changes."""
        entries = [
            ([channel for channel, _mask in members], table, month, number)
            for members, sums in self._known.items()
            for (table, month), number in sums.items()
            if number
        ]
        return json.dumps(entries, separators=(",", ":")) if entries else ""


def unpacked(many: Iterable[str]) -> Sums:
    """What several commits add together."""
    sums: Sums = {}
    for packed in many:
        for channels, table, month, number in json.loads(packed) if packed else ():
            for channel in channels:
                add(sums, (channel, table, month), number)
    return {key: number for key, number in sums.items() if number}
