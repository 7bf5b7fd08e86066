"""Looking products up in the index of :mod:`desktop.store.search_index`, step by step, the likeliest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from desktop.store.within import ANYTHING, Within
from domain.catalogue.grams import SOUND, START, TAIL, TAIL_LENGTH, ProductText
from domain.catalogue.ranking import Place, Rank, Step, rank
from domain.catalogue.search import Asked, Grams, Homophones, Look, Sounding, Way, ask


@dataclass(frozen=True, slots=True)
class Hit:
    """A product that was found; ``matched`` says by what: code, barcode, name, initials, pinyin or fuzzy."""

    product_id: str
    code: str
    name: str
    spec: str
    unit: str
    status: str
    matched: str


CANDIDATES = {Step.KEY: 1, Step.TAIL: 1, Step.TERMS: 2, Step.ALIKE: 2, Step.LOOSE: 10}
"""How many times the wanted number a step looks at before they are ranked; keys come in their order already."""

PACK_DIGITS = 8
"""So many digits are a bar code; where one is found, no name is looked for."""

MOST_SOUNDS = 200
LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class LookUp:
    """A statement; its parameters are what is looked for, or from where to where, then how many, then Within's.

    Attributes:
        plain: without prices.
        priced: what a price leaves out is left out before anything is read of a product; dead documents have none.
        document: where both name the document, in the order of plain, priced.
        by_words: categories are looked for with the words.
    """

    plain: str
    priced: str
    document: tuple[str, str]
    by_words: bool = True

    def within(self, confined: Within) -> str:
        """The statement, confined."""
        statement, document = (self.priced, self.document[1]) if confined.priced else (self.plain, self.document[0])
        return statement.replace("{within}", confined.condition(document, by_words=self.by_words))


BY_KEY = LookUp(
    "SELECT s.*, k.key FROM search_keys AS k CROSS JOIN search_shown AS s ON s.document = k.document"
    " WHERE k.key >= ?1 AND k.key < ?2{within} ORDER BY k.key LIMIT ?3",
    "SELECT s.*, k.key FROM (SELECT a.key, a.document FROM search_keys AS a WHERE a.key >= ?1 AND a.key < ?2{within}"
    " ORDER BY a.key LIMIT ?3) AS k CROSS JOIN search_shown AS s ON s.document = k.document",
    ("k.document", "a.document"),
    by_words=False,
)
BY_GRAMS = LookUp(
    "SELECT s.*, '' FROM search_grams AS g CROSS JOIN search_shown AS s ON s.document = g.rowid"
    " WHERE g.search_grams MATCH ?1{within} ORDER BY g.rowid LIMIT ?3",
    "SELECT s.*, '' FROM (SELECT g.rowid AS document FROM search_grams AS g WHERE g.search_grams MATCH ?1{within}"
    " ORDER BY g.rowid LIMIT ?3) AS a CROSS JOIN search_shown AS s ON s.document = a.document",
    ("g.rowid", "g.rowid"),
)
_TAIL = (
    "SELECT s.*, '' FROM search_grams AS g CROSS JOIN search_shown AS s ON s.document = g.rowid"
    " WHERE g.search_grams MATCH ?1 AND (s.code LIKE ?2"
    " OR EXISTS (SELECT 1 FROM barcode AS b WHERE b.product_id = s.id AND b.code LIKE ?2))"
    "{within} ORDER BY g.rowid LIMIT ?3"
)
BY_TAIL = LookUp(_TAIL, _TAIL, ("g.rowid", "g.rowid"))
SOUNDING = "SELECT DISTINCT gram FROM search_sounds WHERE reading >= ? AND reading < ? AND reading GLOB ? LIMIT ?"
ALIKE = (
    "SELECT DISTINCT s.gram FROM search_sounds AS a JOIN search_sounds AS b JOIN search_sounds AS s"
    " ON s.reading = substr(a.reading, 2) || ? || substr(b.reading, 2)"
    " WHERE a.gram = ? AND length(a.gram) = 1 AND b.gram = ? AND length(b.gram) = 1 LIMIT ?"
)


def find(
    connection: Connection, text: str, limit: int = 20, *, party_id: str | None = None, within: Within = ANYTHING
) -> list[Hit]:
    """The products that a person may have meant, the likeliest first. Any text is fine; most of it finds nothing.

    For *party_id* nothing is found that another shop made itself; None finds everything that is here. What lies outside
    of *within* is not found, but it is known: nothing that only looks like the words is offered in its place.
    """
    asked = ask(text)
    return _Finding(connection, asked, limit, party_id, within).hits() if asked else []


def of_categories(connection: Connection, limit: int, within: Within, *, party_id: str | None = None) -> list[Hit]:
    """Products of the categories that *within* names, those with short names first."""
    return _Finding(connection, Asked("", ()), limit, party_id, within).of_categories()


class _Finding:
    """One query on its way through the steps."""

    def __init__(self, connection: Connection, asked: Asked, limit: int, party_id: str | None, within: Within) -> None:
        self._connection = connection
        self._asked = asked
        self._limit = limit
        self._party_id = party_id
        self._within = within
        self._is_known = False
        self._found: dict[str, tuple[Rank, Hit]] = {}
        self._grams: dict[Sounding | Homophones, list[str]] = {}

    def hits(self) -> list[Hit]:
        """Take the steps in turn until the list is full."""
        asked = self._asked
        self._take(Step.KEY, BY_KEY, asked.key, asked.key + LAST)
        if asked.tail and not self._is_full():
            self._take(Step.TAIL, BY_TAIL, f'"{TAIL}{asked.tail[-TAIL_LENGTH:]}"', f"%{asked.tail}")
        is_pack = asked.tail is not None and len(asked.key) >= PACK_DIGITS and self._is_known
        # Letters are rather a name than the beginning of a code.
        if not is_pack and (asked.key.isalpha() or not self._is_full()):
            self._look_at_names()
        ranked = sorted(self._found.values(), key=lambda each: (each[0], each[1].product_id))
        return [hit for _, hit in ranked[: self._limit]]

    def of_categories(self) -> list[Hit]:
        """What the categories hold, in the order of the index."""
        if self._within.categories:
            self._take(Step.TERMS, BY_GRAMS, self._within.categories)
        return [hit for _, hit in self._found.values()][: self._limit]

    def _look_at_names(self) -> None:
        asked = self._asked
        self._look(Step.TERMS, asked.beginnings())
        if sum(order.place < Place.TERMS for order, _ in self._found.values()) < self._limit:
            self._look(Step.TERMS, asked.anywhere())
        if not self._is_known:
            self._look(Step.ALIKE, asked.alike())
        loosened = asked.loosely()
        while not self._is_known and (look := next(loosened, None)):
            self._look(Step.LOOSE, [look])

    def _is_full(self) -> bool:
        return len(self._found) >= self._limit

    def _look(self, step: Step, looks: Iterable[Look]) -> None:
        written = [each for each in map(self._write_look, looks) if each]
        if written:
            self._take(step, BY_GRAMS, " OR ".join(written))

    def _take(self, step: Step, look_up: LookUp, first: str, second: str = "") -> None:
        rows = self._rows(step, look_up, first, second, self._within)
        for row in rows:
            _, product_id, code, name, spec, unit, status, pinyin, _, key = tuple(row)
            order, matched = rank(self._asked, ProductText(code, name, spec, status, pinyin), step, key)
            known = self._found.get(product_id)
            if known is None or order < known[0]:
                self._found[product_id] = order, Hit(product_id, code, name, spec, unit, status, matched)
        if not self._is_known:
            outside = not rows and not self._within.is_all
            self._is_known = bool(self._rows(step, look_up, first, second, ANYTHING) if outside else rows)

    def _rows(self, step: Step, look_up: LookUp, first: str, second: str, within: Within) -> list[Row[Any]]:
        """What is found at most in this step, without what other shops made."""
        if look_up.by_words:
            first = within.with_words(first)
        bound = (first, second, self._limit * CANDIDATES[step], *within.bound(by_words=look_up.by_words))
        rows = self._connection.exec_driver_sql(look_up.within(within), bound)
        return [row for row in rows if self._party_id is None or row.party_id in (None, self._party_id)]

    def _write_look(self, look: Look) -> str:
        """A look in FTS5's language; empty when nothing can fit. Grams are letters, digits and our own marks."""
        terms = []
        for ways in look:
            written = [each for each in map(self._write_way, ways) if each]
            if not written:
                return ""
            terms.append(f"({' OR '.join(written)})")
        return f"({' AND '.join(terms)})"

    def _write_way(self, way: Way) -> str:
        groups = []
        for group in way:
            grams = group.any_of if isinstance(group, Grams) else self._sounding(group)
            if not grams:
                return ""
            groups.append("(" + " OR ".join(_write_gram(gram) for gram in grams) + ")")
        return f"({' AND '.join(groups)})"

    def _sounding(self, group: Sounding | Homophones) -> list[str]:
        if group not in self._grams:
            self._grams[group] = self._read_grams(group)
        return self._grams[group]

    def _read_grams(self, group: Sounding | Homophones) -> list[str]:
        if isinstance(group, Homophones):
            pairs = self._connection.exec_driver_sql(ALIKE, (SOUND, group.first, group.second, MOST_SOUNDS))
            return list(pairs.scalars())
        if group.second is None:
            low, pattern = SOUND + group.first, "*"
        elif group.first_whole:
            low, pattern = group.first + SOUND + group.second, "*"
        else:
            low, pattern = group.first, f"*{SOUND}{group.second}*"
        if group.second_whole:
            pattern = f"*{SOUND}{group.second}"
        found = self._connection.exec_driver_sql(SOUNDING, (low, low + LAST, pattern, MOST_SOUNDS)).scalars()
        if group.at_start:
            return [START + gram for gram in found]
        return [f"{gram}*" if group.second is None else gram for gram in found]


def _write_gram(gram: str) -> str:
    return f'"{gram[:-1]}" *' if gram.endswith("*") else f'"{gram}"'
