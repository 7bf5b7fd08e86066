"""In-store codes: which digits are what, and what a misread or foreign code is taken for."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from domain.catalogue.rules import ean13_check_digit
from domain.catalogue.weighed import (
    FEN,
    GRAMS,
    JIAO,
    Layout,
    Weighed,
    decode,
    parse_layouts,
    thousandths_of,
    value_check_digit,
    write_layouts,
)
from domain.kernel.errors import Invalid

THREE = parse_layouts("21IIIIIGGGGGC 22IIIIKFFFFFC 25IIIIIIJJJJC")


def ean(twelve: str) -> str:
    return twelve + ean13_check_digit(twelve)


def test_weight_price_and_a_price_in_jiao_side_by_side() -> None:
    assert decode(ean("210004201234"), THREE) == Weighed("21", "00042", grams=1234)
    assert decode(ean("220042614685"), THREE) == Weighed("22", "0042", amount=14685)
    assert decode(ean("250000420123"), THREE) == Weighed("25", "000042", amount=1230)


def test_other_prefixes_and_other_codes_are_left_alone() -> None:
    assert decode(ean("230004201234"), THREE) is None
    assert decode(ean("690004201234"), THREE) is None
    assert decode("2100042012", THREE) is None
    assert decode(ean("210004201234"), ()) is None


@given(st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(place: int, by: int) -> None:
    code = ean("210004201234")
    wrong = code[:place] + str((int(code[place]) + by) % 10) + code[place + 1 :]
    assert decode(wrong, THREE) is None


def test_nothing_weighed_is_nothing() -> None:
    assert decode(ean("210004200000"), THREE) is None


def test_the_check_digits_are_those_of_the_standard() -> None:
    """The examples of GS1 General Specifications 7.9.3 and 7.9.4."""
    assert value_check_digit("2875") == "9"
    assert value_check_digit("14685") == "6"


@given(st.integers(0, 99_999), st.integers(0, 4), st.integers(1, 9))
def test_every_wrong_digit_of_a_price_is_noticed(price: int, place: int, by: int) -> None:
    digits = f"{price:05d}"
    wrong = digits[:place] + str((int(digits[place]) + by) % 10) + digits[place + 1 :]
    assert value_check_digit(wrong) != value_check_digit(digits)
    twelve = f"220042{value_check_digit(digits)}{wrong}"
    assert decode(ean(twelve), THREE) is None


@pytest.mark.parametrize(
    "written",
    ["20IIIIIGGGGG", "19IIIIIGGGGGC", "21IIIIIGGGFFC", "21IIGGGGGGGGC", "21IIIIIIKGGGC", "21IIIIIGGGGGCC", "x"],
)
def test_what_is_no_layout(written: str) -> None:
    with pytest.raises(Invalid, match="bad_weighed_layout"):
        parse_layouts(written)


def test_one_layout_for_each_prefix() -> None:
    with pytest.raises(Invalid, match="layout_twice"):
        parse_layouts("21IIIIIGGGGGC 21IIIIFFFFFFC")


@given(
    st.lists(
        st.builds(Layout, st.sampled_from(["20", "21", "29"]), st.integers(3, 6), st.sampled_from([GRAMS, FEN, JIAO])),
        unique_by=lambda layout: layout.prefix,
    )
)
def test_what_is_written_is_read(layouts: list[Layout]) -> None:
    assert parse_layouts(write_layouts(layouts)) == tuple(layouts)


def test_grams_in_the_units_that_shops_use() -> None:
    units = {"kg": 1234, "公斤": 1234, "斤": 2468, "两": 24_680, "g": 1_234_000, "克": 1_234_000, " KG ": 1234}
    assert {unit: thousandths_of(1234, unit) for unit in units} == units
    with pytest.raises(Invalid, match="not_sold_by_weight"):
        thousandths_of(1234, "袋")
