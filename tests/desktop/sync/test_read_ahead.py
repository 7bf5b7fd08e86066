"""Chunks asked for in advance: the same rows, one call at a time, and a line that breaks costs nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest

from desktop.platform.read_ahead import reading_ahead
from desktop.sync.round import RoundResult, SyncRound
from desktop.sync.transport import Offline
from domain.kernel import queries_scope, wire
from domain.orders.model import order_line, orders
from server_stub.sync import snapshot
from tests.support.network import Counter, Network
from tests.support.seeing import assert_agrees

T = TypeVar("T")


@dataclass
class Watched:
    """A wire that carries one call at a time only, and breaks after so many chunks."""

    transport: Any
    chunks: int = 10_000
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    threads: set[str] = field(default_factory=set)
    overlaps: int = 0
    _gate: threading.Lock = field(default_factory=threading.Lock)

    def push(self, batch: wire.PushBatch) -> wire.PushAnswer:
        answer: wire.PushAnswer = self._alone(lambda: self.transport.push(batch))
        return answer

    def feed(self, cursor: str | None) -> wire.FeedPage:
        answer: wire.FeedPage = self._alone(lambda: self.transport.feed(cursor))
        return answer

    def snapshot_start(self, *asked: Any) -> wire.SnapshotStart:
        answer: wire.SnapshotStart = self._alone(lambda: self.transport.snapshot_start(*asked))
        return answer

    def snapshot_chunk(self, *asked: Any) -> wire.SnapshotChunk:
        if len(self.asked) == self.chunks:
            raise Offline("line broke")
        self.asked.append(asked)
        self.threads.add(threading.current_thread().name)
        answer: wire.SnapshotChunk = self._alone(lambda: self.transport.snapshot_chunk(*asked))
        return answer

    def slice_sum(self, asked: wire.SliceAsked) -> wire.SliceSum:
        answer: wire.SliceSum = self._alone(lambda: self.transport.slice_sum(asked))
        return answer

    def _alone(self, call: Callable[[], T]) -> T:
        free = self._gate.acquire(blocking=False)
        self.overlaps += not free
        try:
            return call()
        finally:
            if free:
                self._gate.release()


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "CHUNK_ROWS", 9)
    monkeypatch.setattr(queries_scope, "PARENTS", 4)


def attempt(shop: Counter, line: Watched) -> RoundResult:
    with reading_ahead(line) as transport:
        return SyncRound(shop.store, transport).once()


def with_a_past(network: Network) -> Counter:
    """A PC of the shop that has sold; there is more than one chunk of several tables."""
    other = network.counter("m1-owner")
    for _ in range(12):
        other.sell()
    other.sync()
    return other


def test_a_new_pc_gets_everything_and_no_chunk_twice(network: Network) -> None:
    other = with_a_past(network)
    shop = network.counter("m1-clerk", synced=False)
    line = Watched(shop.transport)
    assert not attempt(shop, line).problem
    assert_agrees(network, shop)
    assert shop.rows(orders).keys() == other.rows(orders).keys()
    assert shop.rows(order_line).keys() == other.rows(order_line).keys()
    assert len(line.asked) == len(set(line.asked))
    assert line.overlaps == 0
    assert any(name.startswith("dealerdesk-ahead") for name in line.threads), "chunks come in advance"


def test_a_line_that_breaks_anywhere_is_gone_on_with(network: Network) -> None:
    with_a_past(network)
    shop = network.counter("m1-clerk", synced=False)
    asked: list[tuple[str, str, str]] = []
    for _ in range(500):
        line = Watched(shop.transport, chunks=2)
        result = attempt(shop, line)
        asked += line.asked
        assert line.overlaps == 0
        if not result.problem:
            break
        assert result.problem == "line broke"
    else:
        raise AssertionError("never done")
    assert_agrees(network, shop)
    assert len(set(asked)) >= len(asked) / 2, "at most the chunk in advance is asked for again"


def test_nothing_is_under_way_when_the_writer_fails(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    with_a_past(network)
    shop = network.counter("m1-clerk", synced=False)
    line = Watched(shop.transport)

    def fails(*_given: Any) -> None:
        raise RuntimeError("no writing today")

    with monkeypatch.context() as broken:
        broken.setattr("desktop.store.aside.Aside.take", fails)
        with pytest.raises(RuntimeError):
            attempt(shop, line)
    known = len(line.asked)
    assert known <= 2
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("dealerdesk-ahead")]
    assert not attempt(shop, line).problem
    assert_agrees(network, shop)
    assert line.overlaps == 0
