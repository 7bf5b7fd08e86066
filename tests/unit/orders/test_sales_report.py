"""The sales report: what counts, under which keys, and what is never added."""

from __future__ import annotations

import pytest

from domain.catalogue.handlers import NewProduct, decide_add_products
from domain.customers.bulk import NewCustomer, decide_add_customers
from domain.customers.model import customer
from domain.kernel.errors import Invalid
from domain.orders.history import Past, decide_history
from domain.orders.pricing import Wanted
from domain.orders.queries_reports import sales_report
from domain.orders.sale_handlers import decide_sale
from domain.parties.model import party
from tests.unit.orders.ledger import Ledger
from tests.unit.orders.test_history import past_line, take


def test_nothing(books: Ledger) -> None:
    assert sales_report(books.connection) == {
        "gross": "0.00",
        "returns": "0.00",
        "net": "0.00",
        "orders": 0,
        "units": 0,
        "rows": [],
    }


def test_sales_and_returns_count_and_nothing_else(books: Ledger) -> None:
    take(
        books,
        past_line("1"),
        past_line("1", code="MUG", unit_price=9_950),
        past_line("C2", kind="return", quantity=-1000),
        past_line("A3", kind="charge"),
        past_line("4", kind="free", unit_price=0),
        past_line("5", code="POST", kind="free", unit_price=0),
        past_line("6", kind="write_off", quantity=-1000),
    )
    assert sales_report(books.connection, "product") == {
        "gross": "4.99",
        "returns": "-1.50",
        "net": "3.49",
        "orders": 1,
        "units": 4,
        "rows": [
            {"key": "MUG", "gross": "1.99", "returns": "0.00", "net": "1.99", "orders": 1, "units": 2},
            {"key": "TEA", "gross": "3.00", "returns": "-1.50", "net": "1.50", "orders": 1, "units": 2},
        ],
    }


@pytest.mark.parametrize(
    ("by", "keys"),
    [
        ("month", ["2011-01", "2011-02"]),
        ("day", ["2011-01-26", "2011-02-01"]),
        ("country", ["EIRE", "France"]),
        ("customer", ["", "17850"]),
        ("product", ["MUG", "TEA"]),
    ],
)
def test_keys(books: Ledger, by: str, keys: list[str]) -> None:
    take(
        books,
        past_line("1"),
        past_line("2", code="MUG", business_date="2011-02-01", country="France", customer=""),
    )
    assert [row["key"] for row in sales_report(books.connection, by)["rows"]] == keys


def test_customers_without_a_number_keep_their_id(books: Ledger) -> None:
    books.perform(lambda ctx: decide_add_products(ctx, [NewProduct("TEA", "茶", price=10_000)]))
    books.perform(lambda ctx: decide_add_customers(ctx, [NewCustomer("", "李建国")]))
    known = books.row(customer)
    books.perform(lambda ctx: decide_sale(ctx, [Wanted("TEA", 1000)], customer_id=known["id"]))
    assert [row["key"] for row in sales_report(books.connection, "customer")["rows"]] == [known["id"]]


def test_range_and_seller(books: Ledger) -> None:
    take(books, past_line("1"), past_line("2", business_date="2011-02-01"))
    dealer = books.row(party, code="D1")
    theirs = Past("till", dealer, "GBP", lambda code: False)
    books.perform(lambda ctx: decide_history(ctx, [past_line("1", quantity=1000)], theirs))
    report = sales_report
    assert report(books.connection)["orders"] == 3
    assert report(books.connection, party_id=dealer["id"])["gross"] == "1.50"
    assert report(books.connection, start="2011-01-27")["orders"] == 1
    assert report(books.connection, end="2011-01-26")["orders"] == 2
    assert report(books.connection, start="2011-01-26", end="2011-02-01")["orders"] == 3
    assert report(books.connection, "month", start="2012-01-01")["rows"] == []


def test_weighed_goods(books: Ledger) -> None:
    take(books, past_line(quantity=1_568))
    assert sales_report(books.connection)["units"] == "1.568"


def test_currencies_are_never_added(books: Ledger) -> None:
    take(books, past_line("1"))
    books.perform(lambda ctx: decide_add_products(ctx, [NewProduct("CUP", "杯", price=100_000)]))
    books.perform(lambda ctx: decide_sale(ctx, [Wanted("CUP", 1000), Wanted("TEA", 1000, price=20_000)]))
    report = sales_report(books.connection, "product")
    assert (report["gross"], report["net"], report["orders"], report["units"]) == (None, None, 2, 4)
    assert [(each["currency"], each["gross"], each["orders"]) for each in report["currencies"]] == [
        ("CNY", "12.00", 1),
        ("GBP", "3.00", 1),
    ]
    assert [(row["key"], row["currency"], row["gross"]) for row in report["rows"]] == [
        ("CUP", "CNY", "10.00"),
        ("TEA", "CNY", "2.00"),
        ("TEA", "GBP", "3.00"),
    ]
    # In a range of one currency the report is as plain as ever.
    assert "currencies" not in sales_report(books.connection, end="2011-12-31")


@pytest.mark.parametrize("value", ["2011-1-1", "2011-02-30", "yesterday", "", "20110101"])
def test_dates_that_are_none(books: Ledger, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        sales_report(books.connection, start=value)
    assert refused.value.code == "bad_report_date"


def test_unknown_key(books: Ledger) -> None:
    with pytest.raises(Invalid) as refused:
        sales_report(books.connection, "weather")
    assert refused.value.code == "unknown_report_key"
