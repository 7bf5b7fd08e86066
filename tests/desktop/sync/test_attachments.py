"""The queue of contents between counters and a server: broken at every piece, on both sides, and never twice."""

from __future__ import annotations

import pytest

from desktop.store import attaching
from desktop.store.attaching import AWAY, SAVED, SENT
from desktop.store.contents import Damaged
from desktop.sync.attachments import KNOWN_EPOCH, ContentRound
from desktop.sync.round import SERVER_EPOCH
from desktop.sync.transport import ServerRefused
from domain.attachments.rules import CHUNK, MOST_PER_DOCUMENT
from domain.kernel.errors import Refused
from domain.orders.model import orders
from domain.orders.pricing import Wanted
from domain.orders.replenishment_handlers import decide_replenishment
from server_stub.attachments import models
from server_stub.attachments.service import Attachments
from tests.support.contents import DirectContents, attach, attachments_of, get, line_of, send
from tests.support.factories.attachments import file_of
from tests.support.factories.products import TEA
from tests.support.network import Counter, Network

DATA = file_of()
DAY_MS = 86_400_000


@pytest.fixture
def attachments(network: Network) -> Attachments:
    return attachments_of(network)


@pytest.fixture
def shop(network: Network) -> Counter:
    return network.counter("m1-owner")


def states(counter: Counter, order_id: str) -> list[str]:
    return [each.state for each in attaching.attached_to(counter.store, "order", order_id)]


def test_offline_for_weeks_then_sent_and_seen_on_another_pc(
    network: Network, attachments: Attachments, shop: Counter
) -> None:
    order_id = shop.sell().document_id
    taken = shop.take_in((TEA, 1000)).document_id
    one = attach(shop, "order", order_id, DATA)
    two = attach(shop, "stock_document", taken, file_of(seed="2"))
    line = line_of(shop, attachments)
    assert send(shop, line).sent == 0, "the records are not at the server"
    assert line.calls == []
    shop.clock.ms += 21 * DAY_MS
    shop.reopen()
    assert states(shop, order_id) == [SAVED]
    assert attaching.count_unsent(shop.store) == 2
    shop.sync()
    told = send(shop, line)
    assert (told.sent, told.pieces, told.problem) == (2, 6, "")
    assert states(shop, order_id) == [SENT]
    assert attaching.count_unsent(shop.store) == 0
    other = network.counter("m1-clerk")
    assert states(other, order_id) == [AWAY]
    for each, data in ((one, DATA), (two, file_of(seed="2"))):
        assert get(other, line_of(other, attachments), each.id) == data
    assert states(other, order_id) == [SENT]


@pytest.mark.parametrize("lost", ["request", "answer"])
@pytest.mark.parametrize("call", [1, 2, 3, 4])
def test_line_that_breaks_at_every_call_and_both_sides_start_anew(
    network: Network, attachments: Attachments, shop: Counter, lost: str, call: int
) -> None:
    order_id = shop.sell().document_id
    found = attach(shop, "order", order_id, DATA)
    shop.sync()
    line = line_of(shop, attachments)
    (line.breaks_before if lost == "request" else line.breaks_after).add(call)
    assert send(shop, line).problem == "offline"
    assert states(shop, order_id) == [SAVED]
    shop.reopen()
    again = line_of(shop, attachments_of(network))
    assert send(shop, again).sent == 1
    sent = [name for name in (*line.calls, *again.calls) if name.startswith("send")]
    assert len(sent) == (4 if lost == "request" and call > 1 else 3), "only what was lost is sent again"
    assert network.count(models.piece) == 3
    other = network.counter("m1-clerk")
    broken = line_of(other, attachments)
    (broken.breaks_before if lost == "request" else broken.breaks_after).add(call)
    if call < 4:
        with pytest.raises(Refused, match="attachment_offline"):
            get(other, broken, found.id)
        other.reopen()
    rest = line_of(other, attachments)
    assert get(other, rest, found.id) == DATA
    if call < 4:
        assert rest.calls[0] == f"fetch {(call - 1) * CHUNK}"


def test_commands_go_first_and_the_queue_gives_way(attachments: Attachments, shop: Counter) -> None:
    attach(shop, "order", shop.sell().document_id, DATA)
    shop.sync()
    line = line_of(shop, attachments)
    told = ContentRound(shop.store, line, stop=lambda: len(line.calls) >= 2).once()
    assert (told.sent, line.calls) == (0, ["begin", "send 0"])
    shop.sell()
    assert shop.sync().pushed == 1
    assert send(shop, line).pieces == 2


