"""The counter's store: durable when it returns, nothing when it raises, and layers that come off and go on again."""

from __future__ import annotations

import os
import random
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from desktop.store.encrypted import WrongKey
from desktop.store.identity import Secrets
from desktop.store.store import Store
from desktop.store.undo import pending
from domain.customers.handlers import decide_add_customer, decide_edit_customer
from domain.customers.model import customer
from domain.kernel.channels import Row
from domain.kernel.commands import Payload, command_named
from domain.kernel.context import ApplyContext
from domain.kernel.errors import DomainError, Invalid, NotFound
from domain.kernel.tables import row_values, synced_tables
from domain.kernel.wire import FeedCommit, FeedPage, Rows, encode
from domain.orders.model import order_line, orders
from domain.orders.pricing import Wanted
from domain.orders.replenishment_handlers import decide_cancel, decide_replenishment
from domain.orders.sale_handlers import decide_sale
from domain.stock.handlers import decide_adjust, decide_count
from domain.stock.model import stock_move
from domain.stock.queries import on_hand
from domain.stock.rules import place_id
from tests.support.factories.products import OLD, TEA, TEA_BARCODE
from tests.support.network import Counter, Network

Tables = dict[str, dict[str, Row]]


def cache_of(counter: Counter) -> Tables:
    """Every synced table of the cache, outcomes apart."""
    return {str(table.name): counter.rows(table) for table in synced_tables() if table.name != "outcome"}


def page(*parts: Rows, cursor: str = "c") -> FeedPage:
    """A page of one commit."""
    from_server = encode(list(parts))
    return FeedPage(cursor, False, False, [FeedCommit(1, [from_server])])  # type: ignore[list-item]  # Raw is bytes


def test_what_was_performed_is_there_after_a_restart(network: Network) -> None:
    shop = network.counter("m1-clerk")
    sold = shop.sell((TEA_BARCODE, 2000), payments=[("cash", 10_000)])
    before = cache_of(shop)
    shop.reopen()
    assert cache_of(shop) == before
    assert before["orders"][sold.document_id]["total"] == 2000
    assert shop.store.ledger.unsent().number == 1
    assert shop.store.ledger.unsent().amounts == {"CNY": 2000}


@pytest.mark.parametrize(
    ("decide", "code"),
    [
        (lambda ctx: decide_sale(ctx, []), "no_lines"),
        (lambda ctx: decide_sale(ctx, [Wanted("NONE", 1000)]), "unknown_product"),
        (lambda ctx: decide_sale(ctx, [Wanted(TEA, 1000, -1)]), "negative_price"),
        (lambda ctx: decide_sale(ctx, [Wanted(TEA, 0)]), "quantity_not_positive"),
        (lambda ctx: decide_sale(ctx, [Wanted(TEA, 1000)], customer_id="x"), "unknown_customer"),
        (lambda ctx: decide_sale(ctx, [Wanted(TEA, 1000)], payments=[("card", 5000)]), "overpaid"),
        (lambda ctx: decide_sale(ctx, [Wanted(TEA, 10**14, 10**10)]), "amount_too_large"),
        (lambda ctx: decide_sale(ctx, [Wanted(OLD, 1000)]), "product_delisted"),
        (lambda ctx: decide_sale(ctx, [Wanted(TEA, 1000)], note="x" * 10_000_000), "bad_input"),
        (lambda ctx: decide_add_customer(ctx, name="x\x00y"), "bad_payload"),
    ],
)
def test_refused_entry_leaves_nothing(network: Network, decide: Callable[..., object], code: str) -> None:
    shop = network.counter("m1-clerk")
    before = cache_of(shop)
    try:
        shop.perform(decide)  # type: ignore[arg-type]  # a decide
    except DomainError as error:
        assert error.code in {code, "bad_input"}
    else:
        raise AssertionError("it was taken")
    assert cache_of(shop) == before
    assert shop.store.ledger.tail(1)[0] == 0
    assert shop.sell().number.endswith("S000001"), "no number was used up"


