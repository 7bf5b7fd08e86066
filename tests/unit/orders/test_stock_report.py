"""The stock report: what came, what left, what is there."""

from __future__ import annotations

import pytest

from domain.kernel.errors import Invalid
from domain.orders.queries_goods import goods_report
from domain.parties.model import party
from domain.stock.handlers import decide_take_in
from domain.stock.queries_reports import stock_report
from tests.unit.orders.ledger import Ledger
from tests.unit.orders.test_history import past_line, take


def filled(books: Ledger) -> None:
    """Sold in January and February 2011, one piece back; ten taken in today (2023-11-14)."""
    take(
        books,
        past_line("1"),
        past_line("2", business_date="2011-02-01", code="MUG"),
        past_line("C3", business_date="2011-02-02", kind="return", quantity=-1000),
    )
    books.perform(lambda ctx: decide_take_in(ctx, [("TEA", 10_000)]))


def test_by_product_at_the_end_of_a_day(books: Ledger) -> None:
    filled(books)
    assert stock_report(books.connection, "product") == {
        "in": 11,
        "out": 4,
        "on_hand": 7,
        "rows": [
            {"key": "MUG", "in": 0, "out": 2, "on_hand": -2},
            {"key": "TEA", "in": 11, "out": 2, "on_hand": 9},
        ],
    }
    early = stock_report(books.connection, "product", end="2011-01-31")
    assert early["rows"] == [{"key": "TEA", "in": 0, "out": 2, "on_hand": -2}]
    late = stock_report(books.connection, "product", start="2011-02-02", end="2011-12-31")
    assert late["rows"] == [
        {"key": "MUG", "in": 0, "out": 0, "on_hand": -2},
        {"key": "TEA", "in": 1, "out": 0, "on_hand": -1},
    ]


def test_by_month_each_with_what_was_there_at_its_end(books: Ledger) -> None:
    filled(books)
    report = stock_report(books.connection, "month")
    assert [(row["key"], row["in"], row["out"], row["on_hand"]) for row in report["rows"]] == [
        ("2011-01", 0, 2, -2),
        ("2011-02", 1, 2, -3),
        ("2023-11", 10, 0, 7),
    ]
    assert stock_report(books.connection, end="2011-02-01") == {"in": 0, "out": 4, "on_hand": -4, "rows": []}


def test_a_counter_adds_what_it_has_not_sent(books: Ledger) -> None:
    filled(books)
    books.authority = False
    books.perform(lambda ctx: decide_take_in(ctx, [("TEA", 1_000)]))
    assert stock_report(books.connection)["on_hand"] == 8
    assert stock_report(books.connection, end="2011-12-31")["on_hand"] == -3


def test_one_party(books: Ledger) -> None:
    filled(books)
    dealer = books.row(party, code="D1")
    assert stock_report(books.connection, "product", party_id=dealer["id"])["rows"] == []


def test_unknown_key(books: Ledger) -> None:
    with pytest.raises(Invalid) as refused:
        stock_report(books.connection, "customer")
    assert refused.value.code == "unknown_report_key"


def test_by_customer_and_country_what_they_got_and_gave_back(books: Ledger) -> None:
    filled(books)
    take(
        books,
        past_line("4", customer="", country="France", quantity=5_000),
        past_line("5", kind="free", quantity=7_000, unit_price=0),
        past_line("6", code="POST"),
    )
    report = goods_report(books.connection, "customer")
    assert {name: report[name] for name in ("in", "out", "on_hand")} == {"in": 11, "out": 16, "on_hand": -5}
    assert report["rows"] == [
        {"key": "", "in": 0, "out": 5, "on_hand": None},
        {"key": "17850", "in": 1, "out": 4, "on_hand": None},
    ]
    assert [(row["key"], row["in"], row["out"]) for row in goods_report(books.connection, "country")["rows"]] == [
        ("EIRE", 1, 4),
        ("France", 0, 5),
    ]
    february = goods_report(books.connection, "country", start="2011-02-01", end="2011-02-01")
    assert february["rows"] == [{"key": "EIRE", "in": 0, "out": 2, "on_hand": None}]
    dealer = books.row(party, code="D1")
    assert goods_report(books.connection, "country", party_id=dealer["id"])["rows"] == []
    with pytest.raises(Invalid):
        goods_report(books.connection, "product")
