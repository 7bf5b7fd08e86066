"""What the product index keeps: grams of names, keys of packs, and how characters sound.

*Grams* are short tokens that any engine with exact and prefix look-up of tokens can keep:

- two neighbouring characters of a name or its spec, the last one alone: FTS5's own trigrams cannot find two characters;
- three neighbouring letters, the last ones fewer: initials by every reading, letters and digits of words;
- with :data:`START` before them, the first one, two or three of the name, so that what begins alike is found first;
- with :data:`TAIL` before them, the last four signs of codes and bar codes, which people read off a pack;
- with :data:`CATEGORY` before it, the category.

Full pinyin is not indexed product by product. The few thousand characters and some ten thousand pairs of neighbours
that a catalogue uses are kept with their readings (:func:`sounds`), and typed syllables become those characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain as chained, product as combinations
from typing import NamedTuple

from domain.catalogue.spelling import elements, fold, links, readings, squeezed

START = "\N{MIDDLE DOT}"
TAIL = "\N{DOUBLE DAGGER}"
CATEGORY = "\N{SECTION SIGN}"
SOUND = "\N{MODIFIER LETTER VERTICAL LINE}"
"""Between the readings of two neighbours, and before the reading of a single character."""

TAIL_LENGTH = 4
DELISTED_RANK = 128
LONGEST_NAME = 255
"""Elements of a name that are indexed; what stands behind them is not found."""


class IndexText(NamedTuple):
    """What the index keeps of one product.

    Attributes:
        rank: see :func:`document_rank`.
        grams: the grams, apart by blanks.
        keys: code and bar codes, squeezed.
        named: the elements of the name.
        chain: their links.
    """

    rank: int
    grams: str
    keys: tuple[str, ...]
    named: list[str]
    chain: list[str]


class ProductText(NamedTuple):
    """The columns of a product that searching reads."""

    code: str
    name: str
    spec: str
    status: str
    pinyin: str


def index_text(row: ProductText, barcodes: Iterable[str], category_id: str | None = None) -> IndexText:
    """What the index keeps of a product of this category with these bar codes."""
    named = elements(fold(row.name))[:LONGEST_NAME]
    chain = links(named, row.pinyin)
    letters = _letters(named, chain)
    grams = [*_start_grams(*named[:2]), *_start_letters(*letters[:3]), *_spec_grams(row.spec)]
    grams += _character_grams(named)
    grams += _letter_grams(letters)
    keys = tuple(dict.fromkeys(key for key in map(squeezed, (row.code, *barcodes)) if key))
    grams += [TAIL + key[-TAIL_LENGTH:] for key in keys]
    if category_id:
        grams.append(category_gram(category_id))
    return IndexText(document_rank(row.name, row.status), " ".join(grams), keys, named, chain)


def category_gram(category_id: str) -> str:
    """The gram of all products of a category; a blank or a dash would end it."""
    return CATEGORY + "".join(filter(str.isalnum, category_id)).lower()


def document_rank(name: str, status: str) -> int:
    """0 to 255, the smaller the earlier among products that fit alike: listed ones, then those with short names."""
    return min(len(name), DELISTED_RANK - 1) + (0 if status == "listed" else DELISTED_RANK)


def sounds(text: IndexText, known: set[str]) -> list[tuple[str, str]]:
    """(reading, gram) for each character and pair of neighbours in a name that is not *known* yet; then it is."""
    grams = _character_grams(text.named)
    if known.issuperset(grams):
        return []
    found = []
    read = dict(zip(text.named, text.chain, strict=True))
    for gram in {*grams, *"".join(grams)} - known:
        if len(gram) == 1:
            found += [(SOUND + reading, gram) for reading in readings(read[gram])]
        else:
            pairs = combinations(readings(read[gram[0]]), readings(read[gram[1]]))
            found += [(one + SOUND + other, gram) for one, other in pairs]
    known.update(grams, *grams)
    return found


@lru_cache(maxsize=1 << 12)
def _spec_grams(spec: str) -> tuple[str, ...]:
    specified = elements(fold(spec))[:LONGEST_NAME]
    letters = _letters(specified, links(specified, ""))
    return tuple({*_character_grams(specified), *_letter_grams(letters)})


def _character_grams(named: Sequence[str]) -> list[str]:
    return [
        here if following.isascii() else here + following
        for here, following in zip(named, (*named[1:], "")[: len(named)], strict=True)
        if not here.isascii()
    ]


def _letters(named: Sequence[str], chain: Sequence[str]) -> list[str]:
    """The letters that may be typed for each place of a name, none where a character has no reading."""
    found: list[str] = []
    for element, link in zip(named, chain, strict=True):
        if element.isascii():
            found += element
        else:
            found.append(_initials(link))
    return found


def _letter_grams(letters: list[str]) -> Iterator[str]:
    return chained.from_iterable(map(_windows, letters, (*letters[1:], ""), (*letters[2:], "", "")))


def _start_grams(first: str = "", second: str = "") -> tuple[str, ...]:
    if first.isascii():
        return ()
    return (START + first,) if second.isascii() else (START + first, START + first + second)


@lru_cache(maxsize=1 << 14)
def _start_letters(one: str = "", two: str = "", three: str = "") -> tuple[str, ...]:
    return tuple({START + gram[:length] for gram in _windows(one, two, three) for length in (1, 2, 3)})


@lru_cache(maxsize=1 << 14)
def _initials(link: str) -> str:
    return "".join(dict.fromkeys(reading[0] for reading in readings(link)))


@lru_cache(maxsize=1 << 16)
def _windows(one: str, two: str, three: str) -> tuple[str, ...]:
    """Every way to take one letter from each of three places, up to the first that has none."""
    if not one:
        return ()
    return tuple(map("".join, combinations(one, two or ("",), (two and three) or ("",))))