def test_bug_in_apply_leaves_nothing(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = network.counter("m1-clerk")
    before, kind = cache_of(shop), command_named("orders.complete_sale")
    apply = kind.apply

    def breaks(ctx: ApplyContext, payload: Payload) -> None:
        assert apply is not None
        apply(ctx, payload)
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(kind, "apply", breaks)
        with pytest.raises(ZeroDivisionError):
            shop.sell()
    assert cache_of(shop) == before
    assert shop.store.ledger.tail(1)[0] == 0
    assert shop.sell().sequence == 1


def test_gap_between_ledger_and_cache_is_replayed(network: Network) -> None:
    """The cache of yesterday beside the ledger of today, as after a crash or a restored copy."""
    shop = network.counter("m1-clerk")
    shop.sell()
    shop.store.close()
    old = {path.name: path.read_bytes() for path in shop.folder.iterdir() if path.name.startswith("cache.db")}
    shop.reopen()
    for _ in range(3):
        shop.sell()
    complete = cache_of(shop)
    shop.store.close()
    for path in shop.folder.iterdir():
        if path.name.startswith("cache.db"):
            path.unlink()
    for name, data in old.items():
        (shop.folder / name).write_bytes(data)
    shop.reopen()
    assert cache_of(shop) == complete
    assert shop.sync().pushed == 4


def test_lower_version_is_ignored(network: Network) -> None:
    shop = network.counter("m1-clerk")
    product = next(table for table in synced_tables() if table.name == "product")
    row = next(row for row in shop.rows(product).values() if row["code"] == TEA)
    newer, older = {**row, "version": 9, "name": "新茶"}, {**row, "version": 3, "name": "旧茶"}
    shop.store.apply_page(page(Rows("product", [row_values(product, newer)], [])))
    shop.store.apply_page(page(Rows("product", [row_values(product, older)], [])))
    assert shop.rows(product)[row["id"]]["name"] == "新茶"
    shop.store.apply_page(page(Rows("product", [], [(row["id"], 10)])))
    assert row["id"] not in shop.rows(product)


def test_rows_that_come_before_the_outcome_of_their_command_stop_nobody(network: Network) -> None:
    """Commits are numbered in any order within a round: what changed a sale may come down before the sale."""
    shop = network.counter("m1-clerk")
    sold, beside = shop.sell(), shop.sell()
    row = {**shop.rows(orders)[sold.document_id], "version": 2, "returned": 100}
    shop.store.apply_page(page(Rows("orders", [row_values(orders, row)], [])))
    assert shop.rows(orders)[sold.document_id]["returned"] == 100
    assert beside.document_id in shop.rows(orders)
    with shop.store.read() as connection:
        assert pending(connection) == [beside.sequence]


def test_snapshot_keeps_what_is_pending(network: Network) -> None:
    shop = network.counter("m1-clerk")
    sold = shop.sell()
    before = cache_of(shop)
    with shop.store.cache.write() as connection:
        connection.exec_driver_sql("DELETE FROM local_meta WHERE key = 'cursor'")
    transport = shop.transport
    start = transport.feed(None)
    assert start.reset
    result = shop.sync()
    assert result.pushed == 1
    after = cache_of(shop)
    assert after["orders"][sold.document_id]["version"] == 1
    assert set(before["order_line"]) == set(after["order_line"])


def test_drafts_survive_and_go(network: Network) -> None:
    shop = network.counter("m1-clerk")
    shop.store.ledger.save_draft("d", "sale", "{}", 1)
    shop.store.ledger.save_draft("d", "sale", '{"lines":[]}', 2)
    shop.reopen()
    [kept] = shop.store.ledger.drafts("sale")
    assert (kept["body"], kept["updated_at"]) == ('{"lines":[]}', 2)
    shop.store.ledger.drop_draft("d")
    assert shop.store.ledger.drafts("sale") == []


def test_wrong_key_opens_nothing_and_nothing_is_readable(network: Network) -> None:
    shop = network.counter("m1-clerk")
    shop.perform(lambda ctx: decide_add_customer(ctx, name="秘密客户"))
    shop.store.close()
    for path in shop.folder.iterdir():
        assert "秘密客户".encode() not in path.read_bytes(), path.name
        assert b"SQLite format" not in path.read_bytes(), path.name
    with pytest.raises(WrongKey):
        Store(shop.folder, Secrets(os.urandom(32), shop.secrets.device_key), shop.clock)
    shop.reopen()
    assert [row["name"] for row in shop.rows(customer).values()] == ["秘密客户"]


def test_numbers_have_no_holes(network: Network) -> None:
    shop = network.counter("m1-clerk")
    numbers = []
    for attempt in range(6):
        if attempt % 2:
            with pytest.raises(NotFound):
                shop.sell(("NONE", 1000))
        numbers.append(shop.sell().number)
    assert [number[-6:] for number in numbers] == [f"{number:06d}" for number in range(1, 7)]


def test_refused_request_comes_off_again(network: Network) -> None:
    shop = network.counter("m1-clerk")
    with pytest.raises(Invalid):
        shop.perform(lambda ctx: decide_adjust(ctx, [(TEA, 1000)], reason=" "))
    order_id = shop.perform(lambda ctx: decide_replenishment(ctx, [Wanted(TEA, 1000)])).document_id
    shop.perform(lambda ctx: decide_cancel(ctx, order_id, reason="不要了"))
    assert shop.rows(orders)[order_id]["state"] == "cancelled"
    assert shop.sync().accepted == 2
    assert network.rows(orders)[order_id]["state"] == "cancelled"


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["sell", "edit", "count", "order", "cancel", "push", "pull", "other", "reopen"]),
        st.integers(0, 99),
    ),
    min_size=4,
    max_size=25,
)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS, seed=st.integers(0, 2**20))
def test_cache_is_the_servers_rows_and_the_layers(network: Network, steps: list[tuple[str, int]], seed: int) -> None:
    """Whatever is interleaved, stock shown is balance plus own moves, and after a round the cache is the server's."""
    user = "m1-clerk"
    shop, beside = network.counter(user), network.counter("m1-owner")
    chance = random.Random(seed)
    known = [shop.perform(lambda ctx: decide_add_customer(ctx, name="李")).document_id]
    shop.sync()
    beside.sync()
    pending_orders: list[str] = []
    for step, number in steps:
        play(step, number, shop, beside, known, pending_orders, chance)
    compare_with_fresh_cache(shop)
    shop.sync()
    compare_with_server(shop, network)


