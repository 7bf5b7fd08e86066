"""Past documents: what each kind of line becomes, and that no line has its effect twice or is lost."""

from __future__ import annotations

import pytest
import zstandard
from sqlalchemy import select

from domain.catalogue.model import product
from domain.customers.model import customer
from domain.kernel.envelope import MAX_BODY
from domain.kernel.errors import DomainError
from domain.kernel.ids import HQ_PARTY_ID
from domain.kernel.outcome import document_exception
from domain.orders.model import order_line, order_transition, orders
from domain.parties.model import party
from domain.stock.model import stock_balance, stock_document, stock_move
from server_stub.sync.models import envelope
from tests.server.importing.desk import Desk
from tests.server.importing.retail import file, line
from tests.support.factories.products import FREIGHT, TEA

EVERY_KIND = file(
    line(),
    line(code="71053", name=" WHITE METAL LANTERN ", price="3.395", quantity="1"),
    line(code="POST", name="POSTAGE", price="18.0", quantity="1"),
    line(code="22423", name="CAKESTAND", price="0.0", quantity="3"),
    line("C536379", "85123a", quantity="-1", price="2.55"),
    line("536414", "22139", name="damages", quantity="-5", price="0.0", customer=""),
    line("A563185", "B", "Adjust bad debt", "1", "-11062.06", ""),
    line("536544", "21773", "BATH MAT", "2", "4.25", ""),
)


def lots(count: int, number: str = "536365") -> list[str]:
    """Different lines of one document."""
    return [line(number, code=f"{20_000 + index}") for index in range(count)]


def test_every_kind_of_line(desk: Desk) -> None:
    assert desk.take("sales", EVERY_KIND).as_dict() | {"seconds": 0, "report": ""} == {
        "rows": 8,
        "imported": 8,
        "duplicates": 0,
        "rejected": 0,
        "by_rule": {},
        "report": "",
        "seconds": 0,
    }
    made = {row["number"]: row for row in desk.rows(orders)}
    assert {number: (row["kind"], row["total"], row["line_count"], row["units"]) for number, row in made.items()} == {
        "536365": ("retail", 1530 + 340 + 1800, 3, 8000),
        "C536379": ("return", -255, 1, -1000),
        "A563185": ("charge", -1_106_206, 1, 1000),
        "536544": ("retail", 850, 1, 2000),
    }
    assert {(row["state"], row["payment_state"], row["delivery_state"]) for row in made.values()} == {
        ("completed", "paid", "full")
    }
    assert {(row["currency"], row["seller_id"], row["country"]) for row in made.values()} == {
        ("GBP", HQ_PARTY_ID, "United Kingdom")
    }
    sale = made["536365"]
    assert (sale["business_date"], sale["ordered_at"]) == ("2010-12-01", 1_291_191_960_000)
    assert [row["to_state"] for row in desk.rows(order_transition)] == ["completed"] * 4
    assert {row["kind"]: (row["number"], row["reason"], row["units"]) for row in desk.rows(stock_document)} == {
        "issue": ("536365", "", 3000),
        "adjustment": ("536414", "damages", -5000),
    }


def test_goods_move_and_services_do_not(desk: Desk) -> None:
    desk.take("sales", EVERY_KIND)
    codes = {row["id"]: row["code"] for row in desk.rows(product)}
    moved = {codes[row["product_id"]]: (row["reason"], row["quantity"]) for row in desk.rows(stock_move)}
    assert moved == {
        "85123A": moved["85123A"],
        "71053": ("sale", 1000),
        "22423": ("issue", 3000),
        "22139": ("adjustment", 5000),
        "21773": ("sale", 2000),
    }
    there = {codes[row["product_id"]]: row["quantity"] for row in desk.rows(stock_balance)}
    assert there == {"85123A": -5000, "71053": -1000, "22423": -3000, "22139": -5000, "21773": -2000}
    assert desk.rows(document_exception) == []
    assert desk.differences() == []


def test_products_and_customers_that_nobody_knew(desk: Desk) -> None:
    desk.take("sales", EVERY_KIND)
    known = {row["code"]: (row["name"], row["stocked"]) for row in desk.rows(product)}
    assert known["85123A"] == ("WHITE HANGING HEART", 1)
    assert known["71053"] == ("WHITE METAL LANTERN", 1)
    assert known["POST"] == ("POSTAGE", 0)
    # What is said of goods written off is no name for them.
    assert (known["22139"], known["B"]) == (("22139", 1), ("B", 0))
    assert "85123a" not in known
    buyers = desk.rows(customer, customer.c.code != "")
    assert [(row["code"], row["party_id"]) for row in buyers] == [("17850", HQ_PARTY_ID)]
    by_number = {row["number"]: row["customer_id"] for row in desk.rows(orders)}
    assert by_number["536365"] == by_number["C536379"] == buyers[0]["id"]
    assert by_number["536544"] is None


