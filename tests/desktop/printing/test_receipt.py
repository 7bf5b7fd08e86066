"""What stands on a receipt adds up to what was paid, whatever was let off, rounded or taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

import i18n
from desktop.features.order_entry.operations import complete_sale
from desktop.features.orders import returning
from desktop.printing.layout import lay_out
from desktop.printing.receipt import KNOWN, Shop, receipt
from desktop.printing.rows import PAPERS, TextRow
from desktop.printing.template import parse
from domain.kernel.ids import stable_id
from domain.orders import queries
from domain.orders.booking_handlers import decide_booking
from domain.orders.pricing import Wanted
from domain.orders.returning import Back
from tests.support.counter import Counter

SHIPPED = Path(__file__).parents[3] / "resources" / "receipts" / "sale.toml"


@pytest.fixture
def counter(qapp: QApplication, tmp_path: Path) -> Iterator[Counter]:
    i18n.set_language("zh_CN")
    made = Counter(tmp_path)
    yield made
    made.close()


def texts(counter: Counter, order_id: str) -> list[str]:
    """The lines of the receipt on wide paper, blanks in between made one."""
    with counter.store.read() as connection:
        document = receipt(connection, order_id, Shop("城东店"))
    layout = parse(SHIPPED.read_text(encoding="utf-8"), KNOWN)
    return [" ".join(row.text.split()) for row in lay_out(layout, document, PAPERS[80]) if isinstance(row, TextRow)]


def test_discounts_and_rounding_stand_in_rows_of_their_own(counter: Counter) -> None:
    wanted = [Wanted("A001", 2_000, None, 1_00, "临期"), Wanted("A002", 1_000)]
    sold = complete_sale(counter.store, wanted, payments=[("cash", 200_00)], discount=5_05, rounding="jiao")
    lines = texts(counter, sold.document_id)
    assert "2 袋 × ￥46.80 ￥93.60" in lines
    assert "1 瓶 × ￥15.50 ￥15.50" in lines
    assert "件数 3 ￥109.10" in lines
    assert "优惠 -￥1.00" in lines
    assert "整单优惠 -￥5.05" in lines
    assert "抹零 -￥0.05" in lines
    assert "合计 ￥103.00" in lines


def test_the_column_adds_up_from_top_to_bottom(counter: Counter) -> None:
    wanted = [Wanted("A001", 12_000, None, 1_00, "临期"), Wanted("A003", 3_000, None, 2_50), Wanted("A006", 1_568)]
    sold = complete_sale(counter.store, wanted, payments=[("cash", 1_000_00)], discount=5_05, rounding="jiao")
    lines = texts(counter, sold.document_id)
    goods = sum(_cents(line) for line in lines if " × " in line)
    [sum_of_goods] = [_cents(line) for line in lines if line.startswith("件数")]
    assert goods == sum_of_goods
    off = [_cents(line) for line in lines if line.startswith(("优惠", "整单优惠", "抹零"))]
    let_off_lines, let_off_all = off[:2], off[2:]
    assert sum(let_off_lines) == let_off_all[0]
    [total] = [_cents(line) for line in lines if line.startswith("合计")]
    assert sum_of_goods + sum(let_off_all) == total


def test_what_comes_back_is_price_by_quantity_less_what_had_been_let_off(counter: Counter) -> None:
    wanted = [Wanted("A001", 2_000, None, 1_00, "临期"), Wanted("A002", 1_000)]
    sold = complete_sale(counter.store, wanted, payments=[("cash", 200_00)], discount=5_05, rounding="jiao")
    with counter.store.read() as connection:
        [line] = [one for one in queries.lines_of(connection, sold.document_id) if one["product_code"] == "A001"]
    back = returning.take_back(counter.store, sold.document_id, [Back(line["id"], 1_000)], reason="不合适")
    lines = texts(counter, back.document_id)
    assert "-1 袋 × ￥46.80 -￥46.80" in lines
    [sum_of_goods] = [_cents(each) for each in lines if each.startswith("件数")]
    off = [_cents(each) for each in lines if each.startswith("优惠")]
    [total] = [_cents(each) for each in lines if each.startswith("合计")]
    assert off[0] == off[1] > 0
    assert sum_of_goods + off[1] == total < 0


def test_a_deposit_stands_once_on_the_receipt_of_what_is_fetched(counter: Counter) -> None:
    li, goods = stable_id("customer", "C1"), [Wanted("A001", 2_000), Wanted("A002", 1_000)]
    booked = counter.store.perform(
        lambda ctx: decide_booking(ctx, goods, customer_id=li, deposit=30_00, payments=[("cash", 50_00)])
    )
    ahead = texts(counter, booked.document_id)
    assert ["定金 ￥30.00" in ahead, "取货时付 ￥79.10" in ahead, "找零 ￥20.00" in ahead] == [True] * 3
    paid = [("wechat", 50_00), ("cash", 30_00)]
    sold = complete_sale(counter.store, goods, customer_id=li, payments=paid, booking_id=booked.document_id)
    lines = texts(counter, sold.document_id)
    [total] = [_cents(line) for line in lines if line.startswith("合计")]
    [change] = [_cents(line) for line in lines if line.startswith("找零")]
    assert sorted(line for line in lines if line.startswith(("定金", "现金", "微信"))) == [
        "定金 ￥30.00", "微信 ￥50.00", "现金 ￥30.00",
    ]  # fmt: skip
    assert total == 30_00 + 30_00 + 50_00 - change


def test_the_drawer_stays_shut_when_only_the_deposit_was_cash(counter: Counter) -> None:
    li, goods = stable_id("customer", "C1"), [Wanted("A001", 2_000)]
    booked = counter.store.perform(
        lambda ctx: decide_booking(ctx, goods, customer_id=li, deposit=30_00, payments=[("cash", 30_00)])
    )
    sold = complete_sale(
        counter.store, goods, customer_id=li, payments=[("wechat", 63_60)], booking_id=booked.document_id
    )
    with counter.store.read() as connection:
        document = receipt(connection, sold.document_id, Shop("城东店"))
    assert document.fields["cash"] == ""
    assert [one["method"] for one in document.parts["payments"]] == ["微信"]


def _cents(line: str) -> int:
    """The sum at the right of a line."""
    words = line.rsplit(" ", 1)[1]
    return round(float(words.replace("￥", "").replace(",", "")) * 100)


def test_a_return_names_the_sale_and_the_reason(counter: Counter) -> None:
    sold = complete_sale(counter.store, [Wanted("A001", 2_000)], payments=[("cash", 100_00)], discount=3_60)
    with counter.store.read() as connection:
        [line] = queries.lines_of(connection, sold.document_id)
    back = returning.take_back(counter.store, sold.document_id, [Back(line["id"], 1_000)], reason="不合适")
    lines = texts(counter, back.document_id)
    assert lines[1] == "退货小票"
    assert f"原单号 {sold.number}" in lines
    assert "退货原因 不合适" in lines
    assert "合计 -￥45.00" in lines
    assert "现金 -￥45.00" in lines
