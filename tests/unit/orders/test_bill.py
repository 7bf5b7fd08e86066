"""Discounts, shares, rounding, the seller's right and the floor."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from domain.kernel.errors import Invalid, Refused
from domain.kernel.money import line_amount
from domain.orders.bill import STEPS, make_bill, rounding_allowed, rounding_of
from domain.orders.pricing import Wanted
from tests.support.factories.orders import sold
from tests.unit.orders.counter_day import CounterDay
from tests.unit.orders.ledger import Ledger


@pytest.fixture
def day(books: Ledger) -> CounterDay:
    return CounterDay(books)


PRODUCT = "00000000-0000-4000-8000-000000000001"
LINES = st.lists(st.tuples(st.integers(1, 50_000), st.integers(0, 5_000_000)), min_size=1, max_size=12)


@given(LINES, st.integers(0, 10_000), st.sampled_from(sorted(STEPS)))
def test_shares_and_rounding_add_up_exactly(entered: list[tuple[int, int]], part: int, rounding: str) -> None:
    lines = [sold(PRODUCT, quantity, price) for quantity, price in entered]
    goods = sum(line.amount for line in lines)
    discount = goods * part // 10_000
    bill = make_bill(lines, discount, rounding)
    assert sum(line.share for line in bill.lines) == discount
    assert sum(line.amount for line in bill.lines) + bill.rounding == bill.total
    assert all(line.amount == line_amount(line.quantity, line.unit_price) - line.share >= 0 for line in bill.lines)
    assert bill.total % (STEPS[rounding] if rounding else 1) == 0
    assert rounding_allowed(goods - discount, bill.rounding)


@pytest.mark.parametrize(
    ("total", "rounding", "off"),
    [
        (12_345, "", 0),
        (12_345, "fen", -5),
        (12_345, "jiao", -45),
        (12_345, "jiao_half", -45),
        (12_350, "jiao_half", 50),
        (12_300, "jiao", 0),
        (49, "jiao", -49),
    ],
)
def test_rounding_by_hand(total: int, rounding: str, off: int) -> None:
    assert rounding_of(total, rounding) == off


def test_a_rounding_nobody_offers_is_noticed() -> None:
    assert not rounding_allowed(12_345, -7)


def test_a_discount_larger_than_the_goods() -> None:
    with pytest.raises(Invalid, match="discount_too_large"):
        make_bill([sold(PRODUCT)], 1001, "")
    with pytest.raises(Invalid, match="negative_discount"):
        make_bill([sold(PRODUCT)], -1, "")


def test_a_sale_with_both_discounts_and_rounding(day: CounterDay) -> None:
    sale = day.sell(Wanted("RICE", 2000, discount=100), Wanted("SOY", 1000), discount=1000, rounding="fen")
    assert [line.amount + line.share for line in sale.lines] == [9260, 999]
    assert sum(line.share for line in sale.lines) == 1000
    assert (sale.rounding, sale.total) == (-9, 9250)
    row = day.order(sale.order_id)
    assert (row["total"], row["discount"], row["rounding"]) == (9250, 1000, -9)
    assert day.books.flags == ["stock_below_zero"]


def test_a_clerk_goes_ten_percent_below_the_list_and_no_further(day: CounterDay) -> None:
    day.sell(Wanted("RICE", 1000, price=421_200), actor=day.clerk)
    for wanted, discount in (
        (Wanted("RICE", 1000, price=421_100), 0),
        (Wanted("RICE", 1000), 469),
        (Wanted("RICE", 1000, discount=500), 0),
    ):
        with pytest.raises(Refused, match="beyond_your_right"):
            day.sell(wanted, actor=day.clerk, discount=discount)
    day.sell(Wanted("RICE", 1000, price=100_000), actor=day.clerk, approvals=day.agreed("discount"))
    day.sell(Wanted("RICE", 1000, price=100_000), actor=day.owner)


def test_the_floor_holds_for_the_net_price_and_for_everybody(day: CounterDay) -> None:
    day.floor("RICE", 400_000)
    day.sell(Wanted("RICE", 1000), discount=680)
    with pytest.raises(Refused, match="below_floor"):
        day.sell(Wanted("RICE", 1000), discount=681)
    day.sell(Wanted("RICE", 1000), discount=681, approvals=day.agreed("floor"))


def test_on_account_only_within_credit(day: CounterDay) -> None:
    with pytest.raises(Invalid, match="account_without_customer"):
        day.sell(payments=[("account", 4680)])
    customer = day.customer(credit=5000)
    day.sell(customer_id=customer, payments=[("account", 4680)])
    with pytest.raises(Refused, match="credit_exceeded"):
        day.sell(customer_id=customer, payments=[("account", 4680)])
    day.sell(customer_id=customer, payments=[("account", 320), ("cash", 4360)])
    day.sell(customer_id=customer, payments=[("account", 4680)], approvals=day.agreed("credit"))
