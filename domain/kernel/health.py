"""What a counter tells of itself with each push and pull, as HTTP headers. All of it is a claim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PROGRAM_HEADER, UNSENT_HEADER, OLDEST_HEADER = "x-dealerdesk-program", "x-dealerdesk-unsent", "x-dealerdesk-oldest"
MOST = 10**9
LONGEST_PROGRAM = 32


@dataclass(frozen=True, slots=True)
class Health:
    """How a counter is.

    Attributes:
        program: its version.
        unsent: commands that it has not handed over yet.
        oldest_s: age of the oldest of them in seconds, 0 when there is none. An age, because its clock may be wrong.
    """

    program: str
    unsent: int
    oldest_s: int

    def headers(self) -> dict[str, str]:
        """As it travels."""
        return {PROGRAM_HEADER: self.program, UNSENT_HEADER: str(self.unsent), OLDEST_HEADER: str(self.oldest_s)}


def health_in(headers: Mapping[str, str]) -> Health | None:
    """What the headers (names in lower case) tell; None when they tell nothing or nonsense."""
    program = headers.get(PROGRAM_HEADER, "")
    unsent, oldest = _whole(headers.get(UNSENT_HEADER)), _whole(headers.get(OLDEST_HEADER))
    if not program or len(program) > LONGEST_PROGRAM or not program.isascii() or not program.isprintable():
        return None
    if unsent is None or oldest is None:
        return None
    return Health(program, unsent, oldest if unsent else 0)


def _whole(text: str | None) -> int | None:
    """A plain number; None for anything else, and for more than anybody can have."""
    if not text or not text.isascii() or not text.isdecimal() or len(text) > 10:
        return None
    return min(int(text), MOST)