def play(
    step: str,
    number: int,
    shop: Counter,
    beside: Counter,
    known: list[str],
    pending: list[str],
    chance: random.Random,
) -> None:
    """One step of the interleaving."""
    if step == "sell":
        shop.sell((TEA, 1000 + number), customer_id=chance.choice([None, known[0]]))
    elif step == "edit":
        edit(shop, known[0], f"甲{number}")
    elif step == "other":
        edit(beside, known[0], f"乙{number}")
        beside.sync()
    elif step == "count":
        shop.perform(lambda ctx: decide_count(ctx, [(TEA, number * 1000)]))
    elif step == "order":
        pending.append(shop.perform(lambda ctx: decide_replenishment(ctx, [Wanted(TEA, 1000)])).document_id)
    elif step == "cancel" and pending:
        withdrawn = pending.pop()
        shop.perform(lambda ctx: decide_cancel(ctx, withdrawn, reason="x"))
    elif step == "push":
        shop.transport.push(shop.batch())
    elif step == "pull":
        shop.store.apply_page(shop.transport.feed(shop.store.cursor))
    elif step == "reopen":
        shop.reopen()


def edit(counter: Counter, customer_id: str, name: str) -> None:
    counter.perform(
        lambda ctx: decide_edit_customer(ctx, customer_id=customer_id, name=name, phone="", note="", grade="")
    )


def compare_with_fresh_cache(shop: Counter) -> None:
    """Take all layers off and put them on again by throwing away nothing but the layers."""
    from_layers = cache_of(shop)
    shop.store.apply_page(page(*[Rows(name, [], []) for name in ("orders",)], cursor=shop.store.cursor or ""))
    assert cache_of(shop) == from_layers
    place = place_id(shop.party_id, "warehouse")
    product_id = next(row["id"] for row in from_layers["product"].values() if row["code"] == TEA)
    with shop.store.read() as connection:
        told = on_hand(connection, place, [product_id])[product_id]["quantity"]
    balance = sum(
        row["quantity"]
        for row in from_layers["stock_balance"].values()
        if row["product_id"] == product_id and row["place_id"] == place
    )
    own = [row for row in from_layers["stock_move"].values() if row["version"] == 0]
    moved = sum(row["quantity"] * ((row["to_place"] == place) - (row["from_place"] == place)) for row in own)
    assert told == balance + moved


def compare_with_server(shop: Counter, network: Network) -> None:
    """After a round the counter has what the server has of its own documents."""
    for table in (orders, order_line, stock_move, customer):
        mine, truth = shop.rows(table), network.rows(table)
        for row_id, row in mine.items():
            assert row == truth[row_id], table.name
    with shop.store.cache.read() as connection:
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM undo").scalar() == 0
    assert shop.store.ledger.unsent().number == 0
