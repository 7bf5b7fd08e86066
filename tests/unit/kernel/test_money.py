"""Money against Decimal as the reference."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, strategies as st

from domain.kernel import money
from domain.kernel.errors import Invalid

quantities = st.integers(-(10**9), 10**9)
prices = st.integers(0, 10**10)
currencies = st.sampled_from(["CNY", "JPY", "KWD", "USD"])


@given(quantities, prices, currencies)
def test_line_amount_is_what_decimal_says(quantity: int, price: int, currency: str) -> None:
    exact = Decimal(quantity) / 1000 * Decimal(price) / 10_000 * 10 ** money.exponent(currency)
    assert money.line_amount(quantity, price, currency) == int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


@given(quantities, prices, currencies)
def test_reversal_is_the_exact_negative(quantity: int, price: int, currency: str) -> None:
    assert money.line_amount(-quantity, price, currency) == -money.line_amount(quantity, price, currency)


def test_half_is_rounded_away_from_nought() -> None:
    assert money.line_amount(1000, 50) == 1
    assert money.line_amount(-1000, 50) == -1
    assert money.line_amount(1000, 49) == 0
    assert money.line_amount(3000, 33_333) == 1000


@given(st.integers(-(10**14), 10**14), st.lists(st.integers(0, 10**6), min_size=1, max_size=30))
def test_parts_add_up_and_are_sign_symmetric(amount: int, weights: list[int]) -> None:
    if sum(weights) == 0:
        with pytest.raises(Invalid):
            money.split(amount, weights)
        return
    parts = money.split(amount, weights)
    assert sum(parts) == amount
    assert money.split(-amount, weights) == [-part for part in parts]
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Decimal(amount) * weight / sum(weights)) < 1


@given(st.integers(-(10**12), 10**12), st.integers(0, 10_000))
def test_tax_inside_an_amount(amount: int, rate: int) -> None:
    exact = Decimal(amount) * rate / (10_000 + rate)
    assert money.tax_included(amount, rate) == int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


@given(st.integers(-(10**14), 10**14), currencies)
def test_what_is_formatted_is_parsed_again(value: int, currency: str) -> None:
    assert money.parse_amount(money.format_amount(value, currency), currency) == value
    assert money.parse_price(money.format_price(value)) == value
    assert money.parse_quantity(money.format_quantity(value)) == value


def test_plain_forms() -> None:
    assert money.format_amount(123_450) == "1234.50"
    assert money.format_amount(-5) == "-0.05"
    assert money.format_amount(7, "JPY") == "7"
    assert money.format_price(468_000) == "46.80"
    assert money.format_price(33_333) == "3.3333"
    assert money.format_quantity(1568) == "1.568"
    assert money.format_quantity(-2000) == "-2"


@pytest.mark.parametrize("text", ["", "x", "1.001", "NaN", "Infinity", "1e30", "--1", "1,000", "1e-9", "10" * 9])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="bad_amount"):
        money.parse_amount(text)


@given(st.text(max_size=30))
def test_any_text_is_an_amount_or_a_coded_refusal(text: str) -> None:
    try:
        value = money.parse_amount(text)
    except Invalid as error:
        assert error.code == "bad_amount"
    else:
        assert abs(value) < money.LIMIT
