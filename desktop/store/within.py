"""What a search is confined to beside its words: categories, and prices of this counter."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection

from desktop.store import price_index
from desktop.store.price_index import BY_DOCUMENT, RANGE, PriceRange
from domain.catalogue.grams import category_gram

FEW = 3000
"""So many products of a price range are put into a set first; of more, each one that has the words is asked."""

_IN_SET = f" AND +{{document}} IN (SELECT w.document FROM search_prices AS w WHERE {RANGE})"  # noqa: S608 - ours  # nosec B608
_ONE_BY_ONE = f" AND EXISTS (SELECT 1 FROM search_prices AS w WHERE w.document = {{document}} AND {BY_DOCUMENT})"  # noqa: S608 - ours  # nosec B608
_OF_CATEGORIES = " AND {document} IN (SELECT c.rowid FROM search_grams AS c WHERE c.search_grams MATCH ?8)"


@dataclass(frozen=True, slots=True)
class Within:
    """Which products may be found at all; see :func:`confine`.

    Attributes:
        priced: a condition on the document, empty for any price.
        prices: its parameters, from the fourth of a statement on.
        categories: in FTS5's language, empty for any.
    """

    priced: str = ""
    prices: tuple[str | int | None, ...] = (None, None, None, None)
    categories: str = ""

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return not self.priced and not self.categories

    def with_words(self, match: str) -> str:
        """A match of words, confined to the categories."""
        return f"({match}) AND ({self.categories})" if self.categories else match

    def condition(self, document: str, *, by_words: bool) -> str:
        """What a statement says of this column; *by_words* leaves the categories to the words."""
        condition = self.priced if by_words or not self.categories else self.priced + _OF_CATEGORIES
        return condition.replace("{document}", document)

    def bound(self, *, by_words: bool) -> tuple[str | int | None, ...]:
        """The parameters of :meth:`condition`."""
        if self.categories and not by_words:
            return (*self.prices, self.categories)
        return self.prices if self.priced else ()


ANYTHING = Within()


def confine(connection: Connection, categories: Collection[str] | None, priced: PriceRange | None) -> Within:
    """Nothing but products of one of these categories and with such a price; None for any."""
    grams = " OR ".join(f'"{category_gram(one)}"' for one in sorted(categories or ()))
    if priced is None:
        return Within(categories=grams)
    few = price_index.count(connection, priced, FEW + 1) <= FEW
    return Within(_IN_SET if few else _ONE_BY_ONE, priced.parameters(), grams)
