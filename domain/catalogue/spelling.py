"""How a name may be typed: folded text, its elements, and the readings that the server sends along.

An *element* is a word of Latin letters and digits, or one character of any other script; blanks and punctuation only
part them. A *chain* spells a name out, one link for each element, with every reading of a character:
``zhong/chong/tong'qing'xiao'mian``. It stands in ``product.pinyin`` as the first word; the words behind it are the
commonest readings without marks, for whoever compares plainly.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

LINK = "'"
OR = "/"
PAIRED_INITIALS = frozenset({"zh", "ch", "sh"})

Slots = Sequence[tuple[str, ...]]
"""What may be typed for each place of a name: the readings of a character, or one letter or digit of a word."""

_ELEMENT = re.compile(r"[a-z0-9]+|[^\W_]")
_ACCENTED = re.compile("[\u00c0-\u024f]")


def fold(text: str) -> str:
    """*text* with width, case and Latin accents made equal."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", text).lower()
    if _ACCENTED.search(folded):
        folded = _ACCENTED.sub(lambda found: unicodedata.normalize("NFD", found[0])[0], folded)
    return folded


def elements(folded: str) -> list[str]:
    """The elements of a folded text, in order; lone surrogates, controls and punctuation are none."""
    return _ELEMENT.findall(folded)


def squeezed(text: str) -> str:
    """The elements of *text* without anything between them: how codes and whole names are compared."""
    folded = fold(text)
    return folded if folded.isascii() and folded.isalnum() else "".join(elements(folded))


def links(named: Sequence[str], pinyin: str) -> list[str]:
    """The links of the chain in *pinyin*, one for each element in *named*.

    Where the chain is missing or belongs to another name (a counter renamed the product and the server has not
    answered), a word is its own link and a character's link is empty.
    """
    chain = pinyin.partition(" ")[0].split(LINK)
    if len(chain) == len(named):
        for element, link in zip(named, chain, strict=True):
            if element != link and element.isascii():
                break
        else:
            return chain
    return [element if element.isascii() else "" for element in named]


@lru_cache(maxsize=1 << 16)
def readings(link: str) -> tuple[str, ...]:
    """The readings in a link, the commonest first; none for a character that has none."""
    return tuple(reading for reading in link.split(OR) if reading.isascii() and reading)


def slots(named: Sequence[str], chain: Sequence[str]) -> list[tuple[str, ...]]:
    """What may be typed for each place of a name whose elements and links these are."""
    found: list[tuple[str, ...]] = []
    for element, link in zip(named, chain, strict=True):
        if element.isascii():
            found += [(letter,) for letter in element]
        else:
            found.append(readings(link))
    return found


def spelled(typed: str, places: Slots, start: int = 0) -> tuple[int, int] | None:
    """Whether *typed* spells the places from *start* on: (rarer readings used, the place behind the last one).

    For each place may stand a whole reading or its initial; the last may be unfinished. The way with the fewest rarer
    readings is taken, and of those the one that reaches furthest.
    """
    best: tuple[int, int] | None = None
    reached = {0: 0}
    for place in range(start, len(places)):
        further: dict[int, int] = {}
        for done, rare in reached.items():
            rest = typed[done:]
            for rank, reading in enumerate(places[place]):
                cost = rare + (rank > 0)
                if reading.startswith(rest):
                    if best is None or cost <= best[0]:
                        best = (cost, place + 1)
                    continue
                for step in _steps(rest, reading):
                    further[done + step] = min(cost, further.get(done + step, cost))
        if not further:
            break
        reached = further
    return best


def _steps(rest: str, reading: str) -> list[int]:
    """How many letters of *rest* may stand for *reading* when more follow."""
    if rest[0] != reading[0]:
        return []
    found = [1]
    if reading[:2] in PAIRED_INITIALS and rest[:2] == reading[:2]:
        found.append(2)
    if len(reading) > 1 and rest.startswith(reading):
        found.append(len(reading))
    return found
