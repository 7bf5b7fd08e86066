"""Lists of customers."""

from __future__ import annotations

from domain.customers.model import customer
from domain.parties.model import party
from tests.server.importing.desk import Desk

HEADER = "code,name,phone,grade,note,consent\n"
LIST = HEADER + "1,李建国,13812346621,gold,喜欢绿茶,sms 2026-01-01\n2,王芳,,,,\n"


def test_customers_of_a_dealer(desk: Desk) -> None:
    assert desk.take("customers", LIST, dealer="M1").imported == 2
    [shop] = desk.rows(party, party.c.code == "M1")
    made = {row["code"]: row for row in desk.rows(customer)}
    assert {row["party_id"] for row in made.values()} == {shop["id"]}
    one = made["1"]
    assert (one["name"], one["phone"], one["grade"], one["note"], one["consent"]) == (
        "李建国",
        "13812346621",
        "gold",
        "喜欢绿茶",
        "sms 2026-01-01",
    )
    assert desk.take("customers", LIST, dealer="M1").duplicates == 2
    assert desk.take("customers", LIST, dealer="M2").imported == 2
    assert desk.differences() == []


def test_refused_customers(desk: Desk) -> None:
    desk.take("customers", LIST, dealer="M1")
    more = "1,张三,,,,\n3,赵六,,,,\n3,赵六,,,,\n3,钱七,,,,\n,无号,,,,\n4,,,,,\n"
    result = desk.take("customers", HEADER + more, dealer="M1")
    assert (result.imported, result.duplicates) == (1, 1)
    assert sorted(desk.refused()) == [
        ("2", "code", "1", "code_taken"),
        ("5", "code", "3", "code_twice"),
        ("6", "code", "", "missing_code"),
        ("7", "name", "", "missing_name"),
    ]
    assert len(desk.rows(customer)) == 3


def test_past_sales_find_the_customers_of_the_list(desk: Desk) -> None:
    desk.take("customers", HEADER + "17850,李建国,,,,\n")
    desk.take(
        "sales",
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
        "536365,85123A,HEART,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom\n",
    )
    assert [row["name"] for row in desk.rows(customer)] == ["李建国"]
    assert [row["key"] for row in desk.sales("customer")["rows"]] == ["17850"]


def test_strict_alters_nothing(desk: Desk) -> None:
    rows = HEADER + '1,李建国,,,,\n2,"王\n芳",,,,\n3, 赵敏 ,,,,\n'
    strict = desk.take("customers", rows, strict=True)
    assert (strict.imported, strict.by_rule) == (2, {"altered_text": 1})
    assert [refused[1] for refused in desk.refused()] == ["name"]
    assert desk.take("customers", rows).imported == 1
