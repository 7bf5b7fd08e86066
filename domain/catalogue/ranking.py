"""What comes first among the products that a query found."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

from domain.catalogue.grams import ProductText
from domain.catalogue.search import LONGEST_LOOSE, Asked
from domain.catalogue.spelling import Slots, elements, fold, links, slots, spelled, squeezed
from domain.catalogue.syllables import typos

LIKELY_SLIPS = 6


class Step(IntEnum):
    """By which look-up a product was found."""

    KEY = 0
    TAIL = 1
    TERMS = 2
    ALIKE = 3
    LOOSE = 4


class Place(IntEnum):
    """How well a product fits, the best first."""

    KEY = 0
    KEY_START = 1
    TAIL = 2
    NAME = 3
    NAME_START = 4
    SPELLED = 5
    SPELLED_START = 6
    LETTERS_KEY_START = 7
    WORD_START = 8
    NAME_PART = 9
    SPELLED_PART = 10
    TERMS = 11
    ALIKE = 12
    LOOSE = 13


class Rank(NamedTuple):
    """Sorts products; the smallest is the best.

    Attributes:
        delisted: what is not sold any more stands at the end, unless its very code was typed.
        fine: rarer readings used, or terms that the name does not begin with.
    """

    delisted: bool
    place: Place
    fine: int
    length: int
    name: str
    spec: str
    code: str


MATCHED = {
    Place.KEY: "code",
    Place.KEY_START: "code",
    Place.LETTERS_KEY_START: "code",
    Place.TAIL: "barcode",
    Place.SPELLED: "pinyin",
    Place.SPELLED_START: "pinyin",
    Place.SPELLED_PART: "pinyin",
    Place.ALIKE: "fuzzy",
    Place.LOOSE: "fuzzy",
}


def rank(asked: Asked, row: ProductText, step: Step, key: str = "") -> tuple[Rank, str]:
    """(where *row* stands, what of it matched: code, barcode, name, initials, pinyin or fuzzy).

    *key* is the squeezed code or bar code by which it was found.
    """
    named = elements(fold(row.name))
    if step is Step.KEY:
        place, fine = _key_place(asked, key), 0
    elif step is Step.TAIL:
        place, fine = Place.TAIL, 0
    else:
        place, fine = _name_place(asked, row, named, step)
    matched = MATCHED.get(place, "name")
    if matched == "code" and key != squeezed(row.code):
        matched = "barcode"
    if matched == "pinyin" and _is_initials(asked.key, row, named):
        matched = "initials"
    delisted = row.status != "listed" and place is not Place.KEY
    length = len(named) if place > Place.TAIL else 0
    return Rank(delisted, place, fine, length, row.name if length else key, row.spec, row.code), matched


def _key_place(asked: Asked, key: str) -> Place:
    if key == asked.key:
        return Place.KEY
    return Place.LETTERS_KEY_START if asked.key.isalpha() else Place.KEY_START


def _name_place(asked: Asked, row: ProductText, named: Sequence[str], step: Step) -> tuple[Place, int]:
    whole, typed = "".join(named), asked.key
    if whole.startswith(typed):
        return (Place.NAME if whole == typed else Place.NAME_START), 0
    if step is Step.ALIKE:
        return Place.ALIKE, _slip(typed, _places(row, named))
    if step is Step.LOOSE:
        return Place.LOOSE, _missing(asked, whole + squeezed(row.spec))
    if len(asked.terms) == 1 or typed.isascii():
        found = _spelled_place(typed, _places(row, named))
        if found and found[0] < Place.WORD_START:
            return found
        if typed in whole:
            return (Place.WORD_START if f" {typed}" in f" {' '.join(named)}" else Place.NAME_PART), 0
        if found:
            return found
    return Place.TERMS, sum(not whole.startswith(term) for term in asked.terms[:1])


def _places(row: ProductText, named: Sequence[str]) -> Slots:
    return slots(named, links(named, row.pinyin))


def _spelled_place(typed: str, places: Slots) -> tuple[Place, int] | None:
    if not typed.isascii():
        return None
    found = spelled(typed, places)
    if found:
        return (Place.SPELLED if found[1] == len(places) else Place.SPELLED_START), found[0]
    inside = [found[0] for start in range(1, len(places)) if (found := spelled(typed, places, start))]
    return (Place.SPELLED_PART, min(inside)) if inside else None


def _is_initials(typed: str, row: ProductText, named: Sequence[str]) -> bool:
    """Whether one letter was typed for each place."""
    letters = [{reading[0] for reading in place} for place in _places(row, named)]
    return any(
        all(letter in place for letter, place in zip(typed, letters[start:], strict=False))
        for start in range(len(letters) - len(typed) + 1)
    )


def _slip(typed: str, places: Slots) -> int:
    """How unlikely the slip is by which *typed* spells the name, or some part of it."""
    meant = ["".join(pieces) for pieces in typos(typed)[:LIKELY_SLIPS]] if typed.isascii() else []
    for unlikeliness, each in enumerate(meant):
        if spelled(each, places):
            return unlikeliness
    for unlikeliness, each in enumerate(meant):
        if any(spelled(each, places, start) for start in range(1, len(places))):
            return len(meant) + unlikeliness
    return 2 * len(meant)


def _missing(asked: Asked, whole: str) -> int:
    """How many of the typed signs do not stand in the product where the others say they should."""
    typed = asked.key[:LONGEST_LOOSE]
    fitting = max(
        sum(one == other for one, other in zip(typed, whole[start:], strict=False)) for start in range(len(whole) + 1)
    )
    return 2 * sum(sign not in whole for sign in typed) + len(typed) - fitting
