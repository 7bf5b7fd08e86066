"""Ids rise, and derived ones never change: old ledgers hold them."""

from __future__ import annotations

from hypothesis import given, strategies as st

from domain.kernel.clock import FixedClock
from domain.kernel.ids import IdSource, derive_id, is_id, stable_id

BASE = "018bcfe5-6800-7000-8000-000000000001"


@given(st.lists(st.integers(0, 2**42), min_size=1, max_size=30), st.integers(1, 40))
def test_ids_rise_whatever_the_clock_does(times: list[int], each: int) -> None:
    clock = FixedClock(0)
    source = IdSource(clock)
    made = []
    for ms in times:
        clock.ms = ms
        made += [source.new() for _ in range(each)]
    assert made == sorted(set(made))
    assert all(is_id(one) and one[14] == "7" and one[19] in "89ab" for one in made)


def test_more_than_4096_in_a_millisecond_still_rise() -> None:
    source = IdSource(FixedClock(1_700_000_000_000))
    made = [source.new() for _ in range(10_000)]
    assert made == sorted(set(made))


def test_derived_and_stable_ids_are_frozen() -> None:
    assert derive_id(BASE, "line", 1) == "018bcfe5-6800-8ea8-a15c-b02b260189e5"
    assert derive_id(BASE, "move") == "018bcfe5-6800-88db-a6ea-3b5d375a4b1e"
    assert stable_id("place", BASE, "warehouse") == "b50a06e3-26b8-8a12-ac16-0b5662ceed2a"
    assert stable_id("price-list", "base") == "1d87414e-3cae-86c9-a24e-dcfa922a76e0"


@given(st.text(max_size=20), st.integers(0, 5000))
def test_derived_ids_keep_the_time_of_their_command(role: str, index: int) -> None:
    made = derive_id(BASE, role, index)
    assert is_id(made)
    assert made[:13] == BASE[:13]


def test_what_is_no_id() -> None:
    for text in ("", "1", BASE.upper(), BASE + "\n", BASE[:-1], " " + BASE, None, 7):
        assert not is_id(text)