def test_products_of_the_catalogue_are_used(desk: Desk) -> None:
    before = len(desk.rows(product))
    desk.take("sales", file(line(code=TEA), line(code=FREIGHT), line(code=FREIGHT, price="0.0")))
    assert len(desk.rows(product)) == before
    assert len(desk.rows(stock_move)) == 1
    # A free service moves no goods: it stays with the sale, and is none.
    assert sorted(row["kind"] for row in desk.rows(order_line)) == ["free", "sale", "sale"]
    assert desk.sales()["units"] == 12


def test_second_run_imports_nothing(desk: Desk) -> None:
    desk.take("sales", EVERY_KIND)
    before = [len(desk.rows(table)) for table in (orders, order_line, stock_move)]
    again = desk.take("sales", EVERY_KIND)
    assert (again.imported, again.duplicates) == (0, 8)
    assert [len(desk.rows(table)) for table in (orders, order_line, stock_move)] == before


def test_lines_that_repeat_inside_a_file_are_all_kept(desk: Desk) -> None:
    once, thrice = file(line()), file(line(), line(), line())
    assert desk.take("sales", once).imported == 1
    result = desk.take("sales", thrice)
    assert (result.imported, result.duplicates) == (2, 1)
    assert desk.take("sales", once).duplicates == 1
    assert desk.sales()["gross"] == "45.90"
    assert [row["line_no"] for row in sorted(desk.rows(order_line), key=lambda row: row["line_no"])] == [1, 2, 3]


def test_document_that_was_cut_grows(desk: Desk) -> None:
    everything = [*lots(5), line("536370", "22728", quantity="-1", price="0.0", customer="", name="lost")]
    assert desk.take("sales", file(*everything[:2])).imported == 2
    [before] = desk.rows(orders)
    result = desk.take("sales", file(*everything))
    assert (result.imported, result.duplicates) == (4, 2)
    [order] = desk.rows(orders)
    assert (order["id"], order["total"], order["line_count"], order["units"]) == (before["id"], 7650, 5, 30_000)
    assert order["version"] == before["version"] + 1
    assert sorted(row["line_no"] for row in desk.rows(order_line)) == [1, 2, 3, 4, 5]
    desk.take("sales", file(*everything, line("536370", "22729", quantity="-1", price="0.0", customer="", name="gone")))
    [written_off] = desk.rows(stock_document)
    assert (written_off["line_count"], written_off["units"]) == (2, -2000)
    assert desk.differences() == []


def test_lines_that_do_not_stand_together_make_one_document(desk: Desk) -> None:
    mixed = [each for pair in zip(lots(3, "536365"), lots(3, "536366"), strict=True) for each in pair]
    desk.take("sales", file(*mixed))
    assert [row["line_count"] for row in desk.rows(orders)] == [3, 3]


def test_lines_of_one_number_that_say_different_things_are_documents_of_their_own(desk: Desk) -> None:
    desk.take("sales", file(line(), line(country="EIRE"), line(customer="1.0"), line(at="2010-12-02 08:26:00")))
    assert len(desk.rows(orders)) == 4
    assert {row["key"] for row in desk.sales("country")["rows"]} == {"EIRE", "United Kingdom"}
    assert {row["key"] for row in desk.sales("day")["rows"]} == {"2010-12-01", "2010-12-02"}


def test_sellers_are_apart(desk: Desk) -> None:
    assert desk.take("sales", EVERY_KIND).imported == 8
    assert desk.take("sales", EVERY_KIND, dealer="M1").imported == 8
    [shop] = desk.rows(party, party.c.code == "M1")
    sold = desk.rows(orders, orders.c.seller_id == shop["id"])
    assert len(sold) == 4
    assert {row["home"] for row in sold} == {shop["home"]}
    assert desk.sales(party_id=shop["id"]) == desk.sales(party_id=HQ_PARTY_ID)
    assert desk.take("sales", EVERY_KIND, dealer="M1").duplicates == 8


