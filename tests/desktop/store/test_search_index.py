"""The counter's product index: everything is found by everything, nothing raises, changes are followed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from sqlalchemy import Connection, Engine, create_engine

from desktop.store import search_index
from desktop.store.encrypted import open_engine
from desktop.store.search_index import rebuild, refresh
from desktop.store.searching import Hit, find
from domain.catalogue.model import barcode, product
from domain.catalogue.rules import is_ean13
from domain.catalogue.spelling import LINK, OR, elements, fold, squeezed
from domain.kernel.tables import complete, metadata
from server_stub.catalogue.pinyin import search_keys
from tests.support.products import MadeProduct, make_products

MADE = list(make_products(150))
EVERYTHING = len(MADE) + 50
SOME = settings(max_examples=60, deadline=None)


def product_row(made: MadeProduct, **changes: Any) -> dict[str, Any]:
    """A row of the cache as the server sends it."""
    pinyin, initials = search_keys(made.name)
    row = {name: getattr(made, name) for name in ("id", "code", "name", "spec", "unit", "status")}
    return complete(product, {**row, "pinyin": pinyin, "initials": initials, "version": 1, **changes})


def barcode_rows(made: MadeProduct) -> list[dict[str, Any]]:
    """Its bar codes' rows."""
    return [
        complete(barcode, {"id": f"{made.id}-{code}", "product_id": made.id, "code": code, "version": 1})
        for code in made.barcodes
    ]


def fill(engine: Engine, products: list[MadeProduct]) -> None:
    """An indexed catalogue."""
    with engine.begin() as connection:
        metadata.create_all(connection, [product, barcode])
        search_index.ensure(connection)
        add(connection, products)
        rebuild(connection)


def add(connection: Connection, products: list[MadeProduct]) -> None:
    """Rows without index."""
    if products:
        connection.execute(product.insert(), [product_row(made) for made in products])
    codes = [row for made in products for row in barcode_rows(made)]
    if codes:
        connection.execute(barcode.insert(), codes)


