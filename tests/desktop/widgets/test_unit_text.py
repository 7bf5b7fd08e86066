"""A quantity in a unit is shown whole: what is no whole number of it stands beside as a fraction."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, strategies as st

from desktop.widgets.figures import unit_text
from domain.catalogue.units import in_unit


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6))
def test_what_is_shown_is_all_there_is(quantity: int, factor: int) -> None:
    if in_unit(quantity, factor) is not None:
        return
    words = unit_text(quantity, factor, "箱").removesuffix(" 箱").replace(",", "").replace("−", "-")
    sign, words = (-1, words[1:]) if words.startswith("-") else (1, words)
    whole, _, part = words.rpartition(" + ")
    top, bottom = part.split("/")
    assert sign * (int(whole or 0) * Decimal(factor) / 1000 + Decimal(top)) == Decimal(quantity) / 1000
    assert Decimal(bottom) == Decimal(factor) / 1000