def test_dry_run_says_what_would_happen_and_changes_nothing(desk: Desk) -> None:
    desk.take("sales", file(line()))
    bad = line(quantity="six")
    dry = desk.take("sales", file(line(), line(code="22423"), bad), dry_run=True)
    assert (dry.imported, dry.duplicates, dry.rejected) == (1, 1, 1)
    assert desk.refused() == [("4", "Quantity", "six", "bad_quantity")]
    assert len(desk.rows(order_line)) == len(desk.remembered()) == 1
    real = desk.take("sales", file(line(), line(code="22423"), bad))
    assert (real.imported, real.duplicates, real.rejected) == (1, 1, 1)


def test_what_cannot_be_read_is_listed_and_the_rest_imported(desk: Desk) -> None:
    bad = {
        line(number=""): ("InvoiceNo", "", "missing_document"),
        line(code=" "): ("StockCode", " ", "missing_code"),
        line(quantity="1.2345"): ("Quantity", "1.2345", "bad_quantity"),
        line(price=""): ("UnitPrice", "", "bad_price"),
        line(price="=2+3"): ("UnitPrice", "'=2+3", "bad_price"),
        line(at="1.12.2010"): ("InvoiceDate", "1.12.2010", "bad_date"),
        line(number="9" * 65): ("InvoiceNo", "9" * 65, "too_long"),
        line(quantity="900000000", price="90000000"): ("UnitPrice", "90000000", "amount_too_large"),
        line() + ",more": ("", "9", "wrong_column_count"),
    }
    result = desk.take("sales", file(*bad, line()))
    assert (result.rows, result.imported, result.rejected) == (len(bad) + 1, 1, len(bad))
    assert sum(result.by_rule.values()) == len(bad)
    assert desk.refused() == [(str(row), *what) for row, what in enumerate(bad.values(), 2)]


def test_name_of_ten_megabytes_is_refused(desk: Desk) -> None:
    result = desk.take("sales", file(line(name="x" * 10_000_000), line()))
    assert (result.imported, result.by_rule) == (1, {"line_too_long": 1})


def test_longest_texts_fit_into_envelopes(desk: Desk) -> None:
    wide = [
        line(name="你" * 190 + f"{index}", code=f"{index:064d}", customer=f"{index:064d}") for index in range(4_000)
    ]
    assert desk.take("sales", file(*wide)).imported == 4_000
    with desk.db.read() as connection:
        rows = connection.execute(select(envelope.c.body, envelope.c.packed)).all()
    bodies = [zstandard.decompress(bytes(body)) if packed else bytes(body) for body, packed in rows]
    assert 1_000_000 < max(map(len, bodies)) <= MAX_BODY


def test_strict_run_then_default_run_takes_the_rest(desk: Desk) -> None:
    strict = desk.take("sales", EVERY_KIND, strict=True)
    assert strict.imported == 3
    assert strict.by_rule == {
        "bad_invoice_number": 1,
        "negative_quantity_without_cancellation": 1,
        "zero_price": 1,
        "service_code": 1,
        "missing_customer": 1,
    }
    rest = desk.take("sales", EVERY_KIND)
    assert (rest.imported, rest.duplicates, rest.rejected) == (5, 3, 0)


def test_unknown_dealer(desk: Desk) -> None:
    with pytest.raises(DomainError) as refused:
        desk.take("sales", EVERY_KIND, dealer="NOBODY")
    assert refused.value.code == "unknown_dealer"
    assert desk.rows(orders) == []


def test_negative_quantities_of_a_till_are_returns(desk: Desk) -> None:
    till = """
kind = "sales"
source = "till"
currency = "CNY"
[file]
delimiter = ";"
decimal = ","
dates = ["%d.%m.%Y"]
[columns]
document = "no"
date = "day"
code = "code"
quantity = "n"
price = "each"
"""
    content = f"no;day;code;n;each\n1;03.11.2026;{TEA};2;10,50\n1;03.11.2026;{TEA};-1;10,50\n"
    desk.take("sales", content, till)
    report = desk.sales("product")
    assert report["rows"] == [
        {"key": TEA, "gross": "21.00", "returns": "-10.50", "net": "10.50", "orders": 1, "units": 2}
    ]


def test_what_was_imported_is_remembered_with_its_source(desk: Desk) -> None:
    desk.take("sales", EVERY_KIND)
    assert {row["source"] for row in desk.remembered()} == {"online_retail"}
    assert all(len(row["identity"]) == 16 for row in desk.remembered())
