"""What headquarters decides for everybody, and what a shop chooses for its till: over the wire, offline, on record."""

from __future__ import annotations

from typing import Any

import pytest

from domain.catalogue.handlers import NewProduct, decide_add_products
from domain.kernel.errors import Refused
from domain.kernel.outcome import document_exception
from domain.orders.commands import Approval
from domain.orders.pricing import Wanted
from domain.orders.sale_handlers import decide_sale
from domain.parties.handlers import decide_set_policy as decide_network
from domain.stock.handlers import Lotted, decide_take_in
from domain.tills.handlers import decide_set_policy
from domain.tills.model import till_policy
from server_stub.audit.service import audit
from tests.support.network import Counter, Network

GONE = "2020-01-31"
MILK = NewProduct("MILK", "鲜牛奶", price=60_000, by_expiry=True)


def sell_expired(shop: Counter) -> Any:
    agreed = [Approval(what="expired", person_id=shop.store.known.person_id, person_name="店长")]
    wanted = [Wanted("MILK", 1000)]
    return shop.perform(lambda ctx: decide_sale(ctx, wanted, payments=[("cash", 10**6)], approvals=agreed))


@pytest.fixture
def office(network: Network) -> Counter:
    made = network.counter("admin")
    made.perform(lambda ctx: decide_add_products(ctx, [MILK]))
    made.sync()
    return made


def test_nobody_sells_expired_goods_once_headquarters_says_so(network: Network, office: Counter) -> None:
    shop, away = network.counter("m1-owner"), network.counter("m1-owner")
    shop.perform(lambda ctx: decide_take_in(ctx, [Lotted("MILK", 9000, "L1", GONE)]))
    sell_expired(shop)
    assert shop.sync().excepted == 0, "the shop's own rule asks for a second person, who agreed"
    away.sync()
    office.perform(lambda ctx: decide_network(ctx, expired_sale="never"))
    office.sync()
    shop.sync()
    with pytest.raises(Refused, match="expired_not_sold"):
        sell_expired(shop)
    late = sell_expired(away)
    assert away.sync().excepted == 1, "a PC that had not heard of it sold all the same: recorded, and said"
    told = [row for row in network.rows(document_exception).values() if row["document_id"] == late.document_id]
    assert [row["code"] for row in told] == ["expired_sold"]
    office.perform(lambda ctx: decide_network(ctx, lease_days=14))
    office.sync()
    shop.sync()
    with pytest.raises(Refused, match="expired_not_sold"):
        sell_expired(shop)


def test_a_shops_rules_are_its_own_reach_its_pcs_and_stay_on_record(network: Network) -> None:
    shop, other = network.counter("m1-owner"), network.counter("m1-owner")
    shop.perform(lambda ctx: decide_set_policy(ctx, return_limit=12_300))
    shop.perform(lambda ctx: decide_set_policy(ctx, clerk_discount_bp=500))
    [offline] = shop.rows(till_policy).values()
    assert (offline["return_limit"], offline["clerk_discount_bp"]) == (12_300, 500)
    shop.sync()
    other.sync()
    [row] = other.rows(till_policy).values()
    assert (row["return_limit"], row["clerk_discount_bp"], row["cash_out_limit"]) == (12_300, 500, 50_000)
    assert (row["set_by"], row["set_at"]) == (shop.store.known.person_name, offline["set_at"])
    assert not network.counter("e1-owner").rows(till_policy)
    assert all(check.ok for check in audit(network.db))
