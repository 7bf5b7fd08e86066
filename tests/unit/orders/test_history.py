"""The past as documents: what decide makes of lines, and what apply writes on either side."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from domain.catalogue.model import product
from domain.customers.model import customer
from domain.kernel.channels import Row
from domain.kernel.commands import command_named
from domain.kernel.context import Actor, Decision
from domain.kernel.errors import Invalid, NotEntitled
from domain.kernel.ids import is_id, stable_id
from domain.kernel.money import line_amount
from domain.orders.history import Past, PastLine, decide_history, document_kind, history_id
from domain.orders.history_commands import ImportHistory, LineKind
from domain.orders.model import order_line, orders
from domain.parties.model import party
from domain.parties.roles import OWNER
from domain.stock.model import stock_balance, stock_document, stock_move
from tests.unit.orders.ledger import Ledger

DAY = 86_400_000


def past_line(number: str = "1", code: str = "TEA", kind: LineKind = "sale", **more: Any) -> PastLine:
    """A line of two pieces at 1.50, unless told otherwise."""
    fields: dict[str, Any] = {
        "name": "TEA, GREEN",
        "quantity": 2000,
        "unit_price": 15_000,
        "at": 15_000 * DAY + 30_000_000,
        "business_date": "2011-01-26",
        "customer": "17850",
        "country": "EIRE",
        **more,
    }
    amount = line_amount(fields["quantity"], fields["unit_price"], "GBP")
    return PastLine(kind=kind, number=number, code=code, **{"amount": amount, **fields})


def past_of(seller: Row) -> Past:
    return Past("till", seller, "GBP", lambda code: code == "POST")


def take(books: Ledger, *lines: PastLine) -> ImportHistory:
    """Import these lines as headquarters' past."""
    seller = books.row(party, code="HQ")
    payload: ImportHistory = books.perform(lambda ctx: decide_history(ctx, lines, past_of(seller)))
    assert books.flags == []
    return payload


@pytest.mark.parametrize(
    ("kind", "stocked", "document"),
    [
        ("sale", True, "retail"),
        ("sale", False, "retail"),
        ("return", True, "return"),
        ("charge", True, "charge"),
        ("free", True, "issue"),
        ("free", False, "retail"),
        ("write_off", True, "adjustment"),
        ("write_off", False, "retail"),
    ],
)
def test_document_of_each_kind_of_line(kind: LineKind, stocked: bool, document: str) -> None:
    assert document_kind(kind, stocked=stocked) == document


def test_ids_are_stable_and_sort_by_day() -> None:
    at = 15_000 * DAY + 5
    assert is_id(history_id(at, "a", "b"))
    assert history_id(at, "a", "b") == history_id(at + 60_000, "a", "b") != history_id(at, "ab", "")
    assert history_id(at, "z") < history_id(at + DAY, "a")


def test_one_command_for_many_documents(books: Ledger) -> None:
    lines = [past_line(str(number), code=f"C{number % 3}") for number in range(50)]
    payload = take(books, *lines)
    assert len(payload.documents) == 50
    assert len(payload.goods) == len(payload.new_products) == 3
    assert len(payload.new_customers) == 1
    assert len(books.rows(orders)) == len(books.rows(order_line)) == len(books.rows(stock_move)) == 50
    assert sorted(row["quantity"] for row in books.rows(stock_balance)) == [-34_000, -34_000, -32_000]


def test_goods_go_where_the_document_says(books: Ledger) -> None:
    take(
        books,
        past_line("1"),
        past_line("C2", kind="return", quantity=-1000),
        past_line("3", kind="write_off", quantity=-4000, unit_price=0, name="broken"),
        past_line("4", kind="free", quantity=8000, unit_price=0),
        past_line("A5", kind="charge", quantity=16_000),
        past_line("6", code="POST"),
    )
    assert [row["quantity"] for row in books.rows(stock_balance)] == [-2000 + 1000 - 4000 - 8000]
    assert {row["reason"]: row["quantity"] for row in books.rows(stock_move)} == {
        "sale": 2000,
        "return": 1000,
        "adjustment": 4000,
        "issue": 8000,
    }
    assert books.row(stock_document, kind="adjustment")["reason"] == "broken"


def test_a_return_that_is_written_with_a_positive_quantity_leaves_as_it_says(books: Ledger) -> None:
    take(books, past_line("C2", kind="return", quantity=3000))
    assert [row["quantity"] for row in books.rows(stock_balance)] == [-3000]


def test_a_line_without_pieces_moves_nothing(books: Ledger) -> None:
    take(books, past_line(quantity=0))
    assert (books.rows(stock_move), books.rows(stock_balance)) == ([], [])
    assert [row["line_count"] for row in books.rows(orders)] == [1]


def test_names_of_new_products_come_from_sales(books: Ledger) -> None:
    take(
        books,
        past_line(code="A", kind="write_off", quantity=-1000, name="smashed"),
        past_line(code="A", name=""),
        past_line(code="A", name="APRON"),
        past_line(code="B", kind="write_off", quantity=-1000, name="smashed"),
    )
    assert {row["code"]: row["name"] for row in books.rows(product)} == {"A": "APRON", "B": "B"}


def test_documents_grow(books: Ledger) -> None:
    first = take(books, past_line(), past_line(kind="free", unit_price=0))
    second = take(books, past_line(), past_line(name="TEA, BLACK"), past_line(kind="free", unit_price=0))
    assert {one.document_id for one in first.documents} == {one.document_id for one in second.documents}
    assert [one.lines_before for one in second.documents] == [1, 1]
    order = books.row(orders)
    assert (order["line_count"], order["total"], order["units"], order["version"]) == (3, 900, 6000, 2)
    assert [row["line_no"] for row in sorted(books.rows(order_line), key=lambda row: int(row["line_no"]))] == [1, 2, 3]
    assert (books.row(stock_document)["line_count"], books.row(stock_document)["units"]) == (2, 4000)


def test_customers_are_found_again(books: Ledger) -> None:
    take(books, past_line("1"), past_line("2", customer=""))
    assert take(books, past_line("3")).new_customers == ()
    assert len(books.rows(customer)) == 1
    assert [row["customer_id"] is None for row in sorted(books.rows(orders), key=lambda row: str(row["number"]))] == [
        False,
        True,
        False,
    ]


def test_a_counter_writes_documents_but_no_balances(books: Ledger) -> None:
    books.authority = False
    take(books, past_line())
    assert [row["version"] for row in books.rows(orders)] == [0]
    assert books.rows(stock_balance) == []


def test_only_headquarters_may(books: Ledger) -> None:
    dealer = books.row(party, code="D1")
    actor = Actor(stable_id("person"), "owner", OWNER, dealer["id"], stable_id("device"))
    with pytest.raises(NotEntitled):
        books.perform(lambda ctx: decide_history(ctx, [past_line()], past_of(dealer)), actor)


def test_payload_survives_sealing(books: Ledger) -> None:
    payload = take(books, past_line(), past_line("C2", kind="return", quantity=-1000))
    kind = command_named("orders.import_history")
    assert kind.decode(kind.version, msgspec.json.encode(payload)) == payload


def test_a_line_of_goods_that_are_not_listed_is_malformed(books: Ledger) -> None:
    payload = take(books, past_line())
    document = payload.documents[0]
    broken = msgspec.structs.replace(
        payload,
        documents=(msgspec.structs.replace(document, lines=(msgspec.structs.replace(document.lines[0], goods=1),)),),
    )
    with pytest.raises(Invalid) as refused:
        books.perform(lambda ctx: Decision(broken))
    assert refused.value.code == "bad_payload"
