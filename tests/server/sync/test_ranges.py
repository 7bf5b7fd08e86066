"""Who may sell what: goods leave and enter a shop's sight, and what it did before it knew is not lost."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from desktop.store import searching
from desktop.sync.round import SyncRound
from desktop.sync.transport import Offline
from domain.catalogue.commands import BarcodeSpec
from domain.catalogue.handlers import (
    NewProduct,
    decide_add_barcode,
    decide_add_category,
    decide_add_products,
    decide_edit_product,
)
from domain.catalogue.model import barcode, category, goods_range, product
from domain.catalogue.range_handlers import decide_assign_range, decide_set_range
from domain.catalogue.ranges import Grant
from domain.kernel.errors import NotFound
from domain.kernel.outcome import document_exception, outcome
from domain.orders.model import orders
from domain.orders.pricing import Wanted
from domain.orders.replenishment_handlers import decide_replenishment
from domain.parties.moving import decide_move_dealer
from domain.stock.model import stock_balance
from server_stub.audit.service import audit
from server_stub.sync import snapshot
from server_stub.sync.models import feed_position
from server_stub.sync.network import subscription_of
from tests.server.sync.test_channels import edit, watch
from tests.server.sync.test_visibility import limit
from tests.support.factories.products import RICE, SOAP, TEA
from tests.support.network import Counter, Network
from tests.support.seeing import assert_agrees

RICE_CODE = "6900000000018"


def below(network: Network, code: str) -> Grant:
    return Grant(kind="below", value=network.party_id(code))


def grant(network: Network, office: Counter, range_id: str, *grants: Grant) -> None:
    office.perform(lambda ctx: decide_set_range(ctx, name="专供", grants=grants, range_id=range_id))
    office.sync()
    network.intake.db_number()


def codes(shop: Counter) -> set[str]:
    return {row["code"] for row in shop.rows(product).values()}


def packs(shop: Counter) -> set[str]:
    return {row["code"] for row in shop.rows(barcode).values()}


def found(shop: Counter, text: str) -> int:
    with shop.store.read() as connection:
        return len(searching.find(connection, text, 10))


def follow(network: Network, *shops: Counter) -> None:
    """Everybody syncs, sees exactly what the server shows him, and the sums of both sides agree."""
    for shop in shops:
        assert shop.sync().unequal == []
        assert_agrees(network, shop)
        assert shop.sync().unequal == []


def test_goods_of_a_range_are_seen_by_those_who_may_sell_them(network: Network) -> None:
    office = network.counter("admin")
    office.perform(lambda ctx: decide_add_barcode(ctx, code=RICE, pack=BarcodeSpec(code=RICE_CODE)))
    office.sync()
    network.intake.db_number()
    granted, foreign = network.counter("m1-clerk"), network.counter("e11-clerk")
    watched = watch(foreign)
    assert RICE in codes(foreign)
    assert found(foreign, RICE_CODE) == 1

    range_id = limit(network, office, RICE, below(network, "N1"))
    follow(network, office, granted, foreign)
    assert RICE in codes(granted) & codes(office)
    assert RICE_CODE in packs(granted)
    assert RICE not in codes(foreign)
    assert RICE_CODE not in packs(foreign)
    assert found(foreign, RICE_CODE) == found(foreign, "东北大米") == 0
    assert watched.begun == [], "one product leaves by the feed"
    assert not granted.rows(goods_range), "who else may sell it is headquarters' business"
    with pytest.raises(NotFound):
        foreign.sell((RICE, 1000))

    grant(network, office, range_id, below(network, "N1"), Grant(kind="dealer", value=network.party_id("E11")))
    follow(network, office, granted, foreign)
    assert [start.channels for start in watched.begun] == [[f"range:{range_id}"]]
    assert RICE in codes(foreign)
    assert found(foreign, RICE_CODE) == 1
    foreign.sell((RICE, 1000))
    foreign.sync()
    assert {row["code"] for row in foreign.rows(document_exception).values()} == {"stock_below_zero"}

    grant(network, office, range_id)
    follow(network, office, granted, foreign)
    assert RICE not in codes(foreign) | codes(granted)
    assert RICE in codes(office)
    assert len(watched.begun) == 1, "what is left goes by itself"
    assert all(check.ok for check in audit(network.db))


def test_for_everyone_again(network: Network) -> None:
    office, shop = network.counter("admin"), network.counter("m1-clerk")
    range_id = limit(network, office, RICE)
    follow(network, office, shop)
    assert RICE not in codes(shop)
    [rice] = [row for row in office.rows(product).values() if row["range_id"] == range_id]
    office.perform(lambda ctx: decide_assign_range(ctx, range_id=None, product_ids=[rice["id"]]))
    office.sync()
    network.intake.db_number()
    follow(network, office, shop)
    assert RICE in codes(shop)


def test_a_grant_follows_grade_and_place(network: Network) -> None:
    office, shop = network.counter("admin"), network.counter("e11-owner")
    gold = limit(network, office, RICE, Grant(kind="grade", value="gold"))
    north = limit(network, office, SOAP, below(network, "N1"))
    follow(network, office, shop)
    assert codes(shop) & {RICE, SOAP, TEA} == {TEA}
    edit(network, office, "E11", grade="gold")
    follow(network, office, shop)
    assert codes(shop) & {RICE, SOAP, TEA} == {TEA, RICE}
    office.perform(partial(decide_move_dealer, party_id=shop.party_id, to_code="M1"))
    office.sync()
    network.intake.db_number()
    follow(network, office, shop)
    assert codes(shop) & {RICE, SOAP, TEA} == {TEA, RICE, SOAP}
    with network.db.read() as connection:
        mine = subscription_of(connection, shop.party_id, shop.store.known.device_id).channels
    assert {channel for channel in mine if channel.startswith("range:")} == {f"range:{gold}", f"range:{north}"}


def test_a_sale_made_before_the_shop_knew_is_recorded_and_the_upline_told(network: Network) -> None:
    office, shop, upline = network.counter("admin"), network.counter("e11-clerk"), network.counter("e1-owner")
    stranger = network.counter("m1-owner")
    limit(network, office, RICE, below(network, "N1"))
    sold = shop.sell((RICE, 2000), (TEA, 1000))
    result = shop.sync()
    assert (result.excepted, result.quarantined) == (1, 0)
    assert network.rows(orders)[sold.document_id]["total"] == 16_67
    assert {row["quantity"] for row in network.rows(stock_balance).values() if row["party_id"] == shop.party_id} == {
        -2000,
        -1000,
    }
    for each in (upline, office, stranger):
        each.sync()
        raised = [row for row in each.rows(document_exception).values() if row["code"] == "product_not_authorised"]
        assert [row["document_id"] for row in raised] == ([] if each is stranger else [sold.document_id])
        assert all(row["party_id"] == shop.party_id and row["upline_id"] == upline.party_id for row in raised)
    follow(network, shop, upline, office)


def test_an_order_made_before_the_shop_knew_is_set_aside_and_what_follows_goes_on(
    network: Network, expected_errors: Any
) -> None:
    office, shop = network.counter("admin"), network.counter("m1-owner")
    limit(network, office, SOAP, below(network, "E1"))
    ordered = shop.perform(lambda ctx: decide_replenishment(ctx, [Wanted(TEA, 1000), Wanted(SOAP, 1000)]))
    sold = shop.sell()
    result = shop.sync()
    assert (result.quarantined, result.excepted) == (1, 1)
    [told] = [row for row in shop.rows(outcome).values() if row["document_id"] == ordered.document_id]
    assert (told["status"], told["code"]) == ("quarantined", "product_not_authorised")
    assert ordered.document_id not in network.rows(orders)
    assert sold.document_id in network.rows(orders)
    assert ordered.document_id not in shop.rows(orders), "without effect on either side"
    follow(network, shop)


def test_the_party_that_delivers_must_be_allowed_to_sell_it_too(network: Network, expected_errors: Any) -> None:
    office, shop = network.counter("admin"), network.counter("m1-owner")
    range_id = limit(network, office, SOAP, Grant(kind="dealer", value=network.party_id("M1")))
    ordered = shop.perform(lambda ctx: decide_replenishment(ctx, [Wanted(TEA, 1000), Wanted(SOAP, 1000)]))
    assert shop.sync().quarantined == 1
    [told] = [row for row in shop.rows(outcome).values() if row["document_id"] == ordered.document_id]
    assert (told["status"], told["code"]) == ("quarantined", "seller_not_authorised")
    assert ordered.document_id not in network.rows(orders)
    grant(network, office, range_id, below(network, "N1"))
    follow(network, shop)
    again = shop.perform(lambda ctx: decide_replenishment(ctx, [Wanted(SOAP, 1000)]))
    assert shop.sync().accepted == 1
    assert network.rows(orders)[again.document_id]["state"] == "submitted"
    follow(network, shop)


def test_new_products_begin_in_the_range_of_their_category(network: Network) -> None:
    office, shop = network.counter("admin"), network.counter("m1-clerk")
    free = office.perform(lambda ctx: decide_add_category(ctx, code="F", name="通货")).document_id
    dear = office.perform(lambda ctx: decide_add_category(ctx, code="D", name="高端")).document_id
    range_id = limit(network, office, RICE, below(network, "E1"))
    office.perform(lambda ctx: decide_assign_range(ctx, range_id=range_id, category_ids=[dear]))
    new = [NewProduct("WINE", "酒", category_id=dear, barcodes=[BarcodeSpec(code="111")]), NewProduct("BEER", "啤酒")]
    office.perform(lambda ctx: decide_add_products(ctx, new))
    office.sync()
    network.intake.db_number()
    follow(network, office, shop)
    assert office.rows(category)[dear]["range_id"] == range_id
    assert codes(shop) & {"WINE", "BEER"} == {"BEER"}
    assert "111" not in packs(shop)

    def move_to(code: str, category_id: str | None) -> None:
        fields: dict[str, Any] = {"name": code, "spec": "", "unit": "", "tax_rate_bp": 0, "stocked": True}
        office.perform(lambda ctx: decide_edit_product(ctx, code=code, category_id=category_id, **fields))
        office.sync()
        network.intake.db_number()
        follow(network, office, shop)

    move_to("BEER", dear)
    assert codes(shop) & {"WINE", "BEER"} == set()
    move_to("WINE", free)
    move_to("BEER", None)
    assert codes(shop) & {"WINE", "BEER"} == {"WINE", "BEER"}
    assert "111" in packs(shop)
    # Rice stands in the range by itself: a category that is for everyone leaves it there.
    move_to(RICE, free)
    assert RICE not in codes(shop)


def test_an_interrupted_entry_goes_on(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "CHUNK_ROWS", 1)
    office, shop = network.counter("admin"), network.counter("e11-clerk")
    range_id = limit(network, office, RICE, below(network, "N1"))
    follow(network, shop)
    grant(network, office, range_id, below(network, "E1"))
    plain, asked = shop.transport, 0

    class Broken:
        def __getattr__(self, name: str) -> Any:
            return getattr(plain, name)

        def snapshot_chunk(self, table: str, after: str, token: str = "") -> Any:
            nonlocal asked
            asked += 1
            if asked == 2:
                raise Offline("offline")
            return plain.snapshot_chunk(table, after, token)

    shop.transport = Broken()
    pending = shop.sell()
    assert SyncRound(shop.store, shop.transport).once().problem == "offline"
    assert TEA in codes(shop)
    shop.reopen()
    follow(network, shop)
    assert asked >= 2
    assert RICE in codes(shop)
    assert pending.document_id in shop.rows(orders)


def test_a_grant_moves_no_product(network: Network) -> None:
    """However many goods a range has: one row is written, and no channel of goods has one commit more."""
    office = network.counter("admin")
    range_id = limit(network, office, RICE, below(network, "N1"))
    with network.db.read() as connection:
        before = connection.execute(select(feed_position.c.channel, feed_position.c.sequence)).all()
    grant(network, office, range_id, below(network, "E1"))
    with network.db.read() as connection:
        after = connection.execute(select(feed_position.c.channel, feed_position.c.sequence)).all()
    channels = {channel for channel, _ in set(after) - set(before)}
    assert channels == {"hq", f"device:{office.store.known.device_id}"}
