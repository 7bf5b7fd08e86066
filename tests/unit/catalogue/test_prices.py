"""Which price holds, and which list is meant for whom."""

from __future__ import annotations

from typing import Any

from hypothesis import given, strategies as st

from domain.catalogue.rules import best_price, ean13_check_digit, is_ean13, list_applies
from domain.kernel.channels import Row


def price(**changes: Any) -> Row:
    row: Row = {"id": "1", "usage": "retail", "scope": "base", "valid_from": "2026-01-01", "valid_to": None}
    return {**row, "min_quantity": 0, "unit": "", "set_at": 1, "price": 100, **changes}


def chosen(*rows: Row, day: str = "2026-06-01", quantity: int = 1000) -> str | None:
    found = best_price(rows, day, quantity)
    return found["id"] if found else None


def test_more_specific_list_wins() -> None:
    scopes = ["base", "tier", "grade", "dealer"]
    rows = [price(id=scope, scope=scope) for scope in scopes]
    assert [chosen(*rows[:end]) for end in range(1, 5)] == scopes
    assert chosen(*reversed(rows)) == "dealer"
    assert chosen(price(id="trade", usage="trade"), *rows) == "trade"


def test_quantity_breaks() -> None:
    rows = [price(id="one"), price(id="ten", min_quantity=10_000), price(id="hundred", min_quantity=100_000)]
    assert [chosen(*rows, quantity=q) for q in (1, 9999, 10_000, 99_999, 100_000)] == [
        "one",
        "one",
        "ten",
        "ten",
        "hundred",
    ]
    assert chosen(*rows, quantity=-10_000) == "ten", "a return is priced as the sale was"


def test_dates_are_from_and_up_to_but_not_including() -> None:
    row = price(id="spring", valid_from="2026-03-01", valid_to="2026-06-01")
    assert [chosen(row, day=day) for day in ("2026-02-28", "2026-03-01", "2026-05-31", "2026-06-01")] == [
        None,
        "spring",
        "spring",
        None,
    ]
    later = price(id="later", valid_from="2026-04-01")
    assert chosen(row, later, day="2026-05-01") == "later"
    assert chosen(price(id="a", set_at=1), price(id="b", set_at=2)) == "b", "the latest entry"


@given(st.permutations([price(id=str(n), set_at=n % 3, scope=["base", "tier"][n % 2]) for n in range(6)]))
def test_order_of_candidates_does_not_matter(rows: list[Row]) -> None:
    assert chosen(*rows) == "5"


def test_lists_are_meant_for_base_tier_grade_or_dealer() -> None:
    shop = {"id": "s1", "tier": 2, "grade": "gold"}

    def applies(scope: str, value: str, party: Row = shop) -> bool:
        return list_applies({"scope": scope, "scope_value": value}, party)

    assert applies("base", "")
    assert [applies("tier", value) for value in ("1", "2", "")] == [False, True, False]
    assert [applies("grade", value) for value in ("gold", "silver")] == [True, False]
    assert not applies("grade", "", {**shop, "grade": ""})
    assert [applies("dealer", value) for value in ("s1", "s2")] == [True, False]


@given(st.integers(0, 10**12 - 1), st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_of_a_bar_code_is_found(number: int, at: int, by: int) -> None:
    twelve = f"{number:012d}"
    code = twelve + ean13_check_digit(twelve)
    assert is_ean13(code)
    wrong = code[:at] + str((int(code[at]) + by) % 10) + code[at + 1 :]
    assert not is_ean13(wrong)


def test_a_packs_own_price_beats_the_own_units_within_one_list_only() -> None:
    rows = [price(id="one"), price(id="case", unit="箱"), price(id="ten", min_quantity=10_000)]
    assert [best(rows, unit) for unit in ("", "箱", "板")] == ["ten", "case", "ten"]
    assert best([*rows, price(id="mine", scope="dealer")], "箱") == "mine"


def best(rows: list[Row], unit: str) -> str | None:
    found = best_price(rows, "2026-06-01", 24_000, unit)
    return found["id"] if found else None