def test_same_content_is_sent_once(network: Network, attachments: Attachments, shop: Counter) -> None:
    first, second = shop.sell().document_id, shop.sell().document_id
    attach(shop, "order", first, DATA)
    attach(shop, "order", second, DATA)
    other = network.counter("m1-clerk")
    elsewhere = other.sell().document_id
    attach(other, "order", elsewhere, DATA)
    lines = [line_of(each, attachments) for each in (shop, other)]
    for each, line in zip((shop, other), lines, strict=True):
        each.sync()
        assert send(each, line).sent == 1
    assert [len(line.calls) for line in lines] == [4, 1]
    assert states(shop, first) == states(shop, second) == states(other, elsewhere) == [SENT]
    with pytest.raises(Refused, match="attachment_there_already"):
        attach(shop, "order", first, DATA)


def test_what_one_saw_of_another_dealer_is_sent_as_ones_own(network: Network, attachments: Attachments) -> None:
    """The upline fetched the shop's picture and hangs it on a sale of its own: it has to send it."""
    shop, upline = network.counter("m1-owner"), network.counter("n1-owner")
    order_id = shop.perform(lambda ctx: decide_replenishment(ctx, [Wanted(TEA, 1000)])).document_id
    found = attach(shop, "order", order_id, DATA)
    shop.sync()
    send(shop, line_of(shop, attachments))
    upline.sync()
    line = line_of(upline, attachments)
    assert get(upline, line, found.id) == DATA
    own = upline.sell().document_id
    attach(upline, "order", own, DATA)
    upline.sync()
    assert send(upline, line).pieces == 3
    assert states(upline, own) == [SENT]


def test_a_content_that_the_server_refuses_lets_the_others_by(network: Network, shop: Counter) -> None:
    narrow = attachments_of(network, quota=len(DATA) - 1)
    order_id = shop.sell().document_id
    attach(shop, "order", order_id, DATA)
    attach(shop, "order", order_id, file_of(1000, "small"))
    shop.sync()
    told = send(shop, line_of(shop, narrow))
    assert (told.sent, told.problem) == (1, "attachment_quota")
    listed = attaching.attached_to(shop.store, "order", order_id)
    assert [(each.state, each.problem) for each in listed] == [(SAVED, "attachment_quota"), (SENT, "")]
    assert send(shop, line_of(shop, attachments_of(network))).sent == 1
    assert [each.problem for each in attaching.attached_to(shop.store, "order", order_id)] == ["", ""]


def test_damaged_on_the_disk_is_not_sent(attachments: Attachments, network: Network, shop: Counter) -> None:
    order_id = shop.sell().document_id
    found = attach(shop, "order", order_id, DATA)
    path = shop.store.contents.path_of(found.sha256)
    good = path.read_bytes()
    path.write_bytes(good[:-40] + bytes(40))
    shop.sync()
    assert send(shop, line_of(shop, attachments)).problem == "attachment_damaged"
    assert network.count(models.content) == 0
    path.write_bytes(good)
    assert send(shop, line_of(shop, attachments)).sent == 1


def test_not_yet_here_is_said(attachments: Attachments, network: Network, shop: Counter) -> None:
    found = attach(shop, "order", shop.sell().document_id, DATA)
    shop.sync()
    other = network.counter("m1-clerk")
    with pytest.raises(ServerRefused, match="attachment_not_here"):
        get(other, line_of(other, attachments), found.id)
    assert states(other, shop_order(other)) == [AWAY]


def shop_order(counter: Counter) -> str:
    return next(iter(counter.rows(orders)))


