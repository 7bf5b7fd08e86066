"""Pushing: the same command has one effect, however often and by however many it is sent."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest
from sqlalchemy import event

from domain.catalogue.commands import SetListing
from domain.catalogue.model import product
from domain.kernel.ids import stable_id
from domain.kernel.outcome import outcome
from domain.kernel.wire import PushBatch
from domain.orders.model import order_line, orders
from domain.orders.pricing import Wanted
from domain.orders.replenishment_handlers import decide_approve, decide_refuse, decide_replenishment
from domain.stock.model import stock_balance, stock_move
from domain.stock.rules import balance_id, place_id
from server_stub.sync.models import envelope, receipt
from tests.support.factories.envelopes import Sealer
from tests.support.factories.products import RICE, TEA
from tests.support.network import Counter, Network

SALES = 300
SENDERS = 6


def on_hand(network: Network, of: Counter, code: str) -> int:
    """What the server believes to be in the warehouse of a counter's party."""
    product_id = next(row["id"] for row in network.rows(product).values() if row["code"] == code)
    row = network.rows(stock_balance).get(balance_id(place_id(of.party_id, "warehouse"), product_id))
    return int(row["quantity"]) if row else 0


def test_batch_sent_twenty_times_gets_one_answer_and_has_one_effect(network: Network) -> None:
    shop = network.counter("m1-clerk")
    shop.take_in((TEA, 50_000))
    for _ in range(5):
        shop.sell((TEA, 2000), (RICE, 500))
    batch = shop.batch()
    answers = [shop.transport.push(batch) for _ in range(20)]
    assert all(answer == answers[0] for answer in answers)
    assert [ack.status for ack in answers[0].acks] == ["confirmed", *["exception"] * 5]
    assert answers[0].expected == 7
    assert network.count(orders) == 5
    assert network.count(order_line) == 10
    assert network.count(stock_move) == 11
    assert network.count(receipt, receipt.c.device_id == shop.store.known.device_id) == 6
    assert network.count(outcome, outcome.c.device_id == shop.store.known.device_id) == 6
    assert on_hand(network, shop, TEA) == 40_000
    assert on_hand(network, shop, RICE) == -2500


def test_six_senders_at_once_make_each_order_once(network: Network) -> None:
    shop = network.counter("m1-clerk")
    shop.take_in((TEA, 1_000_000))
    for _ in range(SALES):
        shop.sell()
    whole = shop.batch()

    def send(seed: int) -> dict[int, tuple[str, str]]:
        """Sends it all in pieces of its own size, as a retrying counter would, until everything is acknowledged."""
        chance, told = random.Random(seed), dict[int, tuple[str, str]]()
        start = 1
        while start <= SALES + 1:
            piece = whole.items[start - 1 : start - 1 + chance.randrange(5, 60)]
            answer = shop.transport.push(PushBatch(whole.epoch, piece))
            told.update({ack.sequence: (ack.status, ack.code) for ack in answer.acks})
            start += len(answer.acks)
        return told

    with ThreadPoolExecutor(SENDERS) as pool:
        answers = list(pool.map(send, range(SENDERS)))
    assert all(answer == answers[0] for answer in answers)
    assert set(answers[0].values()) == {("confirmed", "")}
    assert len(answers[0]) == SALES + 1
    assert network.count(orders) == SALES
    assert network.count(stock_move) == SALES + 1
    assert on_hand(network, shop, TEA) == 1_000_000 - SALES * 1000
    assert network.count(envelope, envelope.c.device_id == shop.store.known.device_id) == SALES + 1
    shop.sync()
    assert shop.store.ledger.unsent().number == 0
    assert len(shop.rows(orders)) == SALES


@pytest.mark.postgresql
def test_of_a_sale_nothing_is_asked_twice_and_its_turn_takes_three_statements(network_at_pg: Network) -> None:
    """Its place with the tree, what is known of it, and all that is written of it but the outcome: so goal ``feed``."""
    shop, turns = network_at_pg.counter("m1-clerk"), list[list[tuple[str, str]]]()
    shop.take_in((TEA, 50_000), (RICE, 50_000))
    for _ in range(3):
        shop.sell((TEA, 2000), (RICE, 500))

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        turns[-1].append((statement, str(parameters)))

    engine = network_at_pg.db.engine
    event.listen(engine, "begin", lambda _connection: turns.append([]))
    event.listen(engine, "before_cursor_execute", note)
    shop.transport.push(shop.batch())
    sales = [turn for turn in turns if any(statement.startswith("INSERT INTO orders ") for statement, _ in turn)]
    assert len(sales) == 3
    for turn in sales[1:]:  # the first one asks for the people and parties of all
        assert len(turn) == len(set(turn))
        own = [one for one, _ in turn if any(table in one for table in ("chain", "receipt", "server_meta", "feed_"))]
        assert len(own) == 3, own


def test_gap_is_answered_with_what_is_expected(network: Network) -> None:
    shop = network.counter("m1-clerk")
    for _ in range(4):
        shop.sell()
    batch = shop.batch()
    answer = shop.transport.push(PushBatch(1, batch.items[2:]))
    assert (answer.acks, answer.expected) == ([], 1)
    answer = shop.transport.push(PushBatch(1, [batch.items[0], batch.items[2]]))
    assert ([ack.sequence for ack in answer.acks], answer.expected) == ([1], 2)
    assert network.count(orders) == 1
    answer = shop.transport.push(batch)
    assert ([ack.sequence for ack in answer.acks], answer.expected) == ([1, 2, 3, 4], 5)
    assert network.count(orders) == 4


def test_request_that_came_too_late_is_refused_with_its_reason(network: Network) -> None:
    shop, first, second = network.counter("m1-clerk"), network.counter("n1-owner"), network.counter("n1-clerk")
    order_id = shop.perform(lambda ctx: decide_replenishment(ctx, [Wanted(TEA, 5000)])).document_id
    shop.sync()
    for upline in (first, second):
        upline.sync()
    first.perform(lambda ctx: decide_approve(ctx, order_id))
    refused = second.perform(lambda ctx: decide_refuse(ctx, order_id, reason="没有货"))
    first.sync()
    assert second.rows(orders)[order_id]["state"] == "refused"
    result = second.sync()
    assert (result.accepted, result.refused) == (0, 1)
    assert network.rows(outcome)[refused.command_id]["code"] == "not_in_this_state"
    assert network.rows(orders)[order_id]["state"] == "approved"
    assert second.rows(orders)[order_id]["state"] == "approved"
    [waiting] = second.store.ledger.list_needing()
    assert (waiting["status"], waiting["code"]) == ("refused", "not_in_this_state")


def test_a_command_about_a_row_that_is_not_here_has_its_outcome_and_holds_nothing_up(network: Network) -> None:
    actor, key, _ = network.enrol("admin")
    sealer = Sealer(actor, key)
    gone = SetListing(product_id=stable_id("product", "gone"), status="delisted")
    items = [sealer.seal(gone, document="gone"), sealer.seal(gone, document="gone")]
    answer = network.transport(actor, key).push(PushBatch(1, items))
    assert [ack.code for ack in answer.acks] == ["not_found", "not_found"]
    told = {row["code"]: msgspec.json.decode(row["params"]) for row in network.rows(outcome).values()}
    assert told["not_found"]["what"] == "product"
