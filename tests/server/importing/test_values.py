"""Numbers and dates of files."""

from __future__ import annotations

import tracemalloc

import pytest

from domain.kernel.errors import DomainError
from server_stub.importing.mapping import FileFormat
from server_stub.importing.values import Values, one_line, whole_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("6", 6000),
        (" -6 ", -6000),
        ("1.568", 1568),
        ("6.0", 6000),
        ("+3", 3000),
        ("1.5684", None),
        ("", None),
        ("six", None),
        ("1e3", None),
        ("1_000", None),
        ("１２", None),
        ("inf", None),
        ("NaN", None),
        ("0x10", None),
        ("1,5", None),
        ("--1", None),
        ("9" * 30, None),
        ("1" * 10_000, None),
    ],
)
def test_quantities(text: str, value: int | None) -> None:
    assert Values(FileFormat()).quantity(text) == value


def test_prices_have_at_most_four_places() -> None:
    read = Values(FileFormat()).price
    assert [read(text) for text in ("2.55", "0.001", "-11062.06", ".5", "5.", "0.00001", "0.0")] == [
        25_500,
        10,
        -110_620_600,
        5_000,
        50_000,
        None,
        0,
    ]


def test_other_ways_to_write_numbers() -> None:
    german = Values(FileFormat(decimal=",", thousands="."))
    assert [german.price(text) for text in ("1.234,50", "0,5", "7")] == [12_345_000, 5_000, 70_000]
    assert Values(FileFormat(decimal=",")).price("1.5") is None
    assert Values(FileFormat(thousands=",")).price("1,234.50") == 12_345_000


def test_dates() -> None:
    read = Values(FileFormat(dates=("%Y-%m-%d %H:%M:%S", "%d.%m.%Y"))).moment
    assert read("2010-12-01 08:26:00") == (1_291_191_960_000, "2010-12-01")
    assert read("1.2.2011") == (1_296_518_400_000, "2011-02-01")
    assert [read(text) for text in ("2010-13-01 08:26:00", "", "yesterday", "1969-12-31 08:26:00")] == [None] * 4


@pytest.mark.parametrize("form", ["%Q", "%"])
def test_forms_of_dates_that_there_are_not(form: str) -> None:
    with pytest.raises(DomainError) as refused:
        Values(FileFormat(dates=(form,)))
    assert refused.value.code == "mapping_bad"


def test_texts() -> None:
    assert one_line("  RED\tMUG\n") == "RED MUG"
    assert [whole_number(text) for text in ("17850.0", "17850.", "17850", "17850.5", "A1.0")] == [
        "17850",
        "17850",
        "17850",
        "17850.5",
        "A1.0",
    ]


def test_long_texts_are_read_but_not_remembered() -> None:
    read = Values(FileFormat()).line
    tracemalloc.start()
    for index in range(1_000):
        assert read("x" * 50_000 + str(index)).endswith(str(index))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000
