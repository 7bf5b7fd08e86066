"""How a discount is written: amounts, tenths and hundredths that are paid, percent off, all exact to the fen."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from domain.kernel.errors import Invalid
from domain.orders.discounts import WHOLE, let_off, may_become_rate, paid_rate

RATES = {
    "9折": 9_000,
    "8.5折": 8_500,
    "85折": 8_500,
    "88折": 8_800,
    "8.88折": 8_880,
    "1折": 1_000,
    "11折": 1_100,
    "95折": 9_500,
    "5%": 9_500,
    "-5%": 9_500,
    "12.5%": 8_750,
    "0%": 10_000,
    "100%": 0,
}


@pytest.mark.parametrize(("text", "rate"), RATES.items())
def test_rates(text: str, rate: int) -> None:
    assert paid_rate(text) == rate
    assert all(may_become_rate(text[:end]) for end in range(1, len(text) + 1))


@pytest.mark.parametrize("text", ["10折", "0折", "05折", "折", "%", "-%", "101%", "100.01%", "8.555折", "-9折", "5%%"])
def test_what_says_nothing_clear_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        let_off(text, 46_80)
    assert refused.value.code == "bad_discount"


def test_an_amount_stays_an_amount() -> None:
    assert (paid_rate("12.3"), let_off("12.3", 46_80)) == (None, 12_30)
    with pytest.raises(Invalid):
        let_off("9x", 46_80)


@pytest.mark.parametrize(
    ("text", "amount", "off"),
    [("9折", 46_80, 4_68), ("85折", 1, 0), ("5折", 1, 0), ("5%", 12_30, 61), ("95折", 12_30, 61), ("5%", 12_50, 62)],
)
def test_what_is_paid_is_rounded_half_up(text: str, amount: int, off: int) -> None:
    assert let_off(text, amount) == off


@given(st.integers(0, 10**9), st.sampled_from(sorted(RATES)))
def test_paid_and_off_add_up_and_are_nearest(amount: int, text: str) -> None:
    paid = amount - let_off(text, amount)
    assert 0 <= paid <= amount
    missed = paid - Fraction(amount * RATES[text], WHOLE)
    assert -Fraction(1, 2) < missed <= Fraction(1, 2)
