"""Selling, ordering and taking back in packs: sums that agree with the pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from domain.catalogue.handlers import decide_add_price_list, decide_set_prices
from domain.kernel.errors import Refused
from domain.kernel.money import line_amount
from domain.orders.model import order_line
from domain.orders.pricing import Wanted
from domain.stock.model import stock_move
from tests.unit.orders.counter_day import CounterDay, days
from tests.unit.orders.ledger import Ledger

CASE: dict[str, Any] = {"unit": "箱", "factor": 24_000}


@pytest.fixture
def day(books: Ledger) -> CounterDay:
    return CounterDay(books)


@pytest.fixture(scope="module")
def fresh() -> Iterator[Callable[[], AbstractContextManager[CounterDay]]]:
    with days() as made:
        yield made


def set_price(day: CounterDay, price: int, *, list_code: str = "BASE", unit: str = "") -> None:
    day.books.perform(lambda ctx: decide_set_prices(ctx, list_code=list_code, prices=[("SOY", price, 0)], unit=unit))


def test_a_case_costs_its_pieces_until_it_has_a_price_of_its_own(day: CounterDay) -> None:
    [line] = day.sell(Wanted("SOY", 48_000, **CASE)).lines
    assert (line.unit, line.factor, line.quantity, line.unit_price, line.amount) == (
        "箱",
        24_000,
        48_000,
        99_900 * 24,
        2 * 24 * 999,
    )
    set_price(day, 2_000_000, unit="箱")
    [case] = day.sell(Wanted("SOY", 48_000, **CASE)).lines
    [pieces] = day.sell(Wanted("SOY", 48_000)).lines
    assert (case.unit_price, case.amount) == (2_000_000, 400_00)
    assert (pieces.unit_price, pieces.amount) == (99_900, 48 * 999)
    assert set(day.books.flags) == {"stock_below_zero"}, "the server works out the same amounts"
    assert {row["quantity"] for row in day.books.rows(stock_move)} == {48_000}
    assert {row["factor"] for row in day.books.rows(order_line)} == {24_000, 1000}


def test_rights_and_floor_are_those_of_the_pack(day: CounterDay) -> None:
    set_price(day, 2_000_000, unit="箱")
    day.sell(Wanted("SOY", 24_000, price=1_800_000, **CASE), actor=day.clerk)
    with pytest.raises(Refused, match="beyond_your_right"):
        day.sell(Wanted("SOY", 24_000, price=1_799_900, **CASE), actor=day.clerk)
    day.books.perform(lambda ctx: decide_add_price_list(ctx, code="FLOOR", name="底价", usage="floor", scope="base"))
    set_price(day, 80_000, list_code="FLOOR")
    day.sell(Wanted("SOY", 24_000, price=1_920_000, **CASE))
    with pytest.raises(Refused, match="below_floor"):
        day.sell(Wanted("SOY", 24_000, price=1_919_900, **CASE))


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 5), st.integers(1, 3_000_000), st.lists(st.integers(1, 40), min_size=1, max_size=4))
def test_pieces_of_a_case_come_back_for_exactly_what_was_paid(
    fresh: Callable[[], AbstractContextManager[CounterDay]], cases: int, price: int, parts: list[int]
) -> None:
    with fresh() as day:
        sale = day.sell(Wanted("SOY", cases * 24_000, price=price, **CASE))
        assert sale.total == line_amount(cases * 24_000, price, factor=24_000) == (cases * price + 50) // 100
        left = cases * 24_000
        for part in (min(each * 1000, left) for each in parts):
            if part and part <= left:
                back = day.take_back(sale, (1, part))
                assert (back.lines[0].unit, back.lines[0].factor) == ("箱", 24_000)
                left -= part
        if left:
            day.take_back(sale, (1, left))
        line = day.line(sale, 1)
        assert (line["returned"], line["returned_amount"]) == (line["quantity"], line["amount"])
