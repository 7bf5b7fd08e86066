"""The five kinds of lines, and the strict rules in their order."""

from __future__ import annotations

import pytest

from domain.orders.history import PastLine
from server_stub.importing.classify import line_kind, strict_rules
from server_stub.importing.mapping import DocumentRules, SalesMapping, load_mapping
from tests.server.importing.desk import MAPPINGS

RETAIL = DocumentRules(adjustment_prefix="A", cancellation_prefix="C", negative_quantity="write_off")
GOOD = PastLine("sale", "536365", "85123A", "HEART", 6000, 25500, 1530, 0, "2010-12-01", "17850", "UK")


@pytest.mark.parametrize(
    ("number", "quantity", "price", "kind"),
    [
        ("536365", 6, 2, "sale"),
        ("536365", 6, 0, "free"),
        ("536365", -6, 0, "write_off"),
        ("536365", -6, 2, "write_off"),
        ("C536365", -6, 2, "return"),
        ("C536365", -6, 0, "return"),
        ("A536365", 1, -2, "charge"),
        ("A536365", -1, 0, "charge"),
        ("536365", 0, 2, "sale"),
    ],
)
def test_kinds_of_the_retail_file(number: str, quantity: int, price: int, kind: str) -> None:
    assert line_kind(RETAIL, number, quantity, price) == kind


def test_a_till_without_prefixes_returns_by_negative_quantities() -> None:
    assert line_kind(DocumentRules(), "C1", 1, 1) == "sale"
    assert line_kind(DocumentRules(), "A1", -1, 1) == "return"


@pytest.mark.parametrize(
    ("changes", "rule", "column"),
    [
        ({}, "", ""),
        ({"number": "C536365", "quantity": -1}, "", ""),
        ({"code": "85123AB"}, "", ""),
        ({"code": "85123"}, "", ""),
        ({"number": "A536365"}, "bad_invoice_number", "document"),
        ({"number": "5363651"}, "bad_invoice_number", "document"),
        ({"number": "c536365"}, "bad_invoice_number", "document"),
        ({"unit_price": -1}, "negative_price", "price"),
        ({"quantity": -1}, "negative_quantity_without_cancellation", "quantity"),
        ({"number": "C536365"}, "positive_quantity_on_cancellation", "quantity"),
        ({"name": ""}, "missing_description", "name"),
        ({"unit_price": 0}, "zero_price", "price"),
        ({"code": "POST"}, "service_code", "code"),
        ({"code": "85123ABC"}, "service_code", "code"),
        ({"code": "85123a"}, "service_code", "code"),
        ({"customer": ""}, "missing_customer", "customer"),
    ],
)
def test_strict_rules(changes: dict[str, str | int], rule: str, column: str) -> None:
    mapping = load_mapping(MAPPINGS / "online_retail.toml", "sales")
    assert isinstance(mapping, SalesMapping)
    complaint = strict_rules(mapping)(GOOD._replace(**changes))  # type: ignore[arg-type]
    assert complaint == ((rule, column) if rule else None)


def test_the_first_rule_that_fits_is_named() -> None:
    mapping = load_mapping(MAPPINGS / "online_retail.toml", "sales")
    assert isinstance(mapping, SalesMapping)
    line = PastLine("sale", "X", "POST", "", -1, -1, 0, 0, "2010-12-01", "", "")
    mended = [
        ({"number": "536365"}, "negative_price"),
        ({"unit_price": 0}, "negative_quantity_without_cancellation"),
        ({"number": "C536365", "quantity": 1}, "positive_quantity_on_cancellation"),
        ({"quantity": -1}, "missing_description"),
        ({"name": "HEART"}, "zero_price"),
        ({"unit_price": 1}, "service_code"),
        ({"code": "85123"}, "missing_customer"),
    ]
    for changes, rule in mended:
        line = line._replace(**changes)  # type: ignore[arg-type]
        complaint = strict_rules(mapping)(line)
        assert complaint is not None
        assert complaint[0] == rule
