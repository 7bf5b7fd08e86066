"""A shop that is no longer authorised for goods that it has, or had, goes on knowing what they are."""

from __future__ import annotations

from functools import partial

import pytest

from desktop.store.scanning import find_scanned
from domain.catalogue import queries_kept
from domain.catalogue.commands import BarcodeSpec
from domain.catalogue.handlers import decide_add_barcode, decide_edit_product
from domain.catalogue.model import kept_goods, product
from domain.catalogue.ranges import Grant
from domain.kernel.channels import Row
from domain.kernel.errors import NotFound
from domain.orders.model import orders, shipment
from domain.orders.pricing import Wanted
from domain.orders.queries import lines_of
from domain.orders.replenishment_handlers import decide_approve, decide_replenishment
from domain.orders.return_handlers import decide_free_return, decide_return
from domain.orders.returning import Back, FreeBack
from domain.orders.shipping_handlers import decide_receive, decide_ship
from domain.stock import queries, queries_pages
from domain.stock.handlers import decide_adjust, decide_count
from domain.stock.model import stock_document
from domain.stock.rules import place_id
from server_stub.audit.service import audit
from tests.server.sync.test_ranges import RICE_CODE, below, codes, follow, grant
from tests.server.sync.test_visibility import limit, soap
from tests.support.factories.products import RICE, SOAP, TEA
from tests.support.network import Counter, Network


def stock(shop: Counter) -> dict[str, tuple[str, int, int]]:
    """Code → (name, thousandths, authorised) of the stock list."""
    with shop.store.read() as connection:
        rows = queries.list_stock(connection, shop.party_id)
    return {row["code"]: (row["name"], row["quantity"], row["authorised"]) for row in rows if row["place"] == "MAIN"}


def paged(shop: Counter, *, descending: bool = False) -> list[str]:
    """Codes of the stock list, read in pages of one."""
    here, after, found = place_id(shop.party_id, "warehouse"), None, []
    with shop.store.read() as connection:
        number = queries_pages.count_stocked(connection, here)
        while rows := queries_pages.page_stocked(connection, here, after, 0, 1, descending=descending):
            found.append(rows[0]["code"])
            after = (rows[0]["code"], rows[0]["id"])
    assert len(found) == number
    return found


def kept(network: Network) -> dict[tuple[str, str], Row]:
    return {(row["party_id"], row["code"]): row for row in network.rows(kept_goods).values()}


def taken_away(network: Network, office: Counter, *shops: Counter) -> str:
    """Rice is for E1 and those below it alone; these shops have heard of it."""
    range_id = limit(network, office, RICE, below(network, "E1"))
    follow(network, *shops)
    return range_id


def test_stock_and_documents_keep_their_names(network: Network) -> None:
    office, shop = network.counter("admin"), network.counter("m1-owner")
    office.perform(lambda ctx: decide_add_barcode(ctx, code=RICE, pack=BarcodeSpec(code=RICE_CODE)))
    office.sync()
    network.intake.db_number()
    shop.sync()
    taken = shop.take_in((RICE, 5000), (TEA, 3000))
    shop.sync()
    assert stock(shop) == {RICE: ("东北大米", 5000, 1), TEA: ("龙井茶", 3000, 1)}
    range_id = taken_away(network, office, shop)
    new = network.counter("m1-clerk")
    for each in (shop, new):
        assert RICE not in codes(each)
        assert stock(each) == {RICE: ("东北大米", 5000, 0), TEA: ("龙井茶", 3000, 1)}
        assert paged(each) == sorted([RICE, TEA])
        assert paged(each, descending=True) == sorted([RICE, TEA], reverse=True)
        with each.store.read() as connection:
            moved = queries.moves_of(connection, taken.document_id)
            [found] = queries_kept.named_like(connection, "大米", 5)
        assert {row["name"]: row["authorised"] for row in moved} == {"东北大米": 0, "龙井茶": 1}
        assert found["code"] == RICE
        assert find_scanned(each.store, RICE_CODE) is None, "not at the till"
        scanned = find_scanned(each.store, RICE_CODE, unsold=True)
        assert scanned is not None
        assert scanned.code == RICE
        with pytest.raises(NotFound, match="unknown_product"):
            each.sell((RICE, 1000))
        with pytest.raises(NotFound, match="unknown_product"):
            each.perform(lambda ctx: decide_replenishment(ctx, [Wanted(RICE, 1000)]))
    counted = shop.perform(lambda ctx: decide_count(ctx, [(RICE, 4000)]))
    shop.perform(lambda ctx: decide_adjust(ctx, [(RICE_CODE, -1000)], reason="退给上级"))
    shop.take_in((RICE, 500))
    assert shop.sync().excepted == 0
    assert stock(shop)[RICE] == ("东北大米", 3500, 0)
    with shop.store.read() as connection:
        assert [row["name"] for row in queries.count_lines_of(connection, counted.document_id)] == ["东北大米"]
    follow(network, shop, new)

    grant(network, office, range_id, below(network, "E1"), below(network, "N1"))
    follow(network, shop, new)
    assert stock(shop)[RICE] == stock(new)[RICE] == ("东北大米", 3500, 1)
    assert len(network.rows(stock_document)) == 4
    assert all(check.ok for check in audit(network.db))


