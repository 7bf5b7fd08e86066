"""Pinyin of names, made on the server so that no counter carries the dictionaries (57 MB)."""

from __future__ import annotations

import heapq
import unicodedata
from collections.abc import Sequence
from functools import cache

from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from domain.catalogue.spelling import LINK, OR, elements, fold

SPELLED_LETTERS = 64
"""How many letters the spelled-out readings of one name may have together; the likeliest is always there."""

INITIALS_WORDS = 32
"""How many readings of one name stand in its initials; the chain holds all of them."""

LONGEST_PHRASE = 4
UMLAUT = "u\N{COMBINING DIAERESIS}"

Readings = tuple[str, ...]


def search_keys(name: str) -> tuple[str, str]:
    """(pinyin, initials) of a name, each a row of words apart by blanks.

    The first word of the pinyin is the chain (:mod:`domain.catalogue.spelling`) with every reading of every character;
    behind it, and in the initials, stand whole readings of the name, the likeliest first. Their number is bounded:
    ten characters of three readings each would make 59,049. Words and digits stay as they are, in lower case.
    """
    named = elements(fold(name))
    if not named:
        return "", ""
    read = _read(named)
    chain = LINK.join(map(OR.join, read))
    letters = sum(len(each[0]) for each in read)
    spelled = _likeliest(read, max(1, SPELLED_LETTERS // letters))
    short = [each if element.isascii() else _initials(each) for element, each in zip(named, read, strict=True)]
    return " ".join((chain, *spelled)), " ".join(_likeliest(short, INITIALS_WORDS))


def _read(named: Sequence[str]) -> list[Readings]:
    """Every reading of each element, the likeliest first: that of a known phrase, then the character's commonest."""
    read = [(element,) if element.isascii() else _readings(element) for element in named]
    place = 0
    while place < len(named):
        phrase = _phrase_at(named, place)
        for meant in phrase:
            if len(read[place]) > 1:
                read[place] = tuple(dict.fromkeys((*meant, *read[place])))
            place += 1
        place += not phrase
    return read


def _phrase_at(named: Sequence[str], place: int) -> tuple[Readings, ...]:
    """The readings of the longest known phrase that begins here; empty for none."""
    for length in range(min(LONGEST_PHRASE, len(named) - place), 1, -1):
        phrase = "".join(named[place : place + length])
        if len(phrase) == length and phrase in PHRASES_DICT:
            return _phrase(phrase)
    return ()


@cache
def _phrase(phrase: str) -> tuple[Readings, ...]:
    return tuple(_typed(toned) for toned in PHRASES_DICT[phrase])


@cache
def _readings(character: str) -> Readings:
    """Every reading without its tone, the commonest first; the character itself when it has none."""
    return _typed(PINYIN_DICT.get(ord(character), "").split(",")) or (character,)


def _typed(toned: Sequence[str]) -> Readings:
    """Readings as they are typed: without tones, the umlaut as v and as u."""
    found: dict[str, None] = {}
    for reading in toned:
        marks = unicodedata.normalize("NFD", reading)
        plain = "".join(mark for mark in marks if not unicodedata.combining(mark) or mark == UMLAUT[1])
        found[plain.replace(UMLAUT, "v")] = None
        found[plain.replace(UMLAUT, "u")] = None
    return tuple(reading for reading in found if reading)


@cache
def _initials(read: Readings) -> Readings:
    """The first letters of a character's readings."""
    return tuple(dict.fromkeys(reading[0] for reading in read))


def _likeliest(read: Sequence[Readings], most: int) -> list[str]:
    """At most *most* ways to put one reading of each element together, those with the fewest rare readings first."""
    ways = [(0, "")]
    for each in read:
        if len(each) == 1:
            ways = [(cost, text + each[0]) for cost, text in ways]
            continue
        longer = [(cost + rank, text + reading) for cost, text in ways for rank, reading in enumerate(each)]
        ways = heapq.nsmallest(most, longer, key=lambda way: way[0])
    return [text for _, text in ways]
