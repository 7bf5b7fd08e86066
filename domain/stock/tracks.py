"""Where a piece is: the fold of its movements, and which of them cannot all be true. A serial exists once.

What counts is how often a piece came and went, not when: the clocks of PCs are claims. Their order says two things
only: where the piece is for people to read, and whether it was here before anybody wrote down that it came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from domain.stock.rules import place_id


class Standing(StrEnum):
    """Where a piece is as one party sees it."""

    UNKNOWN = "unknown"
    HERE = "here"
    SOLD = "sold"
    SHIPPED = "shipped"
    SCRAPPED = "scrapped"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Step:
    """One movement of a piece: its ends, and whether it went to a customer of anybody, or came back from one."""

    origin: str
    target: str
    sold: bool = False
    back: bool = False


@dataclass(frozen=True, slots=True)
class Track:
    """What is known of one piece, as one party sees it.

    Attributes:
        out: how often it is with customers, whoever sold it.
        here: how often it came to the party's warehouse, less how often it left.
        scrapped: how often it was scrapped.
        was_here: whether the first thing on record is that it left the party; it was here before the books began, or
            came without its serial being said.
    """

    standing: Standing = Standing.UNKNOWN
    out: int = 0
    here: int = 0
    scrapped: int = 0
    was_here: bool | None = None

    @property
    def is_sold_twice(self) -> bool:
        """Two customers cannot have it."""
        return self.out > 1

    @property
    def left_twice(self) -> bool:
        """It left the party more often than it can have been there."""
        return self.here < (-1 if self.was_here else 0)

    @property
    def is_here_twice(self) -> bool:
        """It came while it was there already."""
        return self.here + self.scrapped > 1


def track_of(steps: Iterable[Step], party_id: str) -> Track:
    """The fold of a piece's movements, oldest first, for one party."""
    here, scrap, transit = (place_id(party_id, kind) for kind in ("warehouse", "scrap", "transit"))
    track = Track()
    for step in steps:
        track = replace(
            track,
            standing=_standing(step, here, scrap, transit) or track.standing,
            out=track.out + step.sold - step.back,
            here=track.here + (step.target == here) - (step.origin == here),
            scrapped=track.scrapped + (step.target == scrap) - (step.origin == scrap),
            was_here=_first(track, step, here),
        )
    return track


def _first(track: Track, step: Step, here: str) -> bool | None:
    touches = here in (step.origin, step.target)
    return step.origin == here if track.was_here is None and touches else track.was_here


def _standing(step: Step, here: str, scrap: str, transit: str) -> Standing | None:
    """Where the piece is after this; None where it is nothing to the party."""
    known = {here: Standing.HERE, scrap: Standing.SCRAPPED, transit: Standing.SHIPPED}
    if step.target in known:
        return known[step.target]
    if step.sold:
        return Standing.SOLD
    if step.origin == transit:
        return Standing.SHIPPED
    return Standing.GONE if step.origin == here else None


SOLD_TWICE, NOT_HERE, SHIPPED_TWICE = "serial_sold_twice", "serial_not_here", "serial_shipped_twice"
BACK_TWICE, TAKEN_TWICE = "serial_back_twice", "serial_taken_twice"

WRONG: Mapping[str, Callable[[Track], bool]] = MappingProxyType(
    {
        SOLD_TWICE: lambda track: track.is_sold_twice,
        NOT_HERE: lambda track: track.left_twice,
        SHIPPED_TWICE: lambda track: track.left_twice,
        BACK_TWICE: lambda track: track.is_here_twice,
        TAKEN_TWICE: lambda track: track.is_here_twice,
    }
)
"""Code of an exception → whether it still holds of a piece."""
