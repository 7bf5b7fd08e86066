"""The bytes for the printer, read back as a printer reads them; codes read back from the pictures."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st
from PySide6.QtGui import qGray
from PySide6.QtWidgets import QApplication

from desktop.printing.cells import plain, wrap
from desktop.printing.drawing import picture
from desktop.printing.escpos import encode
from desktop.printing.rows import CELL_DOTS, PAPERS, CodeRow, Cut, Feed, OpenDrawer, PaperRow, TextRow
from tests.support.escpos_reader import Line, read

pytestmark = pytest.mark.usefixtures("qapp")


def test_text_with_its_look() -> None:
    rows: list[PaperRow] = [
        TextRow("城东店", "center", bold=True, size=2),
        TextRow("合计 ￥93.60", "right"),
        Feed(3),
        Cut(),
        OpenDrawer(),
    ]
    paper = read(encode(rows, PAPERS[80]))
    assert paper.events == [
        Line("城东店", 1, True, 2),
        Line("合计 ￥93.60", 2),
        "feed 3",
        "cut",
        "drawer 0 50 500",
    ]


@pytest.mark.parametrize("bold", [False, True])
def test_a_drawn_letter_stays_in_its_own_cells(bold: bool) -> None:
    cell = CELL_DOTS
    for letter in map(chr, range(ord("!"), 127)):
        drawn = picture(TextRow(f" {letter} ", bold=bold), PAPERS[58])
        inked = [x for x in range(3 * cell) if any(qGray(drawn.pixel(x, y)) < 128 for y in range(drawn.height()))]
        assert inked, letter
        assert min(inked) >= cell and max(inked) < 2 * cell, letter


@pytest.mark.parametrize("text", ["𠮷野家", "mañana", "🍎 apple", "☕"])
def test_what_the_font_lacks_is_drawn(text: str) -> None:
    paper = read(encode([TextRow(text), TextRow("后面一行")], PAPERS[58]))
    assert paper.events == ["picture", Line("后面一行")]
    assert any(any(row) for row in paper.pictures[0])


def test_a_printer_without_chinese_gets_pictures_of_it() -> None:
    paper = read(encode([TextRow("东北大米"), TextRow("Rice 5kg")], PAPERS[58], chinese=False))
    assert paper.events == ["picture", Line("Rice 5kg")]


@pytest.mark.parametrize("width", [58, 80])
@pytest.mark.parametrize("text", ["S1-03-S000001", "HQ-00-R999999", "ABCDEFGHIJKLMNOPQRSTUVW"])
def test_a_bar_code_reads_back(width: int, text: str) -> None:
    paper = read(encode([CodeRow("code128", text)], PAPERS[width]))
    assert paper.codes() == [("Code 128", text)]
    assert {len(row) * 8 for row in paper.pictures[0]} == {PAPERS[width].dots}


@pytest.mark.parametrize("width", [58, 80])
def test_a_qr_code_reads_back(width: int) -> None:
    text = "https://dealer.example/r/S1-03-S000001?t=城东店"
    assert read(encode([CodeRow("qr", text)], PAPERS[width])).codes() == [("QR Code", text)]


def test_a_damaged_picture_is_noticed() -> None:
    data = bytearray(encode([CodeRow("qr", "S1-03-S000001")], PAPERS[58]))
    middle = len(data) // 2
    data[middle - 900 : middle + 900] = b"\xff" * 1800
    assert read(bytes(data)).codes() != [("QR Code", "S1-03-S000001")]


@settings(max_examples=60)
@given(st.text(max_size=60))
def test_whatever_a_name_holds_it_commands_nothing(text: str) -> None:
    rows = [TextRow(line) for line in wrap(plain(text), 32)]
    paper = read(encode([*rows, TextRow("end")], PAPERS[58]))
    assert all(event == "picture" or isinstance(event, Line) for event in paper.events)
    assert paper.texts[-1] == "end"


def test_the_reader_refuses_what_no_printer_understands(qapp: QApplication) -> None:
    for data in (b"\x1bZ", b"\x1d", b"abc", b"\x1b@\x07\n"):
        with pytest.raises(ValueError, match=r"."):
            read(data)
