"""Layouts are checked when read, nothing in them or in the data can run, and every line fits the paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from desktop.printing.cells import both_ends, plain, width, wrap
from desktop.printing.layout import Document, lay_out
from desktop.printing.receipt import KNOWN
from desktop.printing.rows import PAPERS, CodeRow, Cut, Feed, OpenDrawer, TextRow
from desktop.printing.template import Known, fill, parse
from domain.kernel.errors import Invalid

SHIPPED = Path(__file__).parents[3] / "resources" / "receipts" / "sale.toml"
LITTLE = Known(frozenset({"shop", "note"}), {"lines": frozenset({"name", "amount"})})
TEXTS = st.text(max_size=80)


@given(TEXTS, st.integers(4, 48))
def test_wrapped_lines_fit_and_lose_nothing(text: str, cells: int) -> None:
    clean = plain(text)
    lines = wrap(clean, cells)
    assert all(width(line) <= cells for line in lines)
    assert "".join(lines).replace(" ", "") == clean.replace(" ", "")


@given(TEXTS, st.text(max_size=30), st.integers(4, 48))
def test_both_ends_fit_and_lose_nothing(left: str, right: str, cells: int) -> None:
    left, right = plain(left), plain(right)
    lines = both_ends(left, right, cells)
    assert all(width(line) <= cells for line in lines)
    assert "".join(lines).replace(" ", "") == (left + right).replace(" ", "")


@given(st.text(st.characters(categories=("Cc", "Cf", "L", "Zs")), max_size=60))
def test_no_control_character_is_left(text: str) -> None:
    assert not any(ord(char) < 32 or ord(char) == 127 for char in plain(text))


def test_an_amount_stands_at_the_right_edge() -> None:
    assert both_ends("金额", "￥5.00", 20) == ["金额          ￥5.00"]
    assert width("金额          ￥5.00") == 20


def test_words_stay_whole_when_there_are_spaces() -> None:
    assert wrap("one two three", 8) == ["one two", "three"]
    assert wrap("东北大米五公斤", 8) == ["东北大米", "五公斤"]


def test_each_kind_of_row() -> None:
    layout = parse(
        """
        row = [
            { text = "{shop}", align = "center", bold = true, size = 2 },
            { rule = "=" },
            { when = "note", text = "{note}" },
            { each = "lines", rows = [{ text = "{name}", right = "{amount}" }] },
            { barcode = "{shop}" }, { qr = "{shop}" }, { feed = 2 }, { cut = true }, { drawer = true },
        ]
        """,
        LITTLE,
    )
    document = Document({"shop": "S1", "note": ""}, {"lines": [{"name": "米", "amount": "1.00"}]})
    assert lay_out(layout, document, PAPERS[58]) == [
        TextRow("S1", "center", True, 2),
        TextRow("=" * 32),
        TextRow("米" + " " * 26 + "1.00"),
        CodeRow("code128", "S1"),
        CodeRow("qr", "S1"),
        Feed(2),
        Cut(),
        OpenDrawer(),
    ]


def test_a_value_that_looks_like_a_field_stays_as_it_is() -> None:
    assert fill("{shop} {note}", {"shop": "{note}", "note": "n"}) == "{note} n"


@pytest.mark.parametrize(
    "text",
    [
        "row = [{ text = '{shop.__class__}' }]",
        "row = [{ text = '{secret}' }]",
        "row = [{ text = '{name}' }]",
        "row = [{ text = 'a', rule = '-' }]",
        "row = [{ }]",
        "row = [{ text = 'a', size = 9 }]",
        "row = [{ text = 'a', align = 'top' }]",
        "row = [{ rule = '--' }]",
        "row = [{ feed = 1000 }]",
        "row = [{ each = 'secrets', rows = [{ text = 'a' }] }]",
        "row = [{ each = 'lines', rows = [{ each = 'lines', rows = [] }] }]",
        "row = [{ text = 'a', exec = 'b' }]",
        "row = [{ text = 'a', rows = [{ text = 'b' }] }]",
        "row = 3",
        "not toml at all",
        "row = [" + "{ feed = 1 }," * 201 + "]",
        "# " + "x" * 70_000,
    ],
)
def test_a_bad_layout_is_refused_with_its_fault(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse(text, LITTLE)
    assert refused.value.code == "bad_layout"
    assert refused.value.params["detail"]


def test_the_shipped_layout_is_good() -> None:
    assert len(parse(SHIPPED.read_text(encoding="utf-8"), KNOWN).rows) > 10
