"""What a scale's label says is paid to the fen, whatever the price, and comes back to the fen."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, strategies as st

from domain.kernel.context import Decision
from domain.kernel.errors import Invalid, Refused
from domain.kernel.ids import stable_id
from domain.kernel.money import line_amount
from domain.orders.labels import Label, gross, label_in, quantity_for, settle
from domain.orders.model import order_line
from domain.orders.pricing import Wanted
from domain.tills.handlers import decide_set_policy
from tests.unit.orders.counter_day import CounterDay
from tests.unit.orders.ledger import Ledger


@pytest.fixture
def day(books: Ledger) -> CounterDay:
    return CounterDay(books)


def labelled(code: str, amount: int, **more: Any) -> Wanted:
    """A line as it was scanned while the price was another: the quantity is worked out again."""
    return Wanted(code, 1000, label=Label(quantity=1000, amount=amount), **more)


@given(st.integers(1, 10**6), st.integers(1, 10**7), st.integers(0, 10**6))
def test_a_line_comes_to_what_its_label_says(amount: int, price: int, beside: int) -> None:
    worked_out = quantity_for(amount, price, "CNY", code="X")
    quantity, label = settle(500 + beside, Label(quantity=500, amount=amount), price, "CNY", code="X")
    assert quantity == worked_out + beside
    assert gross(quantity, price, label, "CNY") == amount + line_amount(beside, price)


@given(st.integers(1, 10**6), st.integers(1, 10**7))
def test_the_weight_is_the_nearest_thousandth(amount: int, price: int) -> None:
    quantity = quantity_for(amount, price, "CNY", code="X")
    missed = abs(quantity * price - amount * 100_000)
    assert quantity == 1 or all(
        abs(other * price - amount * 100_000) >= missed for other in (quantity - 1, quantity + 1)
    )


def test_a_label_that_does_not_fit_its_line_counts_for_nothing() -> None:
    assert gross(1000, 468_000, Label(quantity=1000, amount=1), "CNY") == 4680
    assert gross(1000, 468_000, Label(quantity=2000, amount=9360), "CNY") == 4680
    assert gross(1000, 468_000, Label(quantity=1000, amount=4682), "CNY") == 4682


@pytest.mark.parametrize(
    "trace", ["", "{}", '{"label"', '{"label": 5}', '{"label": {"quantity": -1, "amount": 5}}', '"label"', '["label"]']
)
def test_whatever_stands_in_a_trace_is_no_label(trace: str) -> None:
    assert label_in(trace) is None


def test_sold_to_the_fen_and_given_back_to_the_fen(day: CounterDay) -> None:
    sale = day.sell(labelled("SOY", 1234), labelled("RICE", 777))
    assert [(line.quantity, line.amount) for line in sale.lines] == [(1235, 1234), (166, 777)]
    assert [line_amount(line.quantity, line.unit_price) for line in sale.lines] == [1234, 777]
    sale = day.sell(labelled("RICE", 1001))
    assert line_amount(sale.lines[0].quantity, sale.lines[0].unit_price) == 1002, "the label holds, not the weight"
    assert (sale.total, day.line(sale, 1)["amount"]) == (1001, 1001)
    assert "amounts_differ" not in day.books.flags
    quantity = sale.lines[0].quantity
    for part in (100, quantity - 100):
        day.take_back(sale, (1, part))
    back = [row["amount"] for row in day.books.rows(order_line) if row["original_line_id"] == day.line(sale, 1)["id"]]
    assert sum(back) == -1001


def test_the_fen_of_a_label_are_no_discount_of_a_clerk_and_nothing_below_the_floor(day: CounterDay) -> None:
    day.perform(lambda ctx: decide_set_policy(ctx, clerk_discount_bp=0))
    day.floor("RICE", 468_000)
    assert day.sell(labelled("RICE", 1001), actor=day.clerk).total == 1001
    with pytest.raises(Refused, match="below_floor"):
        day.sell(labelled("RICE", 1001, discount=1), actor=day.clerk)


def test_nothing_is_worked_out_without_a_price(day: CounterDay) -> None:
    with pytest.raises(Invalid, match="no_price"):
        day.sell(labelled("RICE", 1001, price=0))


def test_a_sealed_label_that_does_not_fit_is_noticed_by_the_server(day: CounterDay) -> None:
    sale = day.sell(labelled("RICE", 1001))
    line = sale.lines[0]
    trace = msgspec.json.encode({"label": {"quantity": line.quantity, "amount": 1}}).decode()
    forged = msgspec.structs.replace(line, amount=1, trace=trace)
    day.books.flags.clear()
    payload = msgspec.structs.replace(sale, order_id=stable_id("forged"), lines=(forged,), total=1)
    day.perform(lambda ctx: Decision(payload))
    assert "amounts_differ" in day.books.flags
