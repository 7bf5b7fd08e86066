"""A stock document that is voided puts every lot and every piece back where it was."""

from __future__ import annotations

from collections import Counter as Tally
from pathlib import Path

import pytest

from desktop.features.stock import operations as stock
from desktop.features.sync_centre import ways
from desktop.store.store import Performed, Store
from domain.stock.handlers import Lotted
from domain.stock.model import stock_move
from domain.stock.rules import place_id
from tests.support.counter import SHOP, Counter
from tests.support.kept_goods import HERE, add_kept_goods

MADE = {
    "intake": lambda store: stock.take_in(
        store, [Lotted("B001", 2_000, "NEW", "2027-01-31"), Lotted("B002", 2_000, serials=("A", "B"))]
    ),
    "count": lambda store: stock.count(
        store,
        [Lotted("B002", 2_000, serials=("A", "B")), Lotted("B001", 1_000, "SOON"), Lotted("B001", 9_500, "LATER")],
    ),
    "adjustment": lambda store: stock.adjust(
        store, [Lotted("B002", -1_000, serials=(HERE,)), Lotted("B001", 500, "SOON")], reason="盘"
    ),
}


def here(store: Store) -> Tally[tuple[str, str, str]]:
    """(product, lot, serial) → thousandths that came here less those that went, by the moves."""
    at, found = place_id(SHOP, "warehouse"), Tally[tuple[str, str, str]]()
    with store.read() as connection:
        for row in connection.execute(stock_move.select()).mappings():
            sign = (row["to_place"] == at) - (row["from_place"] == at)
            found[row["product_id"], row["lot"], row["serial"]] += sign * row["quantity"]
    return Tally({key: quantity for key, quantity in found.items() if quantity})


@pytest.mark.parametrize("kind", MADE)
def test_its_opposite_leaves_everything_as_it_was(qapp: object, tmp_path: Path, kind: str) -> None:
    counter = Counter(tmp_path)
    add_kept_goods(counter)
    before = here(counter.store)
    made: Performed = MADE[kind](counter.store)
    assert here(counter.store) != before
    ways.void(counter.store, made.command_id, "错了")
    assert here(counter.store) == before
    counter.close()
