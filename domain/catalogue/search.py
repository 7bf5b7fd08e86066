"""Finding products by whatever a person types: how a query is looked up, and what comes first.

One box understands names, two or more characters anywhere, initials and pinyin by every reading, whole or shortened,
words of Latin letters, codes, bar codes and their last digits, several of them at once, and slips. :func:`ask` reads
what was typed; its steps are looked up in turn in an index of :mod:`domain.catalogue.grams`, the next one only while
the list is not full; :mod:`domain.catalogue.ranking` puts what was found in order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from domain.catalogue.grams import START, TAIL_LENGTH
from domain.catalogue.spelling import PAIRED_INITIALS, fold
from domain.catalogue.syllables import Pieces, is_whole, splits, typos

LONGEST_QUERY = 64
LONGEST_LOOSE = 12
MOST_PAIRS = 8
_TERM = re.compile(r"[a-z0-9]+|[^\W_a-z0-9]+")
# Blanks between single letters: initials, not words.
_APART = re.compile(r"(?<=\b[a-z]) +(?=[a-z]\b)")


@dataclass(frozen=True, slots=True)
class Grams:
    """Any of these grams; one that ends in ``*`` stands for all that begin so."""

    any_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sounding:
    """Any character, or pair of neighbours, that is read so.

    Attributes:
        first: the reading of the first character, or how it begins unless *first_whole*.
        second: the same for its neighbour, None for a single character.
        at_start: only at the start of a name.
    """

    first: str
    first_whole: bool
    second: str | None = None
    second_whole: bool = False
    at_start: bool = False


@dataclass(frozen=True, slots=True)
class Homophones:
    """Any pair of neighbours that sounds like these two characters, tones apart."""

    first: str
    second: str


Way = tuple[Grams | Sounding | Homophones, ...]
"""All of these must be in the product."""

Look = tuple[tuple[Way, ...], ...]
"""For each thing that was asked at least one of its ways must fit."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A query that was read.

    Attributes:
        key: all that was typed, folded, without blanks and punctuation.
        terms: the words and rows of characters in it.
    """

    key: str
    terms: tuple[str, ...]

    @property
    def tail(self) -> str | None:
        """The digits, if these may be the last of a bar code."""
        return self.key if len(self.key) >= TAIL_LENGTH and self.key.isascii() and self.key.isdigit() else None

    def beginnings(self) -> list[Look]:
        """Products whose name begins so."""
        first, *others = self.terms
        rest = tuple(_ways(term) for term in others)
        return [(_ways(first, at_start=True), *rest), *self._joined(at_start=True)]

    def anywhere(self) -> list[Look]:
        """Products in which all terms occur."""
        return [tuple(_ways(term) for term in self.terms), *self._joined(at_start=False)]

    def alike(self) -> list[Look]:
        """Products that sound like what was typed, or were meant by it but for one slip in a syllable."""
        return [tuple((*_ways(term), *_alike(term)) for term in self.terms)]

    def loosely(self) -> Iterator[Look]:
        """Ever less of what was typed: terms torn in two, without one sign, at last all terms but the shortest."""
        yield tuple((*_ways(term), *_torn(term)) for term in self.terms)
        yield tuple((*_ways(term), *_shortened(term)) for term in self.terms)
        if len(self.terms) > 1:
            shortest = min(self.terms, key=len)
            yield tuple(_ways(term) for term in self.terms if term != shortest)

    def _joined(self, *, at_start: bool) -> list[Look]:
        """Pinyin is typed with blanks between its syllables as well."""
        if len(self.terms) == 1 or not self.key.isascii() or not self.key.isalpha():
            return []
        return [(_ways(self.key, at_start=at_start),)]


def ask(text: str) -> Asked | None:
    """Read what a person typed; None when there is nothing to look for. No text is an error."""
    terms: list[str] = []
    left = LONGEST_QUERY
    for term in _TERM.findall(_APART.sub("", fold(text[: 4 * LONGEST_QUERY]))):
        terms.append(term[:left])
        left -= len(term)
        if left <= 0:
            break
    return Asked("".join(terms), tuple(dict.fromkeys(terms))) if terms else None


def _ways(term: str, *, at_start: bool = False) -> tuple[Way, ...]:
    if not term.isascii():
        return (_characters(term, at_start=at_start),)
    found = [_letters(term, at_start=at_start)]
    if term.isalpha():
        read = [pieces for pieces in splits(term) if any(len(each) > 1 for each in pieces)]
        found += [_syllables(pieces, at_start=at_start) for pieces in read]
    return tuple(found)


def _characters(term: str, *, at_start: bool = False) -> Way:
    """Every pair of neighbours, or the only character."""
    if len(term) == 1:
        return (Grams((START + term if at_start else f"{term}*",)),)
    first, *rest = ["".join(pair) for pair in pairwise(term)]
    return (Grams((START + first if at_start else first,)), *(Grams((each,)) for each in rest))


def _letters(term: str, *, at_start: bool = False) -> Way:
    """Every three neighbours: initials, words, digits."""
    if len(term) < 3:
        return (Grams((START + term if at_start else f"{term}*",)),)
    first, *rest = [term[start : start + 3] for start in range(len(term) - 2)]
    return (Grams((START + first if at_start else first,)), *(Grams((each,)) for each in dict.fromkeys(rest)))


def _syllables(pieces: Pieces, *, at_start: bool = False) -> Way:
    """Neighbours of which one is a syllable at least, and the initials of all."""
    last = len(pieces) - 1
    if not last:
        return (Sounding(pieces[0], first_whole=False, at_start=at_start),)
    pairs = [
        Sounding(one, is_whole(one), other, is_whole(other) and place + 1 < last, at_start and not place)
        for place, (one, other) in enumerate(pairwise(pieces))
        if _is_telling(one) or _is_telling(other)
    ][:MOST_PAIRS]
    if last == 1 and pairs:
        return tuple(pairs)
    return (*pairs, *_letters("".join(piece[0] for piece in pieces), at_start=at_start))


def _is_telling(piece: str) -> bool:
    """Whether a piece is more than an initial."""
    return len(piece) > 1 and piece not in PAIRED_INITIALS


def _alike(term: str) -> Iterator[Way]:
    if term.isascii():
        yield from (_syllables(pieces) for pieces in typos(term) if term.isalpha())
    elif len(term) > 1:
        yield tuple(Homophones(one, other) for one, other in pairwise(term[:LONGEST_LOOSE]))


def _torn(term: str) -> Iterator[Way]:
    """Both halves of the term, wherever they stand; it is torn at each place in turn."""
    short = term[:LONGEST_LOOSE]
    if _may_loosen(short):
        for cut in range(1, len(short)):
            yield (*_run(short[:cut]), *_run(short[cut:]))


def _shortened(term: str) -> Iterator[Way]:
    """What stands before and behind one sign, each in turn."""
    short = term[:LONGEST_LOOSE]
    if len(short) > 2 and _may_loosen(short):
        for left in range(len(short)):
            yield (*_run(short[:left]), *_run(short[left + 1 :]))


def _may_loosen(term: str) -> bool:
    """Not a number: a wrong code is no other product's; and not so few letters that they mean nothing."""
    return not term.isascii() or (len(term) > 3 and not term.isdigit())


def _run(signs: str) -> Way:
    if not signs:
        return ()
    return _letters(signs) if signs.isascii() else _characters(signs)
