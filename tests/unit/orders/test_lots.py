"""Lots from the delivery to the customer and back: balances by lot, what expires first, what has expired, what nobody
knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from domain.catalogue.handlers import NewProduct, decide_add_products
from domain.kernel.errors import Invalid, Refused
from domain.orders.commands import CompleteSale
from domain.orders.pricing import Wanted
from domain.orders.voiding_handlers import decide_void
from domain.stock.commands import Part
from domain.stock.handlers import Lotted, decide_adjust, decide_count, decide_take_in
from domain.stock.model import stock_balance, stock_move
from domain.stock.rules import place_id
from domain.tills.handlers import decide_set_policy
from tests.unit.orders.counter_day import CounterDay, days
from tests.unit.orders.ledger import Ledger

SOON, LATER, LATEST, GONE = "2023-12-01", "2024-06-30", "2025-01-31", "2023-11-01"
MILK = NewProduct("MILK", "鲜牛奶", price=60_000, by_expiry=True)


@pytest.fixture
def day(books: Ledger) -> CounterDay:
    return dairy(CounterDay(books))


@pytest.fixture(scope="module")
def fresh() -> Iterator[Callable[[], AbstractContextManager[CounterDay]]]:
    with days() as made:
        yield made


def dairy(day: CounterDay) -> CounterDay:
    day.books.perform(lambda ctx: decide_add_products(ctx, [MILK]))
    return day


def take_in(day: CounterDay, *lots: tuple[str, int, str | None]) -> Any:
    lines = [Lotted("MILK", quantity, lot, until) for lot, quantity, until in lots]
    return day.perform(lambda ctx: decide_take_in(ctx, lines))


def parts(sale: CompleteSale) -> list[tuple[str, int]]:
    return [(part.lot, part.quantity) for line in sale.lines for part in line.parts]


def balances(day: CounterDay) -> dict[str, int]:
    here = place_id(day.party["id"], "warehouse")
    return {row["lot"]: row["quantity"] for row in day.books.rows(stock_balance) if row["place_id"] == here}


def test_a_delivery_brings_what_its_product_asks_for(day: CounterDay) -> None:
    with pytest.raises(Invalid, match="lot_missing"):
        take_in(day, ("", 1000, SOON))
    with pytest.raises(Invalid, match="expiry_missing"):
        take_in(day, ("L1", 1000, None))
    take_in(day, ("L1", 1000, SOON))
    take_in(day, ("L1", 2000, None))
    assert balances(day) == {"L1": 3000}


def test_what_expires_first_is_sold_first_over_several_lots_and_lines(day: CounterDay) -> None:
    take_in(day, ("LATER", 5000, LATER), ("SOON", 3000, SOON), ("LATEST", 9000, LATEST))
    sale = day.sell(Wanted("MILK", 2000), Wanted("MILK", 4000, unit="提", factor=2000))
    assert parts(sale) == [("SOON", 2000), ("SOON", 1000), ("LATER", 3000)]
    assert balances(day) == {"LATER": 2000, "SOON": 0, "LATEST": 9000}
    assert day.line(sale, 2)["lot"] == "SOON, LATER"
    chosen = day.sell(Wanted("MILK", 1000), Wanted("MILK", 2000, unit="提", factor=2000, lot="LATER"))
    assert parts(chosen) == [("LATEST", 1000), ("LATER", 2000)], "what was chosen by hand is taken first"
    assert day.books.flags == []


def test_more_than_the_lots_hold_is_of_no_known_lot_and_an_exception(day: CounterDay) -> None:
    take_in(day, ("SOON", 1000, SOON))
    assert parts(day.sell(Wanted("MILK", 3000))) == [("SOON", 1000), ("", 2000)]
    assert day.books.flags == ["stock_below_zero"]


def test_a_lot_nobody_knows_is_sold_and_an_exception(day: CounterDay) -> None:
    take_in(day, ("SOON", 1000, SOON))
    assert parts(day.sell(Wanted("MILK", 1000, lot="X9"))) == [("X9", 1000)]
    assert day.books.flags == ["stock_below_zero", "lot_unknown"]


def test_expired_goods_need_a_second_person_or_are_not_sold_at_all(day: CounterDay) -> None:
    take_in(day, ("GONE", 5000, GONE), ("SOON", 1000, SOON))
    assert parts(day.sell(Wanted("MILK", 1000))) == [("SOON", 1000)], "expired goods are never picked before good ones"
    with pytest.raises(Refused, match="lot_expired"):
        day.sell(Wanted("MILK", 1000))
    assert parts(day.sell(Wanted("MILK", 1000), approvals=day.agreed("expired"))) == [("GONE", 1000)]
    assert day.books.flags == []
    day.perform(lambda ctx: decide_set_policy(ctx, party_id=day.party["id"], expired_sale="never"))
    with pytest.raises(Refused, match="expired_not_sold"):
        day.sell(Wanted("MILK", 1000, lot="GONE"), approvals=day.agreed("expired"))


def test_count_and_adjustment_are_of_a_lot(day: CounterDay) -> None:
    take_in(day, ("A", 5000, SOON), ("B", 2000, LATER))
    with pytest.raises(Invalid, match="lot_missing"):
        day.perform(lambda ctx: decide_count(ctx, [("MILK", 7000)]))
    day.perform(lambda ctx: decide_count(ctx, [Lotted("MILK", 4000, "A"), Lotted("MILK", 2500, "B")]))
    day.perform(lambda ctx: decide_adjust(ctx, [Lotted("MILK", -500, "B")], reason="破损"))
    assert balances(day) == {"A": 4000, "B": 2000}
    with pytest.raises(Invalid, match="code_twice"):
        day.perform(lambda ctx: decide_count(ctx, [Lotted("MILK", 1, "A"), Lotted("MILK", 2, "A")]))


def test_parts_that_are_not_the_line_are_an_exception(day: CounterDay) -> None:
    take_in(day, ("A", 9000, SOON))
    good = day.sell(Wanted("MILK", 2000))
    day.sell_sealed(good, parts=(Part(lot="A", quantity=1000),))
    assert day.books.flags == ["parts_differ"]


def test_a_void_puts_every_lot_back(day: CounterDay) -> None:
    take_in(day, ("A", 1000, SOON), ("B", 5000, LATER))
    sale = day.sell(Wanted("MILK", 3000))
    day.perform(lambda ctx: decide_void(ctx, sale.order_id, reason="错了"))
    assert balances(day) == {"A": 1000, "B": 5000}


def test_of_several_lots_somebody_says_which_comes_back(day: CounterDay) -> None:
    take_in(day, ("A", 2000, SOON), ("B", 9000, LATER))
    sale = day.sell(Wanted("MILK", 5000))
    with pytest.raises(Invalid, match="lot_unsaid"):
        day.take_back(sale, (1, 1000))
    with pytest.raises(Refused, match="more_than_of_lot") as caught:
        day.take_back(sale, (1, 3000), lot="A")
    assert caught.value.params["left"] == "2"
    with pytest.raises(Refused, match="more_than_of_lot"):
        day.take_back(sale, (1, 1000), lot="C")
    assert [one.lot for one in day.take_back(sale, (1, 1000), lot="B").lines[0].parts] == ["B"]
    assert [one.lot for one in day.take_back(sale, (1, 2000), lot="A").lines[0].parts] == ["A"]
    assert [one.lot for one in day.take_back(sale, (1, 1000)).lines[0].parts] == ["B"], "the only one that is left"
    assert balances(day) == {"A": 2000, "B": 8000}


LOTS = st.lists(st.tuples(st.integers(1, 9), st.sampled_from([SOON, LATER, LATEST])), min_size=1, max_size=5)


@settings(max_examples=30, deadline=None)
@given(
    LOTS,
    st.lists(st.integers(1, 12), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(1, 12), st.none() | st.integers(0, 4)), max_size=8),
)
def test_moves_of_a_line_sum_to_it_and_everything_that_comes_back_comes_back_by_lot(
    fresh: Callable[[], AbstractContextManager[CounterDay]],
    lots: list[tuple[int, str]],
    sales: list[int],
    backs: list[tuple[int, int | None]],
) -> None:
    with fresh() as template:
        day = dairy(template)
        take_in(day, *((f"L{index}", pieces * 1000, until) for index, (pieces, until) in enumerate(lots)))
        before = balances(day)
        made = [day.sell(Wanted("MILK", pieces * 1000)) for pieces in sales]
        for sale, pieces in zip(made, sales, strict=True):
            moved = [row for row in day.books.rows(stock_move) if row["source_id"] == sale.order_id]
            assert sum(row["quantity"] for row in moved) == pieces * 1000
            assert sorted((row["lot"], row["quantity"]) for row in moved) == sorted(parts(sale))
        out = [Counter({part.lot: part.quantity for part in sale.lines[0].parts}) for sale in made]
        for turn, (pieces, which) in enumerate(backs):
            number = turn % len(made)
            there = Counter(out[number])
            lot = None if which is None else f"L{which}"
            some = min(pieces * 1000, there.total())
            named = [one for one, quantity in there.items() if quantity]
            if not some:
                continue
            if not any(there):
                lot = None  # it was sold without any lot: there is nothing to say
            if some < there.total() and lot is None and len(named) > 1:
                with pytest.raises(Invalid, match="lot_unsaid"):
                    day.take_back(made[number], (1, some))
            elif some < there.total() and lot is not None and there[lot] < some:
                with pytest.raises(Refused, match="more_than_of_lot"):
                    day.take_back(made[number], (1, some), lot=lot)
            else:
                back = day.take_back(made[number], (1, some), lot=lot)
                out[number].subtract({part.lot: part.quantity for part in back.lines[0].parts} or {"": some})
                assert out[number].total() == there.total() - some
            assert all(quantity >= 0 for quantity in out[number].values()), "never more of a lot than was sold"
        for sale, there in zip(made, out, strict=True):
            if there.total():
                day.take_back(sale, (1, there.total()))
        after = balances(day)
        assert {lot: quantity for lot, quantity in after.items() if quantity} == before
