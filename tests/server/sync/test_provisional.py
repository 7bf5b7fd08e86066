"""A shop sells goods that no list knows; headquarters makes out of them what they are, and everything follows."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from desktop.store import searching
from desktop.store.scanning import find_scanned
from domain.catalogue.model import barcode, price, product
from domain.catalogue.provisional import decide_add_provisional, decide_adopt_product, decide_merge_product
from domain.kernel.channels import Row
from domain.kernel.errors import Refused
from domain.kernel.outcome import document_exception
from domain.orders.commands import CompleteSale
from domain.orders.model import order_line
from domain.orders.pricing import Wanted
from domain.orders.queries_reports import sales_report
from domain.orders.replenishment_handlers import decide_replenishment
from domain.orders.return_handlers import decide_return
from domain.orders.returning import Back
from domain.stock.model import stock_balance
from domain.stock.queries import list_stock
from domain.stock.queries_reports import stock_report
from domain.stock.rules import balance_id, place_id
from server_stub.audit.service import audit
from tests.support.factories.products import SOAP
from tests.support.network import Counter, Network

CODE = "4006381333931"


def make(shop: Counter, name: str = "手工糖", price: int = 90_000, code: str = CODE) -> str:
    """The shop makes a product of its own; its code."""
    return shop.perform(lambda ctx: decide_add_provisional(ctx, name=name, unit="", price=price, code=code)).number


def sell(shop: Counter, *lines: tuple[str, int], paid: int = 0) -> CompleteSale:
    """A sale as it was sealed."""
    payload = shop.sell(*lines, payments=[("cash", paid)] if paid else []).payload
    assert isinstance(payload, CompleteSale)
    return payload


def own_product(shop: Counter, code: str) -> Row:
    return next(row for row in shop.rows(product).values() if row["code"] == code)


def on_hand(network: Network, shop: Counter, product_id: str) -> int:
    row = network.rows(stock_balance).get(balance_id(place_id(shop.party_id, "warehouse"), product_id))
    return int(row["quantity"]) if row else 0


def flags(network: Network) -> list[str]:
    """Codes of the exceptions that were recorded."""
    return sorted(row["code"] for row in network.rows(document_exception).values())


def finds(shop: Counter, text: str) -> list[str]:
    with shop.store.read() as connection:
        return [hit.code for hit in searching.find(connection, text, party_id=shop.party_id)]


def merge(office: Counter, product_id: str, into: str) -> None:
    office.sync()
    office.perform(partial(decide_merge_product, product_id=product_id, into_code=into))
    office.sync()


def test_made_sold_and_found_offline_before_anybody_knows(network: Network) -> None:
    shop = network.counter("m1-clerk")
    code = make(shop)
    found = find_scanned(shop.store, CODE)
    assert found is not None
    assert (found.code, found.quantity) == (code, 1000)
    assert finds(shop, "手工") == [code]
    sale = sell(shop, (code, 2000), paid=1800)
    assert (sale.total, sale.lines[0].name) == (1800, "手工糖")
    shop.sync()
    assert flags(network) == ["stock_below_zero"]
    with pytest.raises(Refused, match="barcode_taken"):
        make(shop)


def test_nobody_else_sells_it_and_nobody_buys_it_from_his_upline(network: Network) -> None:
    shop, sister, upline = network.counter("m1-clerk"), network.counter("m2-clerk"), network.counter("n1-owner")
    code = make(shop)
    shop.sync()
    for other in (sister, upline):
        other.sync()
        assert find_scanned(other.store, CODE) is None
        assert finds(other, "手工") == []
    assert own_product(upline, code)["name"] == "手工糖"
    assert not [row for row in sister.rows(product).values() if row["party_id"]]
    with pytest.raises(Exception, match="no_price"):
        shop.perform(lambda ctx: decide_replenishment(ctx, [Wanted(code, 1000)]))


def test_two_shops_with_one_code_become_one_product(network: Network) -> None:
    one, two = network.counter("m1-clerk"), network.counter("m2-clerk")
    office = network.counter("staff")
    codes = [make(shop, name) for shop, name in ((one, "手工糖"), (two, "糖（手工）"))]
    for shop, code in zip((one, two), codes, strict=True):
        shop.take_in((code, 10_000))
        shop.sell((code, 3000))
        shop.sync()
    office.sync()
    with office.store.read() as connection:
        assert searching.find(connection, CODE)[0].code in codes
    first, second = (own_product(shop, code)["id"] for shop, code in zip((one, two), codes, strict=True))
    office.perform(partial(decide_adopt_product, product_id=first, name="手工糖 500g", price=95_000))
    office.sync()
    office.perform(partial(decide_merge_product, product_id=second, into_code=codes[0]))
    office.sync()
    for shop in (one, two):
        shop.sync()
        found = find_scanned(shop.store, CODE)
        assert found is not None
        assert found.code == codes[0]
        assert sell(shop, (codes[0], 1000)).total == 950
        shop.sync()
        assert on_hand(network, shop, first) == 6000
    assert on_hand(network, two, second) == 0
    assert [row["code"] for row in network.rows(barcode).values()].count(CODE) == 1
    third = network.counter("c1-owner")
    third.sync()
    assert find_scanned(third.store, CODE) is not None
    assert flags(network) == []


def test_a_pc_that_still_sells_it_is_understood(network: Network) -> None:
    shop, office = network.counter("m1-clerk"), network.counter("staff")
    code = make(shop)
    shop.take_in((code, 10_000))
    sold = shop.sell((code, 1000), payments=[("cash", 900)])
    shop.sync()
    mine = own_product(shop, code)["id"]
    soap = next(row["id"] for row in network.rows(product).values() if row["code"] == SOAP)
    before = on_hand(network, shop, soap)
    merge(office, mine, SOAP)
    # The shop knows nothing of it yet: it goes on under the code that it knows.
    shop.sell((code, 2000))
    shop.take_in((code, 500))
    line = next(row["id"] for row in shop.rows(order_line).values() if row["order_id"] == sold.document_id)
    shop.perform(lambda ctx: decide_return(ctx, original_id=sold.document_id, back=[Back(line, 1000)], reason="不甜"))
    shop.sync()
    assert (on_hand(network, shop, mine), on_hand(network, shop, soap)) == (0, before + 8500)
    shop.sync()
    assert sell(shop, (code, 1000)).lines[0].code == SOAP, "what was typed or held under the old code"
    shop.sync()
    with shop.store.read() as connection:
        stock = {row["code"]: row["quantity"] for row in list_stock(connection, shop.party_id)}
    assert stock == {SOAP: before + 7500}
    assert [check.name for check in audit(network.db) if not check.ok] == []


def test_reports_count_what_it_turned_out_to_be(network: Network) -> None:
    shop, office = network.counter("m1-clerk"), network.counter("staff")
    code = make(shop)
    shop.take_in((code, 10_000), (SOAP, 5000))
    shop.sell((code, 1000), (SOAP, 1000))
    shop.sync()
    whole, goods = reports(network)
    merge(office, own_product(shop, code)["id"], SOAP)
    after, goods_after = reports(network)
    assert {row["key"]: row["units"] for row in whole["rows"]} == {code: 1, SOAP: 1}
    assert {row["key"]: row["units"] for row in after["rows"]} == {SOAP: 2}
    assert after["gross"] == whole["gross"]
    [soap] = [row for row in goods_after["rows"] if row["key"] == SOAP]
    assert (soap["in"], soap["out"], soap["on_hand"]) == (15, 2, 13)
    assert {name: goods_after[name] for name in ("in", "out", "on_hand")} == {
        name: goods[name] for name in ("in", "out", "on_hand")
    }


def reports(network: Network) -> tuple[dict[str, Any], dict[str, Any]]:
    with network.db.read() as connection:
        return sales_report(connection, "product"), stock_report(connection, "product")


def test_only_what_a_shop_made_is_merged_and_only_into_the_networks_goods(network: Network) -> None:
    shop, office = network.counter("m1-clerk"), network.counter("staff")
    mine, other = make(shop), make(shop, "别的", code="6900000000018")
    shop.sync()
    office.sync()
    first, second = own_product(shop, mine)["id"], own_product(shop, other)["id"]
    with pytest.raises(Refused, match="no_merge_target"):
        office.perform(partial(decide_merge_product, product_id=first, into_code=other))
    merge(office, first, SOAP)
    with pytest.raises(Refused, match="not_provisional"):
        office.perform(partial(decide_merge_product, product_id=first, into_code=SOAP))
    office.perform(partial(decide_adopt_product, product_id=second, name="别的"))
    office.sync()
    with pytest.raises(Refused, match="not_provisional"):
        office.perform(partial(decide_adopt_product, product_id=second, name="别的"))
    shop.sync()
    assert sell(shop, (other, 1000)).total == 900, "the shop's price holds until a list has one"
    assert second not in {row["product_id"] for row in network.rows(price).values()}
