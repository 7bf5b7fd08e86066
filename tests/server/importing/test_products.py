"""Lists of products."""

from __future__ import annotations

from domain.catalogue.model import barcode, price, product
from tests.server.importing.desk import Desk
from tests.support.factories.products import TEA, TEA_BARCODE

HEADER = "code,name,price,barcode,spec,unit,tax_percent\n"
LIST = HEADER + "A1,乌龙茶,12.80,6900000000014,250g,盒,13\nA2,运费,,,,,\nA3,苹果,0.3333,,,kg,9.5\n"


def test_products_with_prices_and_bar_codes(desk: Desk) -> None:
    result = desk.take("products", LIST)
    assert (result.rows, result.imported, result.rejected) == (3, 3, 0)
    made = {row["code"]: row for row in desk.rows(product, product.c.code.in_(["A1", "A2", "A3"]))}
    assert {code: (row["name"], row["spec"], row["unit"], row["tax_rate_bp"]) for code, row in made.items()} == {
        "A1": ("乌龙茶", "250g", "盒", 1300),
        "A2": ("运费", "", "", 0),
        "A3": ("苹果", "", "kg", 950),
    }
    prices = desk.rows(price, price.c.product_id.in_([row["id"] for row in made.values()]))
    assert sorted(row["price"] for row in prices) == [3_333, 128_000]
    assert [row["product_id"] for row in desk.rows(barcode, barcode.c.code == "6900000000014")] == [made["A1"]["id"]]
    assert desk.differences() == []


def test_second_run_and_longer_list(desk: Desk) -> None:
    desk.take("products", LIST)
    assert desk.take("products", LIST).duplicates == 3
    longer = desk.take("products", LIST + "A4,新品,1,,,,\n")
    assert (longer.imported, longer.duplicates) == (1, 3)


def test_a_code_that_is_taken_is_refused_never_changed(desk: Desk) -> None:
    desk.take("products", LIST)
    changed = desk.take(
        "products", HEADER + f"A1,别的,9.90,,,,\n{TEA},别的,1,,,,\nA5,x,1,{TEA_BARCODE},,,\nA6,y,1,,,,\n"
    )
    assert (changed.imported, changed.by_rule) == (1, {"code_taken": 2, "barcode_taken": 1})
    assert desk.refused() == [
        ("2", "code", "A1", "code_taken"),
        ("3", "code", TEA, "code_taken"),
        ("4", "barcode", TEA_BARCODE, "barcode_taken"),
    ]
    [known] = desk.rows(product, product.c.code == "A1")
    assert known["name"] == "乌龙茶"


def test_rows_of_one_file_against_each_other(desk: Desk) -> None:
    rows = "B1,x,1,,,,\nB1,x,1,,,,\nB1,y,1,,,,\nB2,y,1,123,,,\nB3,z,1,123,,,\n"
    for dry_run in (True, False):
        result = desk.take("products", HEADER + rows, dry_run=dry_run)
        assert (result.imported, result.duplicates) == (2, 1)
        assert result.by_rule == {"code_twice": 1, "barcode_twice": 1}


def test_wrong_rows(desk: Desk) -> None:
    bad = {
        ",x,1,,,,": ("code", "missing_code"),
        "C1,,1,,,,": ("name", "missing_name"),
        "C2,x,-1,,,,": ("price", "negative_price"),
        "C3,x,cheap,,,,": ("price", "bad_price"),
        "C4,x,1,,,,101": ("tax_percent", "bad_tax"),
        "C5,x,1,,,,0.001": ("tax_percent", "bad_tax"),
        f"C6,{'x' * 201},1,,,,": ("name", "too_long"),
        f"C7,x,1,{'1' * 65},,,": ("barcode", "too_long"),
    }
    result = desk.take("products", HEADER + "\n".join(bad) + "\nC8,good,1,,,,\n")
    assert (result.imported, result.rejected) == (1, len(bad))
    assert [(column, rule) for _, column, _, rule in desk.refused()] == list(bad.values())


def test_more_than_one_command_holds(desk: Desk) -> None:
    rows = "".join(f"M{index},商品{index},1,,,,\n" for index in range(2_500))
    assert desk.take("products", HEADER + rows).imported == 2_500
    assert len(desk.rows(product, product.c.code.like("M%"))) == 2_500


def test_strict_takes_a_product_as_it_stands_or_not_at_all(desk: Desk) -> None:
    odd = 'A2,运费,,,,次,0\nA3,苹果,3,,,,13\nA4,梨,3,,,kg,\nA5,"红\n茶",3,,,盒,13\nA6,赠品,0,,,盒,13\n'
    good = HEADER + "A1,乌龙茶,12.80,,,盒,13\n"
    strict = desk.take("products", good + odd, strict=True)
    assert (strict.imported, strict.rejected) == (1, 5)
    assert strict.by_rule == {
        "missing_price": 1, "missing_unit": 1, "missing_tax_percent": 1, "altered_text": 1, "zero_price": 1
    }  # fmt: skip
    assert desk.refused()[0] == ("3", "price", "", "missing_price")
    assert desk.take("products", good + odd).imported == 5
