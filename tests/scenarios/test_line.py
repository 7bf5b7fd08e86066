"""What a line between shop and server may do: cut an answer anywhere, send everything twice, repeat old answers, answer
in the server's place. A real server and a real store; nothing is lost, doubled, or waits for ever.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from desktop.app.profile import Profile
from desktop.sync import http
from desktop.sync.round import RoundResult, SyncRound
from domain.kernel import wire
from domain.kernel.errors import Refused
from domain.orders.pricing import Wanted
from domain.orders.sale_handlers import decide_sale
from tests.support.crossing import Asked, Crossing, Pass, crossing, straight
from tests.support.factories.parties import person_for
from tests.support.network import PASSWORD
from tests.support.processes import Pc, Server

CLERK = person_for("M1", "clerk")
STEP = 89
"""Bytes between two cuts."""


@dataclass
class Shop:
    """An enrolled PC, its line, and what it sold."""

    server: Server
    line: Crossing
    profile: Profile
    sold: list[str]

    def sell(self) -> None:
        """One sale, durable when this returns."""
        wanted = [Wanted("TEA", 1000)]
        self.sold.append(self.profile.store.perform(lambda ctx: decide_sale(ctx, wanted)).document_id)

    def round(self) -> RoundResult:
        """Push and pull once, in whatever way the line is."""
        return SyncRound(self.profile.store, self.profile.transport).once()

    def renew(self) -> None:
        """Let the next round begin with new tokens."""
        tokens = self.profile.tokens.load()
        assert tokens is not None
        self.profile.tokens.save({**tokens, "expires_at": 0})
        self.profile._drop_transport()

    def check(self) -> None:
        """With a whole line: everything is at the server once, and confirmed here."""
        self.line.way = straight
        assert [self.round().problem for _ in range(2)][1] == ""
        engine = create_engine(self.server.database)
        with engine.connect() as connection:
            found = [row[0] for row in connection.execute(text("SELECT id FROM orders ORDER BY id"))]
        engine.dispose()
        assert found == sorted(self.sold)
        assert self.profile.store.ledger.list_open_ids() == []


@pytest.fixture
def shop(sqlite_server: Server, tmp_path: Path) -> Iterator[Shop]:
    with crossing(sqlite_server.url) as line:
        profile = Pc(tmp_path / "pc").profile()
        profile.enrol(line.url, CLERK, PASSWORD)
        made = Shop(sqlite_server, line, profile, [])
        assert not made.round().problem
        yield made
        profile.close()


def is_push(asked: Asked) -> bool:
    return asked.path == "/v1/sync/push"


def is_feed(asked: Asked) -> bool:
    return asked.path.startswith("/v1/sync/feed")


def is_renewal(asked: Asked) -> bool:
    return asked.path == "/v1/sessions/refresh"


@pytest.mark.parametrize("which", [is_push, is_feed, is_renewal])
def test_an_answer_that_is_cut_anywhere(shop: Shop, which: Callable[[Asked], bool]) -> None:
    cut = 0
    lengths: list[int] = []

    def cutting(asked: Asked, ask: Pass) -> bytes:
        answer = ask()
        if not which(asked):
            return answer
        lengths.append(len(answer))
        return answer[:cut]

    while not lengths or cut < lengths[0]:
        shop.line.way = cutting
        shop.sell()
        shop.renew()
        result = shop.round()
        assert not result.online, "half an answer is none"
        cut += STEP
    shop.check()


def test_every_request_that_is_sent_twice(shop: Shop) -> None:
    def twice(_asked: Asked, ask: Pass) -> bytes:
        ask()
        return ask()

    shop.line.way = twice
    for _ in range(5):
        shop.sell()
        shop.renew()
        assert not shop.round().problem
    shop.check()


def test_a_line_that_repeats_old_answers(shop: Shop) -> None:
    """To each question it gives what it once gave to such a one, for as long as it likes."""
    kept: dict[str, list[bytes]] = {}

    def keeping(asked: Asked, ask: Pass) -> bytes:
        kept.setdefault(asked.path.partition("?")[0], []).append(ask())
        return kept[asked.path.partition("?")[0]][-1]

    shop.line.way = keeping
    for _ in range(3):
        shop.sell()
        assert not shop.round().problem
    for turn in range(6):

        def repeating(asked: Asked, ask: Pass, turn: int = turn) -> bytes:
            known = kept.get(asked.path.partition("?")[0])
            return known[turn % len(known)] if known else ask()

        shop.sell()
        shop.line.way = repeating
        shop.round()
    shop.check()


def page(body: bytes, status: str = "200 OK", *more: str) -> bytes:
    """An answer of something that is not the server."""
    head = [f"HTTP/1.1 {status}", "Content-Type: text/html", *more, f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(head).encode() + body


def _give(answer: bytes, _asked: Asked, _ask: Pass) -> bytes:
    return answer


@pytest.mark.parametrize(
    "answer",
    [
        page(b"<html>sign in to this network</html>"),
        page(b"", "302 Found", "Location: http://portal.example/"),
        page(b'{"ok": true}'),
        page(b"[1]"),
        page(b"no", "401 Unauthorized"),
        page(b"", "511 Network Authentication Required"),
    ],
    ids=["page", "redirect", "object", "list", "stranger", "portal"],
)
def test_something_else_answers_in_the_servers_place(shop: Shop, answer: bytes, tmp_path: Path) -> None:
    """As the sign-in page of a guest network does: it is said as what it is, and selling goes on."""
    shop.line.way = partial(_give, answer)
    for _ in range(2):
        shop.sell()
        assert not shop.round().online
        shop.renew()
    for profile in (shop.profile, Pc(tmp_path / "new").profile()):
        with pytest.raises(Refused, match="server_unreachable"):
            profile.enrol(shop.line.url, CLERK, PASSWORD)
        if profile is not shop.profile:
            profile.close()
    shop.check()


def test_an_answer_is_bounded_also_when_it_comes_packed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = gzip.compress(bytes(8 * 1024 * 1024))
    shop.sell()
    for status in ("200 OK", "400 Bad Request"):
        answer = page(bomb, status, "Content-Encoding: gzip")
        shop.line.way = partial(_give, answer)
        with monkeypatch.context() as patch:
            patch.setattr(wire, "MAX_EXPANDED", 1024 * 1024)
            assert shop.round().problem == "answer_too_long"
    shop.check()


def test_an_answer_that_takes_for_ever_ends_the_round(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.sell()
    with monkeypatch.context() as patch:
        patch.setattr(http, "ANSWER_SECONDS", -1.0)
        assert shop.round().problem == "answer_too_long"
    shop.check()
