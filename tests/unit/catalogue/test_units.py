"""Units convert exactly or not at all."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from domain.catalogue.units import OWN, Unit, as_many, in_unit, line_key, next_unit, pack, per_unit, to_base, units_of
from domain.kernel.errors import Invalid

QUANTITIES, FACTORS = st.integers(-(10**9), 10**9), st.integers(1, 10**6)


@given(QUANTITIES, FACTORS)
def test_there_and_back_is_the_same(quantity: int, factor: int) -> None:
    try:
        base = to_base(quantity, factor)
    except Invalid:
        assert Decimal(quantity) * factor % 1000 != 0, "only what would have to be rounded is refused"
        return
    assert Decimal(base) == Decimal(quantity) * factor / 1000
    assert in_unit(base, factor) == quantity


@given(QUANTITIES, FACTORS)
def test_what_is_exact_in_a_unit_goes_back(quantity: int, factor: int) -> None:
    exact = in_unit(quantity, factor)
    assert (exact is None) == bool(Decimal(quantity) * 1000 % factor)
    assert exact is None or to_base(exact, factor) == quantity


@given(st.integers(1, 10**6), st.integers(1, 1000), st.integers(1, 1000))
def test_switching_keeps_the_number(number: int, one: int, other: int) -> None:
    assert as_many(number * one * 1000, one * 1000, other * 1000) == number * other * 1000


def test_what_cannot_be_said_in_the_old_unit_becomes_one_of_the_new() -> None:
    assert as_many(1000, 3000, 24_000) == 24_000


@given(st.integers(0, 10**9), st.integers(1, 1000))
def test_a_pack_of_whole_pieces_costs_exactly_as_much_as_they(price: int, pieces: int) -> None:
    assert per_unit(price, pieces * 1000) == price * pieces


def test_units_of_a_product() -> None:
    rows = [("", 1000), ("箱", 24_000), ("箱", 24_000), ("瓶", 1000), ("板", 6000), ("", 12_000)]
    units = units_of({"unit": name, "factor": factor} for name, factor in rows)
    assert units == (OWN, Unit("板", 6000), Unit("箱", 24_000))
    assert [next_unit(units, unit) for unit in units] == [units[1], units[2], OWN]
    assert next_unit(units, Unit("桶", 9000)) == OWN, "a unit that is gone gives way to the product's own"
    assert len({line_key("A", unit) for unit in units}) == len(units)
    assert line_key("A", pack("瓶", 1000)) == "A"


def test_nothing_is_rounded() -> None:
    with pytest.raises(Invalid, match="quantity_not_exact"):
        to_base(333, 500)
