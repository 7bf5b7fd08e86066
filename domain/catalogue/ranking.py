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


class Fit(NamedTuple):
    """How a product fits: its place, the order within, and what of it matched."""

    place: Place
    fine: int
    matched: str


def rank(asked: Asked, row: ProductText, step: Step, key: str = "") -> tuple[Rank, str]:
    """(where *row* stands, what of it matched: code, barcode, name, initials, pinyin or fuzzy).

    *key* is the squeezed code or bar code by which it was found.
    """
    if step is Step.KEY or step is Step.TAIL:
        fit, length, name = _key_fit(asked, row, step, key), 0, key
    else:
        named = elements(fold(row.name))
        fit, length, name = _name_fit(asked, row, named, step), len(named), row.name
    delisted = row.status != "listed" and fit.place is not Place.KEY
    return Rank(delisted, fit.place, fit.fine, length, name, row.spec, row.code), fit.matched


def _key_fit(asked: Asked, row: ProductText, step: Step, key: str) -> Fit:
    if step is Step.TAIL:
        place = Place.TAIL
    elif key == asked.key:
        place = Place.KEY
    else:
        place = Place.LETTERS_KEY_START if asked.key.isalpha() else Place.KEY_START
    return Fit(place, 0, "code" if key == squeezed(row.code) else "barcode")


def _name_fit(asked: Asked, row: ProductText, named: Sequence[str], step: Step) -> Fit:
    whole, typed = "".join(named), asked.key
    if whole.startswith(typed):
        return Fit(Place.NAME if whole == typed else Place.NAME_START, 0, "name")
    if step is Step.LOOSE:
        return Fit(Place.LOOSE, _missing(asked, whole + squeezed(row.spec)), "fuzzy")
    if typed.isascii():
        places = slots(named, links(named, row.pinyin))
        if step is Step.ALIKE:
            return Fit(Place.ALIKE, _slip(typed, places), "fuzzy")
        found = _spelled_fit(typed, places)
        if found and found.place < Place.WORD_START:
            return found
        if typed in whole:
            return Fit(Place.WORD_START if f" {typed}" in f" {' '.join(named)}" else Place.NAME_PART, 0, "name")
        if found:
            return found
    elif step is Step.ALIKE:
        return Fit(Place.ALIKE, 0, "fuzzy")
    elif typed in whole:
        return Fit(Place.NAME_PART, 0, "name")
    return Fit(Place.TERMS, int(not whole.startswith(asked.terms[0])), "name")


def _spelled_fit(typed: str, places: Slots) -> Fit | None:
    """Where the typed letters spell the name: from its start, or from some place on."""
    inside = []
    for start in range(len(places)):
        found = spelled(typed, places, start)
        if found:
            rare, end = found
            matched = "initials" if end - start == len(typed) else "pinyin"
            if not start:
                return Fit(Place.SPELLED if end == len(places) else Place.SPELLED_START, rare, matched)
            inside.append(Fit(Place.SPELLED_PART, rare, matched))
    return min(inside, default=None)


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
