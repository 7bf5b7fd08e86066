"""The books of single pieces: how often each came to a party and left it, by its serial.

As in :mod:`tests.simulation.books`, nothing here calls a handler or reads a table of effects.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.parts import parts_of

Fields = dict[str, Any]
Key = tuple[str, str, str]
"""(party, product, serial)."""
IN, BACK, OUT, SCRAP = "in", "back", "out", "scrap"
"""What befalls a piece at a party: it comes, comes back from a customer, leaves, comes back and is scrapped."""
Event = tuple[str, Key]


@dataclass(slots=True)
class Pieces:
    """All pieces.

    Attributes:
        here: comings less leavings.
        scrapped: how often.
        first: what was recorded of each first, by the clocks of those who did it.
    """

    here: Counter[Key] = field(default_factory=Counter)
    scrapped: Counter[Key] = field(default_factory=Counter)
    first: dict[Key, tuple[int, str]] = field(default_factory=dict)

    def book(self, at: int, events: Iterable[Event]) -> None:
        """Take them in."""
        for what, key in events:
            if what == SCRAP:
                self.scrapped[key] += 1
                continue
            self.here[key] += -1 if what == OUT else 1
            if key not in self.first or at < self.first[key][0]:
                self.first[key] = (at, what)

    def is_odd(self, at: int, events: list[Event]) -> bool:
        """Whether one of these leaves though it cannot be there, or comes though it is there."""
        after = Pieces(self.here.copy(), self.scrapped.copy(), dict(self.first))
        after.book(at, events)
        for what, key in events:
            if what == OUT and after.here[key] < (-1 if after.first[key][1] == OUT else 0):
                return True
            if what != OUT and after.here[key] + after.scrapped[key] > 1:
                return True
        return False


def _named(party: str, lines: Iterable[Fields], follow: Callable[[str], str], what: str) -> list[Event]:
    return [
        (what, (party, follow(line["product_id"]), serial)) for line in lines for serial in line.get("serials") or ()
    ]


def sold(fields: Fields, follow: Callable[[str], str]) -> list[Event]:
    """The pieces of a sale."""
    return [(OUT, key) for _, key in _of_parts(fields, follow)]


def returned(fields: Fields, follow: Callable[[str], str]) -> list[Event]:
    """The pieces that came back."""
    return [
        (BACK if line.get("to", "warehouse") == "warehouse" else SCRAP, key) for line, key in _of_parts(fields, follow)
    ]


def _of_parts(fields: Fields, follow: Callable[[str], str]) -> list[tuple[Fields, Key]]:
    return [
        (line, (fields["seller_id"], follow(line["product_id"]), part["serial"]))
        for line in fields["lines"]
        if line.get("stocked", True)
        for part in parts_of(line)
        if part["serial"]
    ]


def voided(party: str, fields: Fields, follow: Callable[[str], str]) -> list[Event]:
    """The pieces of a sale that was taken back whole."""
    lines = [line for line in fields["lines"] if line["serial"]]
    return [(BACK, (party, follow(line["product_id"]), line["serial"])) for line in lines]


def taken_in(fields: Fields, follow: Callable[[str], str]) -> list[Event]:
    """The pieces of an intake."""
    return _named(fields["party_id"], fields["lines"], follow, IN)


def shipped(fields: Fields, follow: Callable[[str], str]) -> list[Event]:
    """The pieces of a shipment."""
    return _named(fields["seller_id"], fields["lines"], follow, OUT)


def received(fields: Fields, follow: Callable[[str], str]) -> list[Event]:
    """The pieces of a receipt."""
    return _named(fields["buyer_id"], fields["lines"], follow, IN)


def counted(fields: Fields, follow: Callable[[str], str]) -> list[Event]:
    """What a count says of pieces that the books did not have here, and of those that they have."""
    found: list[Event] = []
    for line in fields["lines"]:
        for name, what in (("foreign", IN), ("missing", OUT)):
            key = fields["party_id"], follow(line["product_id"])
            found += [(what, (*key, serial)) for serial in line.get(name) or ()]
    return found


def adjusted(fields: Fields, follow: Callable[[str], str]) -> list[Event]:
    """The pieces that were put right."""
    more = [line for line in fields["lines"] if line["quantity"] > 0]
    less = [line for line in fields["lines"] if line["quantity"] < 0]
    return _named(fields["party_id"], more, follow, IN) + _named(fields["party_id"], less, follow, OUT)