def test_pieces_that_are_not_what_was_told_are_not_kept(
    attachments: Attachments, network: Network, shop: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = attach(shop, "order", shop.sell().document_id, DATA)
    shop.sync()
    send(shop, line_of(shop, attachments))
    other = network.counter("m1-clerk")
    with monkeypatch.context() as patch:
        patch.setattr(DirectContents, "fetch_piece", _lying(DirectContents.fetch_piece))
        with pytest.raises(Damaged):
            get(other, line_of(other, attachments), found.id)
    assert get(other, line_of(other, attachments), found.id) == DATA


def _lying(true: object) -> object:
    def fetch(line: DirectContents, attachment_id: str, start: int) -> object:
        told = true(line, attachment_id, start)  # type: ignore[operator]
        return type(told)(told.data[:-1] + b"\x00", told.sha256, told.size)

    return fetch


class TestDetached:
    def test_detached_before_it_was_sent_is_not_sent(self, attachments: Attachments, shop: Counter) -> None:
        order_id = shop.sell().document_id
        found = attach(shop, "order", order_id, DATA)
        assert attaching.count_unsent(shop.store) == 1
        attaching.detach(shop.store, found.id)
        assert attaching.count_unsent(shop.store) == 0, "nobody waits for it"
        shop.sync()
        line = line_of(shop, attachments)
        assert send(shop, line).sent == 0
        assert line.calls == []
        assert attaching.tidy(shop.store) == 0
        assert shop.store.contents.has(found.sha256), "somebody may take it back"
        shop.clock.ms += 31 * DAY_MS
        assert attaching.tidy(shop.store) == 1
        assert shop.store.book.all() == {}
        assert attaching.count_unsent(shop.store) == 0

    def test_taken_back_it_hangs_there_again(self, attachments: Attachments, network: Network, shop: Counter) -> None:
        order_id = shop.sell().document_id
        found = attach(shop, "order", order_id, DATA)
        shop.sync()
        send(shop, line_of(shop, attachments))
        other = network.counter("m1-clerk")
        removed = attaching.attachment(other.store, found.id)
        attaching.detach(other.store, found.id)
        assert states(other, order_id) == []
        attaching.put_back(other.store, "order", order_id, removed)
        other.sync()
        assert states(other, order_id) == [AWAY]
        [again] = attaching.attached_to(other.store, "order", order_id)
        assert get(other, line_of(other, attachments), again.id) == DATA


class TestKept:
    def test_only_what_the_server_confirmed_is_evicted(self, attachments: Attachments, shop: Counter) -> None:
        order_id = shop.sell().document_id
        files = [file_of(seed=str(number)) for number in range(4)]
        listed = [attach(shop, "order", order_id, data) for data in files[:2]]
        shop.sync()
        send(shop, line_of(shop, attachments))
        listed += [attach(shop, "order", order_id, data) for data in files[2:]]
        shop.clock.ms += 1000
        attaching.read(shop.store, listed[0])
        assert attaching.tidy(shop.store, most=len(DATA)) == 1
        assert states(shop, order_id) == [SENT, AWAY, SAVED, SAVED]
        assert attaching.tidy(shop.store, most=0) == 1
        assert states(shop, order_id) == [AWAY, AWAY, SAVED, SAVED]
        assert get(shop, line_of(shop, attachments), listed[1].id) == files[1]

    def test_server_restored_from_a_backup_is_asked_about_everything(
        self, attachments: Attachments, network: Network, shop: Counter
    ) -> None:
        order_id = shop.sell().document_id
        found = attach(shop, "order", order_id, DATA)
        shop.sync()
        send(shop, line_of(shop, attachments))
        assert shop.store.ledger.get_meta(KNOWN_EPOCH)
        with network.db.write() as connection:
            for table in (models.content, models.piece, models.proof):
                connection.execute(table.delete())
        assert send(shop, line_of(shop, attachments)).sent == 0
        shop.store.ledger.set_meta({SERVER_EPOCH: "another"})
        assert send(shop, line_of(shop, attachments)).pieces == 3
        other = network.counter("m1-clerk")
        assert get(other, line_of(other, attachments), found.id) == DATA

    def test_ledger_of_yesterday_and_what_a_kill_left(self, attachments: Attachments, shop: Counter) -> None:
        order_id = shop.sell().document_id
        found = attach(shop, "order", order_id, DATA)
        shop.sync()
        shop.store.book.forget(found.sha256)  # as a ledger of before it was attached
        folder = shop.store.contents.path_of(found.sha256).parent
        (folder / "0123.new").write_bytes(b"half")
        (folder / "strange").write_bytes(b"nobody's")
        attaching.reconcile(shop.store)
        assert {path.name for path in folder.iterdir()} == {shop.store.contents.path_of(found.sha256).name}
        assert send(shop, line_of(shop, attachments)).sent == 1


def test_a_document_takes_so_many_and_no_more(shop: Counter) -> None:
    order_id = shop.sell().document_id
    for number in range(MOST_PER_DOCUMENT):
        attach(shop, "order", order_id, file_of(50, str(number)))
    with pytest.raises(Refused, match="attachment_too_many"):
        attach(shop, "order", order_id, file_of(50, "one more"))
    assert len(states(shop, order_id)) == MOST_PER_DOCUMENT
