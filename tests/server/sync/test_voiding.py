"""A sale taken back whole, or given to another customer: on the counter at once, on the server with authority."""

from __future__ import annotations

import msgspec
import pytest

from desktop.store.handled import VOIDED, Handling, list_handled
from domain.customers.handlers import decide_add_customer, decide_edit_customer
from domain.kernel.errors import Invalid, NotFound, Refused
from domain.kernel.outcome import document_exception
from domain.orders.commands import Approval
from domain.orders.model import orders, payment
from domain.orders.queries_reports import sales_report
from domain.orders.voiding_handlers import decide_reassign, decide_void
from domain.stock.model import stock_balance
from domain.tills.handlers import decide_set_policy
from tests.support.factories.products import FREIGHT, RICE, TEA
from tests.support.network import Counter, Network

DAY = 86_400_000


def stock_of(network: Network, shop: Counter) -> dict[str, int]:
    """Thousandths in the shop's places by place and product, as the server has them."""
    rows = network.rows(stock_balance).values()
    return {row["id"]: row["quantity"] for row in rows if row["party_id"] == shop.party_id and row["quantity"]}


def report(network: Network) -> dict[str, object]:
    with network.db.read() as connection:
        return sales_report(connection)


def test_goods_and_money_come_back_on_both_sides(network: Network) -> None:
    shop = network.counter("m1-owner")
    shop.take_in((TEA, 10_000), (RICE, 5_000))
    shop.sync()
    before = stock_of(network, shop), report(network)
    sold = shop.sell((TEA, 2000), (RICE, 500), (FREIGHT, 1000), payments=[("cash", 100_00)])
    shop.sync()
    assert stock_of(network, shop) != before[0]
    done = shop.perform(lambda ctx: decide_void(ctx, sold.document_id, reason="顾客反悔"))
    here = shop.rows(orders)[sold.document_id]
    assert (here["state"], here["payment_state"], here["delivery_state"]) == ("voided", "refunded", "none")
    assert (done.document_id, shop.store.ledger.recent(1)[0]["amount"]) == (sold.document_id, -29_67)
    result = shop.sync()
    assert (result.accepted, result.excepted) == (1, 0)
    assert (stock_of(network, shop), report(network)) == before
    assert sum(row["amount"] for row in network.rows(payment).values()) == 0
    assert network.rows(orders)[sold.document_id] == shop.rows(orders)[sold.document_id]


def test_taken_back_at_two_counters_the_goods_come_back_once(network: Network) -> None:
    first, second = network.counter("m1-owner"), network.counter("m1-owner")
    first.take_in((TEA, 10_000))
    sold = first.sell((TEA, 2000))
    first.sync()
    second.sync()
    for counter in (first, second):
        counter.perform(lambda ctx: decide_void(ctx, sold.document_id, reason="错单"))
    first.sync()
    result = second.sync()
    assert (result.accepted, result.excepted) == (0, 1)
    assert [row["code"] for row in network.rows(document_exception).values()] == ["voided_in_state"]
    assert sorted(stock_of(network, first).values()) == [10_000]
    first.sync()
    assert first.rows(orders) == second.rows(orders) == network.rows(orders)


def test_who_may_and_when(network: Network) -> None:
    owner, clerk = network.counter("m1-owner"), network.counter("m1-clerk")
    owner.perform(lambda ctx: decide_set_policy(ctx, return_limit=0))
    owner.sync()
    clerk.sync()
    sold = clerk.sell()
    with pytest.raises(Refused, match="needs_approval"):
        clerk.perform(lambda ctx: decide_void(ctx, sold.document_id, reason="错单"))
    by = Approval(what="void", person_id=owner.store.known.person_id, person_name="店长")
    elsewhat = msgspec.structs.replace(by, what="return")
    with pytest.raises(Refused, match="needs_approval"):
        clerk.perform(lambda ctx: decide_void(ctx, sold.document_id, reason="错单", approvals=[elsewhat]))
    clerk.perform(lambda ctx: decide_void(ctx, sold.document_id, reason="错单", approvals=[by]))
    clerk.sync()
    assert network.rows(orders)[sold.document_id]["state"] == "voided"
    owner.take_in((TEA, 50_000))
    clean = owner.sell()
    owner.sync()
    with pytest.raises(Invalid, match="no_reason"):
        owner.perform(lambda ctx: decide_void(ctx, clean.document_id, reason=" "))
    with pytest.raises(NotFound):
        owner.perform(lambda ctx: decide_void(ctx, owner.party_id, reason="错单"))
    owner.clock.ms += DAY
    with pytest.raises(Refused, match="void_same_day_only"):
        owner.perform(lambda ctx: decide_void(ctx, clean.document_id, reason="错单"))


