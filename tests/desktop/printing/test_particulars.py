"""Lots, serials and notes on the paper itself: what the printer was sent is read back, on both widths."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

import i18n
from desktop.features.order_entry.operations import complete_sale
from desktop.features.orders import returning
from desktop.printing.cells import width
from desktop.printing.receipt import Shop
from desktop.printing.service import Choices, PrintService
from domain.orders import queries
from domain.orders.pricing import Wanted
from domain.orders.returning import Back
from tests.support.counter import Counter
from tests.support.escpos_reader import read
from tests.support.kept_goods import HERE, add_kept_goods

SERIALS = (HERE, "SN-2026-000000000017", "SN-2026-000000000018")
CELLS = {58: 32, 80: 48}


@pytest.fixture
def counter(qapp: QApplication, tmp_path: Path) -> Iterator[Counter]:
    i18n.set_language("zh_CN")
    made = Counter(tmp_path / "home")
    add_kept_goods(made)
    yield made
    made.close()


def sell(counter: Counter) -> str:
    wanted = [
        Wanted("B001", 5_000, note="放冰箱"),
        Wanted("B002", 3_000, serials=SERIALS),
        Wanted("A001", 1_000),
    ]
    return complete_sale(counter.store, wanted, payments=[("cash", 1_000_00)], note="明天\n来取").document_id


def printed(counter: Counter, document_id: str, mm: int, shop: Shop) -> list[str]:
    """The lines on the paper, as the printer reads them."""
    paper = counter.folder.parent / f"paper{mm}"
    paper.unlink(missing_ok=True)
    choices = Choices(f"file:{paper}", mm, True, False, shop, counter.folder / "layouts")
    service = PrintService(counter.store)
    service.take_receipt(document_id, choices)
    assert service.send(choices).printed == 1
    return read(paper.read_bytes()).texts


@pytest.mark.parametrize("mm", [58, 80])
def test_every_lot_and_serial_of_a_sale_is_on_the_paper(counter: Counter, mm: int) -> None:
    lines = printed(counter, sell(counter), mm, Shop("城东店"))
    assert all(width(line) <= CELLS[mm] for line in lines)
    on_paper = " ".join(" ".join(lines).split())
    lots = "批号 SOON（2026-12-31 到期） × 3 LATER（2027-06-30 到期） × 2"
    assert lots.replace(" ", "") in on_paper.replace(" ", "")
    assert all(serial in on_paper.split() for serial in SERIALS), "no serial is broken over two lines"
    assert "备注 放冰箱" in on_paper
    assert "来取" not in on_paper, "the note of the whole order has reasons and agreements in it: not for the customer"
    assert on_paper.count("批号") == 1
    assert on_paper.count("序列号") == 1


@pytest.mark.parametrize("mm", [58, 80])
@pytest.mark.parametrize(
    ("off", "gone"),
    [("notes", ["放冰箱"]), ("lots", ["SOON", "LATER", "批号"]), ("serials", [*SERIALS, "序列号"])],
)
def test_each_of_them_can_be_left_out(counter: Counter, mm: int, off: str, gone: list[str]) -> None:
    sold = sell(counter)
    whole, less = (
        " ".join(printed(counter, sold, mm, shop))
        for shop in (Shop("店"), Shop("店", **{off: False}))  # type: ignore[arg-type]
    )
    assert all(word in whole for word in gone)
    assert not any(word in less for word in gone)
    kept = {"放冰箱", "SOON", HERE} - set(gone)
    assert all(word in less for word in kept)


def test_what_came_back_says_which_piece_it_was(counter: Counter) -> None:
    sold = sell(counter)
    with counter.store.read() as connection:
        lines = {line["product_code"]: line for line in queries.lines_of(connection, sold)}
    back = [Back(lines["B002"]["id"], 1_000, serials=(SERIALS[1],)), Back(lines["B001"]["id"], 1_000, lot="LATER")]
    done = returning.take_back(counter.store, sold, back, reason="坏")
    on_paper = " ".join(printed(counter, done.document_id, 58, Shop("店")))
    assert SERIALS[1] in on_paper
    assert HERE not in on_paper
    assert "LATER" in on_paper
    assert "SOON" not in on_paper


def test_a_voided_sale_is_printed_with_what_it_sold(counter: Counter) -> None:
    sold = sell(counter)
    returning.void(counter.store, sold, "错了")
    on_paper = " ".join(printed(counter, sold, 80, Shop("店")))
    assert on_paper.count(HERE) == 1
    assert "× 3" in on_paper
