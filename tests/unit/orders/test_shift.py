"""A shift: float, what went through the till, the blind count, and a Z report that agrees with an independent sum."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings, strategies as st

from domain.customers.account import decide_pay_account
from domain.kernel.context import Actor, Decision
from domain.kernel.errors import Invalid, Refused
from domain.kernel.ids import HQ_PARTY_ID, stable_id
from domain.orders.booking_handlers import decide_call_off
from domain.orders.model import payment
from domain.orders.pricing import Wanted
from domain.orders.voiding_handlers import decide_void
from domain.parties.roles import HQ_ADMIN
from domain.tills import queries
from domain.tills.commands import CloseShift
from domain.tills.handlers import (
    decide_close_shift,
    decide_move_cash,
    decide_set_policy,
)
from domain.tills.model import shift, till_entry
from tests.unit.orders.counter_day import CounterDay, days
from tests.unit.orders.ledger import Ledger


@pytest.fixture
def day(books: Ledger) -> CounterDay:
    return CounterDay(books)


def close(day: CounterDay, cash: int, reason: str = "") -> CloseShift:
    closed: CloseShift = day.perform(lambda ctx: decide_close_shift(ctx, coins={}, other=cash, reason=reason))
    return closed


def test_one_shift_at_a_till(day: CounterDay) -> None:
    opened = day.open_shift(20_000)
    with pytest.raises(Refused, match="shift_open"):
        day.open_shift()
    row = day.books.row(shift, id=opened.shift_id)
    assert (row["state"], row["float_amount"], row["person_name"]) == ("open", 20_000, "owner")


def test_the_count_is_blind_and_a_difference_wants_a_reason(day: CounterDay) -> None:
    day.open_shift(20_000)
    day.sell(Wanted("RICE", 1000))
    with pytest.raises(Refused, match="variance_reason") as refused:
        close(day, 24_000)
    assert refused.value.params == {}, "nothing about what should be there"
    closed = close(day, 24_000, "少收一笔")
    row = day.books.row(shift, id=closed.shift_id)
    assert (row["expected"], row["counted"], row["variance"], row["reason"]) == (24_680, 24_000, -680, "少收一笔")
    with pytest.raises(Refused, match="no_shift"):
        close(day, 0)


def test_notes_and_coins_are_counted(day: CounterDay) -> None:
    day.open_shift(23_550)
    closed = day.perform(lambda ctx: decide_close_shift(ctx, coins={10_000: 2, 1_000: 3, 50: 11, 5: 0}))
    assert closed.counted == 23_550
    assert [(one.value, one.number) for one in closed.coins] == [(50, 11), (1_000, 3), (10_000, 2)]
    with pytest.raises(Refused, match="no_shift"):
        day.perform(lambda ctx: decide_move_cash(ctx, kind="in", amount=1, reason="零钱"))


def test_cash_in_out_and_the_drawer_for_nothing(day: CounterDay) -> None:
    day.open_shift(10_000)
    day.perform(lambda ctx: decide_move_cash(ctx, kind="in", amount=5_000, reason="备用零钱"))
    day.perform(lambda ctx: decide_move_cash(ctx, kind="out", amount=2_000, reason="买水"))
    day.perform(lambda ctx: decide_move_cash(ctx, kind="no_sale", amount=0, reason="换零钱"))
    assert close(day, 13_000).expected == 13_000
    for amount, reason in ((0, "x"), (-1, "x"), (5, " ")):
        day.open_shift()
        with pytest.raises(Invalid):
            day.perform(lambda ctx, a=amount, r=reason: decide_move_cash(ctx, kind="out", amount=a, reason=r))
        close(day, 20_000)


def test_risky_moves_want_a_second_person(day: CounterDay) -> None:
    day.perform(lambda ctx: decide_set_policy(ctx, cash_out_limit=1_000, no_sale_approved=True))
    day.open_shift()
    for kind, amount in (("out", 1_001), ("no_sale", 0)):
        with pytest.raises(Refused, match="needs_approval"):
            day.perform(lambda ctx, k=kind, a=amount: decide_move_cash(ctx, kind=k, amount=a, reason="x"), day.clerk)
        day.perform(
            lambda ctx, k=kind, a=amount: decide_move_cash(ctx, kind=k, amount=a, reason="x", approver=SECOND),
            day.clerk,
        )
    assert {row["approver_name"] for row in day.books.rows(till_entry)} == {"老板"}


def test_no_sale_without_a_shift_when_the_dealer_wants_it_so(day: CounterDay) -> None:
    day.perform(lambda ctx: decide_set_policy(ctx, shift_required=True))
    with pytest.raises(Refused, match="no_shift"):
        day.sell()
    day.open_shift()
    day.sell()


def test_without_a_shift_nothing_is_entered(day: CounterDay) -> None:
    day.sell()
    assert day.books.rows(till_entry) == []


def test_a_shift_of_another_party_takes_no_entries(day: CounterDay) -> None:
    opened = day.open_shift()
    right = day.sell()
    headquarters = Actor(stable_id("person"), "admin", HQ_ADMIN, HQ_PARTY_ID, stable_id("device"))
    forged = msgspec.structs.replace(right, seller_id=HQ_PARTY_ID, order_id=stable_id("forged"))
    day.books.perform(lambda _ctx: Decision(forged, forged.order_id), headquarters)
    assert [total.number for total in queries.totals(day.books.connection, opened.shift_id)] == [1]


SECOND = (stable_id("person", "owner"), "老板")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["sell", "mixed", "return", "void", "in", "out", "no_sale", "credit", "pay", "book", "fetch", "off", "keep"]
        ),
        st.integers(1, 4_000),
    ),
    max_size=25,
)


@pytest.fixture(scope="module")
def fresh() -> Iterator[Callable[[], AbstractContextManager[CounterDay]]]:
    with days() as made:
        yield made


@settings(max_examples=50, deadline=None)
@given(STEPS, st.integers(0, 100_000))
def test_the_z_report_agrees_with_an_independent_sum(
    fresh: Callable[[], AbstractContextManager[CounterDay]], steps: list[tuple[str, int]], float_amount: int
) -> None:
    with fresh() as day:
        customer = day.customer(credit=10**9)
        day.sell(Wanted("EGG", 1000))  # before the shift: not part of it
        opened = day.open_shift(float_amount)
        outside = {row["id"] for row in day.books.rows(payment)}
        money: dict[str, int] = defaultdict(int)
        for method, amount in play(day, steps, customer):
            money[method] += amount
        for row in day.books.rows(payment):
            if row["id"] not in outside:
                money[row["method"]] += row["amount"]
        expected = float_amount + money["cash"]
        closed = day.perform(lambda ctx: decide_close_shift(ctx, coins={}, other=max(0, expected), reason="核对"))
        reported: dict[str, int] = defaultdict(int)
        for total in closed.totals:
            reported[total.method] += total.amount
        assert without_zeros(reported) == without_zeros(money)
        assert closed.expected == expected
        assert "shift_report_differs" not in day.books.flags
        kept = msgspec.json.decode(day.books.row(shift, id=opened.shift_id)["report"])
        assert sum(one["amount"] for one in kept) == sum(money.values())


def without_zeros(sums: dict[str, int]) -> dict[str, int]:
    """Only means by which money moved in the end."""
    return {method: amount for method, amount in sums.items() if amount}


def play(day: CounterDay, steps: list[tuple[str, int]], customer: str) -> list[tuple[str, int]]:
    """A random day; returns the money that moved beside documents."""
    sales: list[Any] = []
    bookings: list[Any] = []
    beside: list[tuple[str, int]] = []
    for kind, size in steps:
        if kind in ("sell", "mixed", "credit"):
            payments = {
                "sell": [("cash", 10**9)],
                "mixed": [("card", 100), ("cash", 10**9)],
                "credit": [("account", 1)],
            }
            more: dict[str, Any] = {"customer_id": customer} if kind == "credit" else {}
            goods = Wanted("RICE", size + 1000)
            sales.append(day.sell(goods, payments=[*payments[kind], ("cash", 10**9)], rounding="fen", **more))
        elif kind == "return" and sales:
            sale = sales.pop(size % len(sales))
            day.take_back(sale, (1, sale.lines[0].quantity))
        elif kind == "void" and sales:
            sale = sales.pop(size % len(sales))
            day.perform(lambda ctx, s=sale: decide_void(ctx, s.order_id, reason="错"))
        elif kind == "book":
            bookings.append(day.book(Wanted("RICE", size + 1000), deposit=size % 300, customer_id=customer))
        elif kind == "fetch" and bookings:
            booked = bookings.pop(size % len(bookings))
            sales.append(day.sell(Wanted("RICE", booked.lines[0].quantity), booking_id=booked.order_id))
            ahead = sum(one.amount for one in booked.payments)
            beside += [("cash", -ahead), ("deposit", ahead)]  # it came into the drawer when it was taken
        elif kind in ("off", "keep") and bookings:
            booked = bookings.pop(size % len(bookings))
            day.perform(
                lambda ctx, b=booked, k=kind: decide_call_off(ctx, b.order_id, reason="不要了", keep=k == "keep")
            )
            if kind == "keep":
                beside.append(("deposit", sum(one.amount for one in booked.payments)))
        elif kind in ("in", "out", "no_sale"):
            day.perform(lambda ctx, k=kind, a=size: decide_move_cash(ctx, kind=k, amount=a, reason="x"))
            beside.append(("cash", {"in": size, "out": -size, "no_sale": 0}[kind]))
        elif kind == "pay":
            day.perform(lambda ctx, a=size: decide_pay_account(ctx, customer_id=customer, amount=a, method="wechat"))
            beside.append(("wechat", size))
    return beside


def test_a_report_that_was_sealed_wrong_is_an_exception(day: CounterDay) -> None:
    day.open_shift(1_000)

    def wrong(ctx: Any) -> Any:
        right = decide_close_shift(ctx, coins={}, other=1_000)
        return type(right)(msgspec.structs.replace(right.payload, expected=999), right.document_id)

    day.perform(wrong)
    assert "shift_report_differs" in day.books.flags