def test_an_excepted_sale_may_be_taken_back_later_and_leaves_the_inbox(network: Network) -> None:
    shop = network.counter("m1-owner")
    sold = shop.sell((TEA, 2000))
    assert shop.sync().excepted == 1
    shop.clock.ms += 3 * DAY
    handling = Handling(sold.command_id, VOIDED, "没有这笔")
    done = shop.store.perform(lambda ctx: decide_void(ctx, sold.document_id, reason=handling.reason), answers=handling)
    assert shop.store.ledger.count_needing() == 0
    [kept] = list_handled(shop.store.ledger)
    assert (kept["id"], kept["way"], kept["reason"], kept["follower"], kept["handled_by"]) == (
        sold.command_id, VOIDED, "没有这笔", done.command_id, "m1-owner",
    )  # fmt: skip
    assert shop.sync().accepted == 1
    assert stock_of(network, shop) == {}


def test_a_customer_closed_elsewhere_is_an_exception_and_the_sale_is_reassigned(network: Network) -> None:
    shop, office = network.counter("m1-clerk"), network.counter("m1-owner")
    shop.take_in((TEA, 10_000))
    old = shop.perform(lambda ctx: decide_add_customer(ctx, name="李建国")).document_id
    new = shop.perform(lambda ctx: decide_add_customer(ctx, name="王芳")).document_id
    shop.sync()
    office.sync()
    office.perform(
        lambda ctx: decide_edit_customer(
            ctx, customer_id=old, name="李建国", phone="", note="", grade="", status="closed"
        )
    )
    office.sync()
    sold = shop.sell(customer_id=old)
    assert shop.sync().excepted == 1
    assert [row["code"] for row in network.rows(document_exception).values()] == ["customer_closed"]
    with pytest.raises(NotFound):
        shop.perform(lambda ctx: decide_reassign(ctx, sold.document_id, old))
    shop.perform(lambda ctx: decide_reassign(ctx, sold.document_id, new))
    assert shop.sync().accepted == 1
    assert network.rows(orders)[sold.document_id]["customer_id"] == new
    shop.perform(lambda ctx: decide_reassign(ctx, sold.document_id, None))
    shop.sync()
    assert network.rows(orders)[sold.document_id]["customer_id"] is None


def test_what_was_wrong_is_closed_with_who_and_when(network: Network) -> None:
    shop, twin = network.counter("m1-owner"), network.counter("m1-owner")
    gone = shop.perform(lambda ctx: decide_add_customer(ctx, name="李建国", phone="13812346621"))
    shop.sync()
    twin.sync()
    shop.perform(
        lambda ctx: decide_edit_customer(
            ctx, customer_id=gone.document_id, name="李建国", phone="", note="", grade="", status="closed"
        )
    )
    shop.sync()
    sold = twin.sell((TEA, 1000), customer_id=gone.document_id)
    twin.sync()

    def raised() -> dict[str, tuple[str, str]]:
        rows = [row for row in twin.rows(document_exception).values() if row["document_id"] == sold.document_id]
        assert all((row["resolved_at"] > 0) == (row["status"] == "resolved") for row in rows)
        return {row["code"]: (row["status"], row["resolved_by"]) for row in rows}

    assert raised() == {"stock_below_zero": ("open", ""), "customer_closed": ("open", "")}
    twin.perform(lambda ctx: decide_reassign(ctx, sold.document_id, None))
    twin.sync()
    assert raised() == {"stock_below_zero": ("open", ""), "customer_closed": ("resolved", "m1-owner")}
    twin.perform(lambda ctx: decide_void(ctx, sold.document_id, reason="错单"))
    twin.sync()
    assert raised() == {"stock_below_zero": ("resolved", "m1-owner"), "customer_closed": ("resolved", "m1-owner")}
