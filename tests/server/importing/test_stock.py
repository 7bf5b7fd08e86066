"""Opening stock."""

from __future__ import annotations

from domain.kernel.outcome import document_exception
from domain.parties.model import party
from domain.stock.model import stock_document
from tests.server.importing.desk import MAPPINGS, Desk
from tests.support.factories.products import RICE, TEA, TEA_BARCODE

LIST = f"code,quantity\n{TEA},10\n{TEA_BARCODE},2\n{RICE},1.568\n{RICE},1.568\n"


def test_opening_stock_of_a_dealer(desk: Desk) -> None:
    result = desk.take("stock", LIST, dealer="M1")
    assert (result.rows, result.imported) == (4, 4)
    [shop] = desk.rows(party, party.c.code == "M1")
    [document] = desk.rows(stock_document)
    assert (document["kind"], document["party_id"], document["line_count"]) == ("opening", shop["id"], 4)
    report = desk.stock("product", party_id=shop["id"])
    assert report["rows"] == [
        {"key": RICE, "in": "3.136", "out": 0, "on_hand": "3.136"},
        {"key": TEA, "in": 12, "out": 0, "on_hand": 12},
    ]
    assert desk.stock("product", party_id="00000000-0000-0000-0000-000000000000")["rows"] == []
    assert desk.rows(document_exception) == []
    assert desk.differences() == []


def test_second_run_and_longer_list(desk: Desk) -> None:
    desk.take("stock", LIST)
    assert (desk.take("stock", LIST).duplicates, desk.take("stock", LIST + f"{TEA},1\n").imported) == (4, 1)
    assert desk.stock()["on_hand"] == "16.136"


def test_refused_lines(desk: Desk) -> None:
    bad = "NOTHING,1\n,1\nTEA,0\nTEA,-1\nTEA,some\n"
    result = desk.take("stock", f"code,quantity\n{TEA},5\n{bad}")
    assert result.imported == 1
    assert sorted(desk.refused()) == [
        ("3", "code", "NOTHING", "unknown_product"),
        ("4", "code", "", "missing_code"),
        ("5", "quantity", "0", "quantity_not_positive"),
        ("6", "quantity", "-1", "quantity_not_positive"),
        ("7", "quantity", "some", "bad_quantity"),
    ]


def test_product_that_comes_later_is_taken_by_the_next_run(desk: Desk) -> None:
    stock = "code,quantity\nNEW,5\n"
    assert desk.take("stock", stock).by_rule == {"unknown_product": 1}
    desk.take("products", "code,name,price,barcode,spec,unit,tax_percent\nNEW,新品,,,,,\n")
    assert desk.take("stock", stock).imported == 1


def test_a_second_stock_taking_is_told_apart_by_its_document(desk: Desk) -> None:
    mapping = """
kind = "stock"
source = "opening"
[columns]
code = "code"
quantity = "quantity"
document = "date"
"""
    for day, imported in (("2025-12-31", 1), ("2026-12-31", 1), ("2026-12-31", 0)):
        assert desk.take("stock", f"date,code,quantity\n{day},{TEA},5\n", mapping).imported == imported


def test_strict_takes_codes_as_they_are_written(desk: Desk) -> None:
    mapping = (MAPPINGS / "stock.toml").read_text(encoding="utf-8").replace("upper_case = false", "upper_case = true")
    rows = f"code,quantity\n{TEA},5\n{TEA.lower()},6\n"
    strict = desk.take("stock", rows, mapping, strict=True)
    assert (strict.imported, strict.by_rule) == (1, {"altered_text": 1})
    assert desk.take("stock", rows, mapping).imported == 1
