"""Element strings: with separators, without, in parentheses; and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from domain.catalogue.gs1 import SEPARATOR, Elements, codes_of, read

GTIN = "06902969882342"
WHOLE = Elements(GTIN, "LOT42", "2026-12-31", "SN-007")
WORDS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-/.", min_size=1, max_size=20)


@pytest.mark.parametrize(
    "text",
    [
        f"01{GTIN}17261231" + f"10LOT42{SEPARATOR}21SN-007",
        f"]C101{GTIN}17261231" + f"10LOT42{SEPARATOR}21SN-007",
        f"]d2{SEPARATOR}01{GTIN}" + f"21SN-007{SEPARATOR}10LOT42{SEPARATOR}17261231",
        f"01{GTIN}{SEPARATOR}17261231{SEPARATOR}10LOT42{SEPARATOR}21SN-007{SEPARATOR}",
        f"(01){GTIN}(17)261231(10)LOT42(21)SN-007",
        f"(01){GTIN} (10)LOT42 (21)SN-007 (17)261200",
        f"01{GTIN}3103001250112401011726123110LOT42{SEPARATOR}21SN-007",
    ],
)
def test_one_label_in_many_spellings(text: str) -> None:
    assert read(text) == WHOLE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "6902969882342",
        "06902969882342",
        "0106902969882341",
        f"01{GTIN}17261331",
        f"01{GTIN}17260230",
        f"01{GTIN}172612",
        f"01{GTIN}10",
        f"01{GTIN}10{'X' * 21}",
        f"01{GTIN}99",
        f"01{GTIN}88ABC",
        f"(01){GTIN}(17)26123",
        f"(01){GTIN}x",
        "10LOT42",
        "0012345",
    ],
)
def test_what_is_no_label(text: str) -> None:
    assert read(text) is None


@given(WORDS, WORDS, st.dates())
def test_whatever_it_says_is_read_back(lot: str, serial: str, day: object) -> None:
    date = str(day)
    year, month, number = f"20{date[2:4]}", date[5:7], date[8:10]
    if (month, number) == ("02", "29"):
        return
    text = f"01{GTIN}10{lot}{SEPARATOR}17{year[2:]}{month}{number}21{serial}"
    assert read(text) == Elements(GTIN, lot, f"{year}-{month}-{number}", serial)


def test_ways_in_which_a_bar_code_may_be_kept() -> None:
    assert codes_of(GTIN) == (GTIN, "6902969882342")
    assert codes_of("00000096385074") == ("00000096385074", "0000096385074", "000096385074", "96385074")
    assert codes_of("16902969882349") == ("16902969882349",)