@pytest.fixture(scope="module")
def catalogue() -> Iterator[Connection]:
    """A hundred and fifty made products; not to be changed."""
    engine = create_engine("sqlite://")
    fill(engine, MADE)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture(params=["plain", "encrypted"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Connection]:
    """A small catalogue to be changed, plain and encrypted."""
    engine = (
        create_engine("sqlite://") if request.param == "plain" else open_engine(tmp_path / "cache.db", bytes(range(32)))
    )
    fill(
        engine,
        [
            MadeProduct("p1", "SP-0001", "西湖龙井茶", "100g", "罐", "listed", ("6901234567892",)),
            MadeProduct("p2", "SP-0002", "重庆小面", "5袋", "包", "listed", ()),
            MadeProduct(
                "p3", "SP-0003", "OPPO Reno 手机", "128GB", "台", "listed", ("6909876543210", "16909876543217")
            ),
            MadeProduct("p4", "SP-0004", "农夫山泉饮用天然水", "550ml*24", "箱", "listed", ()),
            MadeProduct("p5", "SP-0005", "龙井", "", "袋", "delisted", ()),
        ],
    )
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def ids(hits: list[Hit]) -> list[str]:
    """Which products."""
    return [hit.product_id for hit in hits]


@pytest.mark.parametrize(
    ("text", "first", "matched"),
    [
        ("龙井茶", "p1", "name"),
        ("龙井", "p1", "name"),
        ("面", "p2", "name"),
        ("xhlj", "p1", "initials"),
        ("ljc", "p1", "initials"),
        ("cqxm", "p2", "initials"),
        ("zqxm", "p2", "initials"),
        ("CQXM", "p2", "initials"),
        ("chongqing", "p2", "pinyin"),
        ("zhongqingxiaomian", "p2", "pinyin"),
        ("chong qing", "p2", "pinyin"),
        ("longjing", "p1", "pinyin"),
        ("nfshanq", "p4", "pinyin"),
        ("reno", "p3", "name"),
        ("oppo sj", "p3", "name"),
        ("手机 128", "p3", "name"),
        ("手机oppo", "p3", "name"),
        ("农夫550", "p4", "name"),
        ("sp-0003", "p3", "code"),
        ("sp0003", "p3", "code"),
        ("ＳＰ０００３", "p3", "code"),
        ("6909876543210", "p3", "barcode"),
        ("690987", "p3", "barcode"),
        ("1690", "p3", "barcode"),
        ("7892", "p1", "barcode"),
        ("67892", "p1", "barcode"),
        ("西湖龙晶茶", "p1", "fuzzy"),
        ("农夫天然水", "p4", "fuzzy"),
        ("congqing", "p2", "fuzzy"),
        ("龙景 西湖", "p1", "fuzzy"),
        ("小棉", "", ""),
        ("67893", "", ""),
        ("6901234567893", "", ""),
    ],
)
def test_find(shop: Connection, text: str, first: str, matched: str) -> None:
    hits = find(shop, text)
    assert (hits[0].product_id, hits[0].matched) == (first, matched) if first else not hits


def test_a_homophone_of_a_known_character(shop: Connection) -> None:
    fresh = MadeProduct("p9", "SP-0009", "风景明信片", "", "套", "listed", ())
    add(shop, [fresh])
    refresh(shop, ["p9"])
    assert [(hit.product_id, hit.matched) for hit in find(shop, "龙景")] == [("p1", "fuzzy"), ("p5", "fuzzy")]


def test_a_hit_is_what_the_list_shows(shop: Connection) -> None:
    assert find(shop, "cqxm") == [Hit("p2", "SP-0002", "重庆小面", "5袋", "包", "listed", "initials")]


def test_delisted_products_come_last(shop: Connection) -> None:
    assert ids(find(shop, "龙井")) == ["p1", "p5"]
    assert ids(find(shop, "sp0005")) == ["p5"]


def test_limit(catalogue: Connection) -> None:
    assert len(find(catalogue, "690", 7)) == 7


def test_made_bar_codes_are_right() -> None:
    assert all(is_ean13(code) for made in MADE for code in made.barcodes)


@given(st.data())
@SOME
def test_every_name_is_found_by_every_two_characters(catalogue: Connection, data: st.DataObject) -> None:
    made = data.draw(st.sampled_from(MADE))
    start = data.draw(st.integers(0, len(made.name) - 2))
    text = made.name[start : start + 2]
    assert made.id in ids(find(catalogue, text, EVERYTHING))


@given(st.data())
@SOME
def test_every_name_is_found_as_it_is_typed(catalogue: Connection, data: st.DataObject) -> None:
    made = data.draw(st.sampled_from(MADE))
    for end in range(1, len(made.name) + 1):
        assert made.id in ids(find(catalogue, made.name[:end], EVERYTHING))


@given(st.data())
@SOME
def test_every_name_is_found_by_its_initials_for_every_reading(catalogue: Connection, data: st.DataObject) -> None:
    made = data.draw(st.sampled_from(MADE))
    read = [link.split(OR) for link in search_keys(made.name)[0].split()[0].split(LINK)]
    letters = ""
    for element, readings in zip(elements(fold(made.name)), read, strict=True):
        reading = data.draw(st.sampled_from(readings))
        letters += element if element.isascii() else reading[0]
    for end in range(1, len(letters) + 1):
        assert made.id in ids(find(catalogue, letters[:end], EVERYTHING))


@given(st.data())
@SOME
def test_every_name_is_found_by_its_pinyin_for_every_reading(catalogue: Connection, data: st.DataObject) -> None:
    made = data.draw(st.sampled_from([made for made in MADE if not any(sign.isascii() for sign in made.name)]))
    read = [link.split(OR) for link in search_keys(made.name)[0].split()[0].split(LINK)]
    letters = "".join(data.draw(st.sampled_from(readings)) for readings in read)
    for end in range(1, len(letters) + 1):
        assert made.id in ids(find(catalogue, letters[:end], EVERYTHING)), letters[:end]


@given(st.data())
@SOME
def test_every_product_is_found_by_any_beginning_of_its_codes(catalogue: Connection, data: st.DataObject) -> None:
    made = data.draw(st.sampled_from(MADE))
    code = data.draw(st.sampled_from((made.code, made.code.lower(), *made.barcodes)))
    for end in range(1, len(code) + 1):
        assert made.id in ids(find(catalogue, code[:end], EVERYTHING))
    assert find(catalogue, code)[0].product_id == made.id
    if len(code) == 13:
        assert made.id in ids(find(catalogue, code[-data.draw(st.integers(4, 12)) :], EVERYTHING))


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_no_text_raises(catalogue: Connection, text: str) -> None:
    assert len(find(catalogue, text)) <= 20


@pytest.mark.parametrize(
    "text",
    [
        '"',
        "'",
        "'; DROP TABLE product; --",
        "龙井 AND",
        "NOT 茶",
        "OR",
        "NEAR(龙 井)",
        "grams:茶",
        "茶*",
        "^茶",
        '"龙井',
        "-茶",
        "茶 + 水",
        "{grams}:茶",
        "(((",
        "%",
        "_",
        "*",
        "?1",
        "\x00茶\x00",
        "\ud800茶",
        "·龙",
        "ˈlong",
        "‡1234",
        "茶" * 10_000,
        "l" * 10_000,
        "zhj" * 4000,
        "shi" * 4000,
        "1" * 10_000,
        "\ufdfa" * 10_000,
        "茶 " * 5000,
        "a b " * 2500,
        '"' * 10_000,
    ],
)
def test_nothing_that_is_typed_raises(catalogue: Connection, text: str) -> None:
    assert len(find(catalogue, text)) <= 20
    assert find(catalogue, MADE[0].name)[0].product_id == MADE[0].id


def test_a_changed_product_is_found_by_what_it_is_now(shop: Connection) -> None:
    changed = {"name": "碧螺春", "pinyin": "bi'luo'chun biluochun", "initials": "blc", "code": "X-7"}
    shop.execute(product.update().where(product.c.id == "p1").values(changed))
    refresh(shop, ["p1"])
    assert ids(find(shop, "blc")) == ids(find(shop, "碧螺")) == ids(find(shop, "x7")) == ["p1"]
    assert ids(find(shop, "龙井")) == ["p5"]
    assert find(shop, "sp0001") == []


def test_a_product_without_pinyin_waits_for_the_server(shop: Connection) -> None:
    shop.execute(product.update().where(product.c.id == "p1").values(name="碧螺春"))
    refresh(shop, ["p1"])
    assert ids(find(shop, "碧螺春")) == ["p1"]
    assert "p1" not in ids(find(shop, "xhljc"))


def test_added_removed_and_relabelled_products(shop: Connection) -> None:
    add(shop, [MadeProduct("p6", "SP-0006", "龙井绿茶", "", "袋", "listed", ("6900000000007",))])
    shop.execute(barcode.delete().where(barcode.c.product_id == "p1"))
    shop.execute(product.delete().where(product.c.id == "p5"))
    refresh(shop, ["p1", "p5", "p6", "never was"])
    assert ids(find(shop, "龙井")) == ["p6", "p1"]
    assert ids(find(shop, "6900000000007")) == ["p6"]
    assert find(shop, "6901234567892") == []


def test_an_unchanged_product_is_not_written_again(shop: Connection) -> None:
    shop.execute(product.update().values(version=2, created_at=5))
    before = shop.exec_driver_sql("SELECT * FROM search_documents ORDER BY document").all()
    refresh(shop, ["p1", "p2", "p3"])
    assert shop.exec_driver_sql("SELECT * FROM search_documents ORDER BY document").all() == before


def test_refresh_and_rebuild_agree(catalogue: Connection, shop: Connection) -> None:
    shop.execute(product.delete())
    shop.execute(barcode.delete())
    refresh(shop, ["p1", "p2", "p3", "p4", "p5"])
    add(shop, MADE)
    refresh(shop, [made.id for made in reversed(MADE)])
    for text in ("茶", "龙井", "ljc", "shui", "690", "AK", "农夫三泉", "牛奶 500", "nfsq"):
        assert find(shop, text, EVERYTHING) == find(catalogue, text, EVERYTHING)


@pytest.mark.parametrize("bulk", [100, 10_000])
def test_many_new_products(shop: Connection, monkeypatch: pytest.MonkeyPatch, bulk: int) -> None:
    monkeypatch.setattr(search_index, "BULK", bulk)
    add(shop, MADE)
    refresh(shop, [made.id for made in MADE])
    assert ids(find(shop, squeezed(MADE[0].code))) == [MADE[0].id]
    assert ids(find(shop, "xhljc")) == ["p1"]


def test_a_worn_index_is_made_again(shop: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_index, "BULK", 5)
    dead = []
    for number in range(9):
        shop.execute(product.update().where(product.c.id == "p1").values(name=f"龙井茶{number}号"))
        refresh(shop, ["p1"])
        dead.append(shop.exec_driver_sql(search_index.COUNT_DEAD).scalar_one())
    assert dead == [1, 2, 3, 4, 5, 0, 1, 2, 3]
    assert ids(find(shop, "8号")) == ids(find(shop, "龙井茶")) == ["p1"]
    assert [hit.matched for hit in find(shop, "7号")] == ["fuzzy"]


def test_an_empty_catalogue(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    fill(engine, [])
    with engine.begin() as connection:
        for text in ("龙井", "ljc", "690", "longjing", ""):
            assert find(connection, text) == []
        refresh(connection, [])
    engine.dispose()
