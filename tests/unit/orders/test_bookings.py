"""Goods that a customer orders and fetches later: what was agreed holds, and no fen is counted twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from hypothesis import given, settings, strategies as st

from domain.catalogue.handlers import decide_set_listing, decide_set_prices
from domain.kernel.errors import Invalid, NotFound, Refused
from domain.orders.booking import usual_deposit
from domain.orders.booking_handlers import decide_call_off
from domain.orders.pricing import Wanted
from domain.orders.voiding_handlers import decide_void
from domain.tills import queries
from domain.tills.model import till_entry
from tests.unit.orders.counter_day import CounterDay, days
from tests.unit.orders.ledger import Ledger

RICE = Wanted("RICE", 2000)
"""Two bags: 93.60."""


@pytest.fixture
def day(books: Ledger) -> CounterDay:
    return CounterDay(books)


def totals(day: CounterDay, shift_id: str) -> dict[tuple[str, str], int]:
    """(kind, means) → minor units of a shift."""
    return {(one.kind, one.method): one.amount for one in queries.totals(day.books.connection, shift_id)}


def test_taken_and_fetched(day: CounterDay) -> None:
    opened, customer = day.open_shift(), day.customer()
    booked = day.book(RICE, deposit=30_00, customer_id=customer, wanted_on="2026-12-01")
    row = day.order(booked.order_id)
    assert (row["kind"], row["state"], row["payment_state"], row["delivery_state"]) == (
        "booking",
        "booked",
        "part",
        "none",
    )
    assert (row["total"], row["deposit"], row["wanted_on"]) == (93_60, 30_00, "2026-12-01")
    sale = day.sell(RICE, booking_id=booked.order_id, customer_id=customer, payments=[("cash", 100_00)])
    assert [(one.method, one.amount, one.tendered) for one in sale.payments] == [("cash", 63_60, 100_00)]
    assert day.paid(sale.order_id) == {"cash": 93_60}
    done = day.order(sale.order_id)
    assert (done["payment_state"], done["deposit"], done["total"]) == ("paid", 30_00, 93_60)
    over = day.order(booked.order_id)
    assert (over["state"], over["payment_state"], over["delivery_state"]) == ("closed", "paid", "full")
    assert totals(day, opened.shift_id) == {
        ("deposit", "cash"): 30_00,
        ("sale", "cash"): 63_60,
        ("sale", "deposit"): 30_00,
    }
    assert day.books.flags == ["stock_below_zero"]  # nothing was taken in


def test_prices_of_that_day_hold_even_for_what_is_no_longer_sold(day: CounterDay) -> None:
    booked = day.book(RICE, deposit=10_00, customer_id=day.customer(), actor=day.clerk)
    day.books.perform(lambda ctx: decide_set_prices(ctx, list_code="BASE", prices=[("RICE", 900_000, 0)]))
    day.books.perform(lambda ctx: decide_set_listing(ctx, code="RICE", listed=False))
    agreed = Wanted("RICE", 2000, price=468_000)
    with pytest.raises(Refused, match="product_delisted"):
        day.sell(agreed, actor=day.clerk)
    sale = day.sell(agreed, booking_id=booked.order_id, actor=day.clerk)
    assert sale.total == 93_60
    other = day.book(Wanted("SOY", 1000), deposit=0, customer_id=day.customer(), actor=day.clerk)
    with pytest.raises(Refused, match="beyond_your_right"):
        day.sell(Wanted("SOY", 1000, price=1), booking_id=other.order_id, actor=day.clerk)


def test_once_only(day: CounterDay) -> None:
    booked = day.book(RICE, deposit=10_00, customer_id=day.customer())
    day.sell(RICE, booking_id=booked.order_id)
    for again in (
        lambda: day.sell(RICE, booking_id=booked.order_id),
        lambda: day.perform(lambda ctx: decide_call_off(ctx, booked.order_id, reason="不要了")),
    ):
        with pytest.raises(Refused, match="booking_gone"):
            again()
    with pytest.raises(NotFound):
        day.sell(RICE, booking_id=day.sell(RICE).order_id)


def test_called_off_the_deposit_goes_back_by_its_means_or_stays(day: CounterDay) -> None:
    opened, customer = day.open_shift(), day.customer()
    back = day.book(RICE, deposit=30_00, customer_id=customer, payments=[("wechat", 10_00), ("cash", 50_00)])
    day.perform(lambda ctx: decide_call_off(ctx, back.order_id, reason="不要了"))
    row = day.order(back.order_id)
    assert (row["state"], row["payment_state"], day.paid(back.order_id)) == (
        "cancelled",
        "refunded",
        {"wechat": 0, "cash": 0},
    )
    kept = day.book(RICE, deposit=20_00, customer_id=customer)
    with pytest.raises(Refused, match="needs_approval"):
        day.perform(lambda ctx: decide_call_off(ctx, kept.order_id, reason="过期", keep=True), day.clerk)
    agreed = day.agreed("return")
    day.perform(lambda ctx: decide_call_off(ctx, kept.order_id, reason="过期", keep=True, approvals=agreed), day.clerk)
    row = day.order(kept.order_id)
    assert (row["state"], row["payment_state"], day.paid(kept.order_id)) == ("cancelled", "kept", {"cash": 20_00})
    assert totals(day, opened.shift_id) == {
        ("deposit", "cash"): 20_00,
        ("deposit", "wechat"): 0,
        ("kept", "deposit"): 20_00,
    }
    assert [row["approver_name"] for row in day.books.rows(till_entry) if row["kind"] == "kept"] == ["老板"]


def test_more_than_one_may_give_back_wants_a_second_person(day: CounterDay) -> None:
    booked = day.book(Wanted("RICE", 40_000), deposit=600_00, customer_id=day.customer())
    with pytest.raises(Refused, match="needs_approval"):
        day.perform(lambda ctx: decide_call_off(ctx, booked.order_id, reason="不要了"), day.clerk)
    day.perform(lambda ctx: decide_call_off(ctx, booked.order_id, reason="不要了"))


def test_a_fetched_sale_comes_back_by_the_means_of_deposit_and_rest(day: CounterDay) -> None:
    booked = day.book(RICE, deposit=30_00, customer_id=day.customer(), payments=[("alipay", 30_00)])
    sale = day.sell(RICE, booking_id=booked.order_id)
    back = day.take_back(sale, (1, 2000))
    assert {one.method: one.amount for one in back.refunds} == {"alipay": 30_00, "cash": 63_60}
    second = day.book(RICE, deposit=30_00, customer_id=day.customer(), payments=[("alipay", 30_00)])
    sold = day.sell(RICE, booking_id=second.order_id)
    void = day.perform(lambda ctx: decide_void(ctx, sold.order_id, reason="错单"))
    assert {one.method: one.amount for one in void.refunds} == {"alipay": 30_00, "cash": 63_60}


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"customer_id": None, "deposit": 0}, "booking_without_customer"),
        ({"deposit": 93_61}, "deposit_too_large"),
        ({"deposit": -1}, "deposit_too_large"),
        ({"deposit": 10_00, "payments": [("cash", 9_99)]}, "deposit_not_paid"),
        ({"deposit": 10_00, "payments": [("account", 10_00)]}, "deposit_by_this"),
        ({"deposit": 0, "wanted_on": "tomorrow"}, "bad_day"),
    ],
)
def test_what_is_no_booking(day: CounterDay, more: dict[str, object], code: str) -> None:
    with pytest.raises(Invalid, match=code):
        day.book(RICE, **{"customer_id": day.customer(), **more})  # type: ignore[arg-type]


def test_less_than_was_ordered_is_refused_and_more_goes_along(day: CounterDay) -> None:
    booked = day.book(RICE, deposit=93_60, customer_id=day.customer())
    with pytest.raises(Refused, match="booking_not_whole"):
        day.sell(Wanted("RICE", 1000), booking_id=booked.order_id)
    with pytest.raises(Refused, match="deposit_exceeds"):
        day.sell(RICE, booking_id=booked.order_id, discount=1)
    sale = day.sell(RICE, Wanted("EGG", 1000), booking_id=booked.order_id)
    assert [one.amount for one in sale.payments] == [3_33]


def test_all_of_it_paid_ahead(day: CounterDay) -> None:
    booked = day.book(RICE, deposit=93_60, customer_id=day.customer())
    sale = day.sell(RICE, booking_id=booked.order_id, payments=[])
    assert (sale.payments, day.order(sale.order_id)["payment_state"]) == ((), "paid")


def test_the_usual_deposit_is_in_whole_yuan_and_never_more_than_everything() -> None:
    assert [usual_deposit(total, 3_000) for total in (0, 1, 100, 189_70, 1000_00)] == [0, 1, 100, 57_00, 300_00]
    assert [usual_deposit(1000_01, rate) for rate in (0, 1, 9_999, 10_000)] == [0, 1_00, 1000_00, 1000_01]


@pytest.fixture(scope="module")
def fresh() -> Iterator[Callable[[], AbstractContextManager[CounterDay]]]:
    with days() as made:
        yield made


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 20_000), st.integers(0, 100), st.integers(0, 100))
def test_deposit_and_rest_are_the_total(
    fresh: Callable[[], AbstractContextManager[CounterDay]], quantity: int, percent: int, by_card: int
) -> None:
    with fresh() as day:
        total = day.sell(Wanted("EGG", quantity)).total
        deposit = total * percent // 100
        card = deposit * by_card // 100
        payments = [("card", card), ("cash", deposit - card)]
        booked = day.book(Wanted("EGG", quantity), deposit=deposit, payments=payments, customer_id=day.customer())
        sale = day.sell(Wanted("EGG", quantity), booking_id=booked.order_id)
        assert sum(day.paid(sale.order_id).values()) == sale.total == total
        assert sum(one.amount for one in sale.payments) == total - deposit
