"""Who may sell a product: the range it stands in, and changing that."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection

from desktop.store.store import Performed, Store
from domain.catalogue import queries
from domain.catalogue.range_handlers import decide_assign_range, decide_set_range
from domain.catalogue.ranges import Grant, GrantKind, grants_of
from domain.kernel.channels import Row
from domain.kernel.errors import NotFound
from domain.parties import queries as parties

_BETWEEN = re.compile(r"[\s,;\u3001\uff0c\uff1b]+")
"""What people put between codes, in either script."""
AT_ONCE = 500
"""Products in one command."""


@dataclass(frozen=True, slots=True)
class Range:
    """A range as people write it: codes of dealers, of dealers with everybody below, and grades."""

    id: str
    name: str
    dealers: str
    below: str
    grades: str


def ranges(store: Store) -> list[Range]:
    """The ranges that there are."""
    with store.read() as connection:
        return [_written(connection, row) for row in queries.list_ranges(connection)]


def _written(connection: Connection, row: Row) -> Range:
    codes = {one["id"]: one["code"] for one in parties.list_parties(connection)}
    told: dict[str, list[str]] = {"dealer": [], "below": [], "grade": []}
    for grant in grants_of(row):
        told[grant.kind].append(codes.get(grant.value, grant.value))
    return Range(row["id"], row["name"], *[" ".join(sorted(told[kind])) for kind in ("dealer", "below", "grade")])


def set_range(store: Store, *, name: str, dealers: str, below: str, grades: str, range_id: str | None) -> Performed:
    """A new range, or a known one anew.

    Raises:
        NotFound: ``unknown_dealer`` with the code.
    """
    with store.read() as connection:
        grants = [
            *[Grant(kind=kind, value=_dealer(connection, code)) for kind, code in _codes(dealers, below)],
            *[Grant(kind="grade", value=grade) for grade in _words(grades)],
        ]
    return store.perform(partial(decide_set_range, name=name, grants=grants, range_id=range_id))


def _codes(dealers: str, below: str) -> list[tuple[GrantKind, str]]:
    return [*[("dealer", code) for code in _words(dealers)], *[("below", code) for code in _words(below)]]


def _words(text: str) -> list[str]:
    return [word for word in _BETWEEN.split(text) if word]


def _dealer(connection: Connection, code: str) -> str:
    row = parties.party_by_code(connection, code) or parties.party_by_code(connection, code.upper())
    if row is None:
        raise NotFound("unknown_dealer", code=code)
    return str(row["id"])


def limit(store: Store, product_id: str, range_id: str | None, *, whole_category: bool = False) -> list[Performed]:
    """A product, or all of its category, into a range; None is for everyone. So many products make one command."""
    with store.read() as connection:
        row = queries.products_by_ids(connection, [product_id])[product_id]
        category_ids = [row["category_id"]] if whole_category and row["category_id"] else []
        ids = queries.products_of_categories(connection, category_ids) if category_ids else [product_id]
    return [
        store.perform(
            partial(
                decide_assign_range,
                range_id=range_id,
                product_ids=ids[start : start + AT_ONCE],
                category_ids=category_ids if start == 0 else [],
            )
        )
        for start in range(0, len(ids), AT_ONCE)
    ]


def together(done: Sequence[Performed]) -> Performed:
    """The last of several commands, with what all of them changed."""
    changes: dict[str, set[str] | None] = {}
    for one in done:
        for table, ids in one.changes.items():
            known = changes.get(table, set())
            changes[table] = None if ids is None or known is None else known | ids
    last = done[-1]
    return Performed(last.command_id, last.sequence, last.document_id, last.number, last.payload, changes)
