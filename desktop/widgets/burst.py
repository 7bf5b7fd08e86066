"""Tells a scanner from a person by the rhythm of the characters; no Qt, no clock of its own."""

from __future__ import annotations

import unicodedata

from domain.catalogue.gs1 import SEPARATOR, read

GAP_SECONDS = 0.050
"""Scanners send a character every 1 to 20 ms, clocks tick every 16; people need 60 ms and more, six times in a row."""

LEAST = 6
"""Characters in rhythm that no person types."""

LEAST_CLOSED = 3
"""Fewer will do when an Enter follows in the same rhythm."""

LATE_ENTER_SECONDS = 0.150
"""Some scanners take their time before the Enter."""

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}


def clean(text: str) -> str:
    """A scanned code as it was printed: control and format characters dropped, full-width forms made narrow.

    The separators of a GS1 label stay: they say where its fields end.
    """
    narrow = text.translate(_FULL_WIDTH).strip(" ")
    if SEPARATOR in narrow and read(narrow) is not None:
        return narrow
    kept = (character for character in text if not unicodedata.category(character).startswith("C"))
    return "".join(kept).translate(_FULL_WIDTH).strip()


def is_taken(text: str) -> bool:
    """Whether a key's text is part of a code, and not a control character."""
    return bool(text) and not any(unicodedata.category(character).startswith("C") for character in text)


class Burst:
    """The characters that came one upon the other.

    Attributes:
        recognised: whether they are a scan.
    """

    def __init__(self) -> None:
        self.recognised = False
        self._characters: list[str] = []
        self._last = float("-inf")
        self._ended = float("-inf")

    def __len__(self) -> int:
        """Characters so far."""
        return len(self._characters)

    def in_rhythm(self, now: float) -> bool:
        """Whether something at ``now`` (seconds) still belongs to these characters."""
        return bool(self._characters) and abs(now - self._last) <= GAP_SECONDS

    def feed(self, character: str, now: float) -> bool:
        """One more character in rhythm; True when this makes it a scan."""
        self._characters.append(character)
        self._last = now
        if not self.recognised and len(self._characters) >= LEAST:
            self.recognised = True
            return True
        return False

    def beat(self, now: float, text: str = "") -> None:
        """Something that is dropped came in rhythm; the separator of a GS1 label stays for :func:`clean` to judge."""
        self._last = now
        if text == SEPARATOR:
            self._characters.append(text)

    def is_closed_by_enter(self, now: float) -> bool:
        """Whether an Enter at ``now`` ends a scan."""
        return self.in_rhythm(now) and (self.recognised or len(self._characters) >= LEAST_CLOSED)

    def is_late_enter(self, now: float) -> bool:
        """Whether an Enter at ``now`` belongs to the scan that was just taken."""
        return not self._characters and now - self._ended <= LATE_ENTER_SECONDS

    def take(self) -> str:
        """The code, cleaned; begins anew."""
        code = clean("".join(self._characters))
        self._ended = self._last
        self.forget()
        return code

    def forget(self) -> None:
        """Begin anew: a person typed."""
        self._characters.clear()
        self.recognised = False
        self._last = float("-inf")