@pytest.mark.parametrize("receipt", [True, False])
def test_a_customer_brings_them_back(network: Network, receipt: bool) -> None:
    office, shop = network.counter("admin"), network.counter("m1-owner")
    shop.take_in((RICE, 5000))
    sold = shop.sell((RICE, 2000), payments=[("cash", 100_00)])
    shop.sync()
    taken_away(network, office, shop)
    if receipt:
        with shop.store.read() as connection:
            [line] = lines_of(connection, sold.document_id)
        back = [Back(line["id"], 1000)]
        returned = shop.perform(partial(decide_return, original_id=sold.document_id, back=back, reason="太多"))
    else:
        free = [FreeBack(RICE, 1000, price=50_000)]
        returned = shop.perform(partial(decide_free_return, back=free, reason="没有小票"))
    assert shop.sync().excepted == 0
    assert network.rows(orders)[returned.document_id]["kind"] == "return"
    assert stock(shop)[RICE] == ("东北大米", 4000, 0)
    follow(network, shop)


def test_goods_under_way_come_in(network: Network) -> None:
    office, shop, upline = network.counter("admin"), network.counter("m1-owner"), network.counter("n1-owner")
    upline.take_in((RICE, 5000))
    ordered = shop.perform(lambda ctx: decide_replenishment(ctx, [Wanted(RICE, 2000)]))
    for each in (shop, upline):
        each.sync()
    for step in (decide_approve, decide_ship):
        upline.perform(partial(step, order_id=ordered.document_id))
    for each in (upline, shop):
        each.sync()
    taken_away(network, office, shop)
    [sent] = shop.rows(shipment).values()
    shop.perform(partial(decide_receive, shipment_id=sent["id"], lines=[(RICE, 2000)]))
    assert shop.sync().excepted == 0
    assert stock(shop)[RICE] == ("东北大米", 2000, 0)
    follow(network, shop, upline)


def test_one_row_for_each_shop_and_product_and_none_for_headquarters(network: Network) -> None:
    office, shop, other = network.counter("admin"), network.counter("m1-owner"), network.counter("m1-clerk")
    for each in (office, shop, other):
        each.take_in((TEA, 1000), (RICE, 1000))
        each.sell((TEA, 1000))
        each.sync()
    assert sorted(kept(network)) == sorted((shop.party_id, code) for code in (TEA, RICE))
    before = {row["version"] for row in network.rows(kept_goods).values()}
    shop.sell((TEA, 1000))
    shop.take_in((TEA, 1000))
    shop.sync()
    assert {row["version"] for row in network.rows(kept_goods).values()} == before == {1}, "later trade writes none"


def test_what_is_kept_follows_goods_that_are_limited(network: Network) -> None:
    office, shop = network.counter("admin"), network.counter("m1-owner")
    shop.take_in((SOAP, 1000))
    shop.sync()

    def rename(name: str) -> None:
        office.perform(partial(decide_edit_product, code=SOAP, **soap(office, name=name)))
        office.sync()
        network.intake.db_number()

    rename("新皂")
    assert kept(network)[shop.party_id, SOAP]["name"] == "香皂", "its product says it"
    limit(network, office, SOAP, Grant(kind="dealer", value=network.party_id("E1")))
    assert kept(network)[shop.party_id, SOAP]["name"] == "新皂"
    rename("再新皂")
    follow(network, office, shop)
    assert stock(shop)[SOAP] == ("再新皂", 1000, 0)


def test_a_products_row_is_what_counts_while_it_is_there(network: Network) -> None:
    shop = network.counter("m1-owner")
    shop.take_in((TEA, 1000))
    shop.sync()
    assert shop.rows(kept_goods)
    with shop.store.read() as connection:
        assert not queries_kept.has_unseen(connection)
        assert queries_kept.by_codes(connection, [TEA], shop.party_id) == {}
        [tea] = [row for row in shop.rows(product).values() if row["code"] == TEA]
        assert "authorised" not in queries_kept.products_by_ids(connection, [tea["id"]])[tea["id"]]
