"""Contents at the server: taken in piece by piece, checked, given to whoever may see the record, forgotten in time."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from domain.attachments.handlers import decide_detach
from domain.attachments.model import order_attachment
from domain.attachments.rules import CHUNK, pieces
from domain.attachments.wire import Upload, UploadState
from domain.kernel import faults
from domain.kernel.envelope import open_body
from domain.kernel.errors import DomainError, Invalid, NotFound, Refused
from domain.kernel.wire import PushBatch
from domain.orders.pricing import Wanted
from domain.orders.replenishment_handlers import decide_replenishment
from server_stub.attachments import models, repository
from server_stub.attachments.service import COMPLETED, DAY_MS, IDLE_DAYS, PIECE_STORED, STALE_DAYS, Attachments
from tests.server.attachments.conftest import QUOTA
from tests.support.factories.attachments import attach_of, attach_record, digest_of, file_of
from tests.support.factories.envelopes import Sealer
from tests.support.factories.orders import ids, taken
from tests.support.factories.products import TEA
from tests.support.network import Counter, Network

DATA = file_of()


def wanted(data: bytes, media_type: str = "image/jpeg") -> Upload:
    """What is to be sent."""
    return Upload(sha256=digest_of(data), size=len(data), media_type=media_type)  # type: ignore[arg-type]


def piece(data: bytes, number: int) -> bytes:
    return data[number * CHUNK : (number + 1) * CHUNK]


def send(attachments: Attachments, party_id: str, data: bytes, numbers: Sequence[int] | None = None) -> UploadState:
    """Begin and send pieces, all of them when none are named."""
    state = attachments.begin(party_id, wanted(data))
    for number in range(pieces(len(data))) if numbers is None else numbers:
        sent = piece(data, number)
        state = attachments.take(party_id, digest_of(data), number, sent, digest_of(sent))
    return state


def fetch(attachments: Attachments, who: Counter, attachment_id: str, size: int = len(DATA)) -> bytes:
    """All pieces, in order."""
    got = b""
    while len(got) < size:
        told = attachments.give(who.party_id, who.store.known.device_id, attachment_id, len(got))
        assert digest_of(told.data) == told.sha256
        assert told.size == size
        got += told.data
    return got


def answer(attachments: Attachments, who: Counter, attachment_id: str) -> tuple[str, dict[str, object]]:
    """The refusal, without the id that was asked for."""
    with pytest.raises(DomainError) as refused:
        fetch(attachments, who, attachment_id)
    return refused.value.code, {key: value for key, value in refused.value.params.items() if key != "id"}


def ordered(network: Network, code: str) -> tuple[Counter, str]:
    """A shop with a replenishment order that its upline knows: (shop, order's id)."""
    shop = network.counter(f"{code}-owner")
    done = shop.perform(lambda ctx: decide_replenishment(ctx, [Wanted(TEA, 1000)]))
    return shop, done.document_id


def test_seller_buyer_and_headquarters_get_it_and_nobody_else(network: Network, attachments: Attachments) -> None:
    shop, order_id = ordered(network, "m1")
    found = attach_record(shop, "order", order_id, DATA)
    shop.sync()
    assert send(attachments, shop.party_id, DATA) == UploadState(done=True)
    for name in ("m1-clerk", "n1-owner", "admin"):
        assert fetch(attachments, network.counter(name), found) == DATA, name
    missing = "00000000-0000-7000-8000-000000000000"
    stranger = network.counter("m2-owner")
    told = answer(attachments, stranger, missing)
    for name in ("m2-owner", "c1-owner", "e1-owner"):
        for asked in (found, missing, "..", ""):
            assert answer(attachments, network.counter(name), asked) == told == ("not_found", {"what": "attachment"})


def test_upline_that_sees_a_sale_masked_gets_no_picture_of_it(network: Network, attachments: Attachments) -> None:
    shop = network.counter("m1-owner")
    found = attach_record(shop, "order", shop.sell().document_id, DATA)
    shop.sync()
    send(attachments, shop.party_id, DATA)
    assert fetch(attachments, shop, found) == DATA
    assert answer(attachments, network.counter("n1-owner"), found)[0] == "not_found"


def test_who_knows_only_a_hash_gets_nothing(network: Network, attachments: Attachments) -> None:
    shop, order_id = ordered(network, "m1")
    attach_record(shop, "order", order_id, DATA)
    shop.sync()
    send(attachments, shop.party_id, DATA)
    thief, own_order = ordered(network, "m2")
    named = attach_record(thief, "order", own_order, DATA)
    thief.sync()
    # A record of one's own that names the hash gives nothing out, and an upload is begun as if nobody had it.
    assert answer(attachments, thief, named)[0] == "attachment_not_here"
    assert attachments.begin(thief.party_id, wanted(DATA)) == UploadState(done=False, have=[])
    send(attachments, thief.party_id, DATA, [0, 1])
    assert attachments.begin(thief.party_id, wanted(DATA)) == UploadState(done=False, have=[0, 1])
    assert answer(attachments, thief, named)[0] == "attachment_not_here"
    # Only who sends every byte has shown that he has it; it is kept once all the same.
    send(attachments, thief.party_id, DATA, [2])
    assert fetch(attachments, thief, named) == DATA
    assert network.count(models.content) == 1
    assert network.count(models.piece) == 3
    assert network.count(models.part) == network.count(models.upload) == 0


def test_a_foreign_upload_under_way_is_not_told(network: Network, attachments: Attachments) -> None:
    send(attachments, network.party_id("M1"), DATA, [0])
    assert attachments.begin(network.party_id("M2"), wanted(DATA)).have == []
    with pytest.raises(Refused, match="attachment_not_begun"):
        attachments.take(network.party_id("E1"), digest_of(DATA), 1, piece(DATA, 1), digest_of(piece(DATA, 1)))


def test_two_pcs_of_a_shop_send_the_same_together(network: Network, attachments: Attachments) -> None:
    shop = network.party_id("M1")
    send(attachments, shop, DATA, [2])
    assert attachments.begin(shop, wanted(DATA)).have == [2]
    send(attachments, shop, DATA, [0, 2])
    assert send(attachments, shop, DATA, [1]).done
    assert attachments.begin(shop, wanted(DATA)).done
    last = piece(DATA, 2)
    assert attachments.take(shop, digest_of(DATA), 2, last, digest_of(last)).done, "the answer to the last one was lost"


@pytest.mark.parametrize("point", [PIECE_STORED, COMPLETED])
@pytest.mark.parametrize("number", [0, 1, 2])
def test_server_that_dies_at_any_piece_goes_on(
    network: Network, attachments: Attachments, monkeypatch: pytest.MonkeyPatch, point: str, number: int
) -> None:
    """As if its process had ended there: what it had stored is told by the next one, and only the rest is sent."""

    def die(at: str) -> None:
        if at == point:
            raise SystemExit

    shop = network.party_id("M1")
    send(attachments, shop, DATA, range(number))
    with monkeypatch.context() as patch, contextlib.suppress(SystemExit):
        patch.setattr(faults, "reach", die)
        sent = piece(DATA, number)
        attachments.take(shop, digest_of(DATA), number, sent, digest_of(sent))
    state = attachments.begin(shop, wanted(DATA))
    assert state == (UploadState(done=True) if number == 2 else UploadState(done=False, have=list(range(number + 1))))
    assert send(attachments, shop, DATA, range(number + 1, 3) or [2]).done
    assert network.count(models.piece) == 3


def test_wrong_pieces_are_not_kept(network: Network, attachments: Attachments) -> None:
    shop, sha256 = network.party_id("M1"), digest_of(DATA)
    attachments.begin(shop, wanted(DATA))
    whole, short = piece(DATA, 1), piece(DATA, 1)[:-1]
    for number, data, told in (
        (1, whole, digest_of(short)),
        (1, short, digest_of(short)),
        (2, whole, digest_of(whole)),
        (3, whole, digest_of(whole)),
        (10**8, whole, digest_of(whole)),
    ):
        with pytest.raises(Invalid, match="attachment_piece_wrong"):
            attachments.take(shop, sha256, number, data, told)
    assert attachments.begin(shop, wanted(DATA)).have == []


def test_content_that_is_not_what_its_hash_says_is_thrown_away(network: Network, attachments: Attachments) -> None:
    shop, other = network.party_id("M1"), file_of(seed="2")
    attachments.begin(shop, wanted(DATA))
    for number in (0, 1):
        attachments.take(shop, digest_of(DATA), number, piece(DATA, number), digest_of(piece(DATA, number)))
    wrong = piece(other, 2)
    with pytest.raises(Invalid, match="attachment_hash_wrong"):
        attachments.take(shop, digest_of(DATA), 2, wrong, digest_of(wrong))
    assert network.count(models.part) == network.count(models.content) == 0
    assert send(attachments, shop, DATA).done, "it can be sent anew"
    with pytest.raises(Invalid, match="attachment_hash_wrong"):
        attachments.begin(shop, Upload(sha256=digest_of(DATA), size=5, media_type="image/jpeg"))


def test_what_is_declared_must_be_what_it_is(network: Network, attachments: Attachments) -> None:
    shop, script = network.party_id("M1"), b"<script>alert(1)</script>"
    attachments.begin(shop, wanted(script))
    with pytest.raises(Invalid, match="attachment_type"):
        attachments.take(shop, digest_of(script), 0, script, digest_of(script))
    pdf = file_of(500, media_type="application/pdf")
    attachments.begin(shop, wanted(pdf))
    with pytest.raises(Invalid, match="attachment_type"):
        attachments.take(shop, digest_of(pdf), 0, pdf, digest_of(pdf))
    attachments.begin(shop, wanted(pdf, "application/pdf"))
    assert attachments.take(shop, digest_of(pdf), 0, pdf, digest_of(pdf)).done


LIES: list[dict[str, Any]] = [{"media_type": "application/pdf"}, {"size": 5}]


def test_a_record_that_tells_another_kind_or_size_gives_nothing_out(network: Network, attachments: Attachments) -> None:
    shop, order_id = ordered(network, "m1")
    shop.sync()
    actor, key, _ = network.enrol("m1-owner")
    sealer = Sealer(actor, key)
    send(attachments, shop.party_id, DATA)
    good = attach_of(shop.party_id, order_id, DATA)
    lies = [msgspec.structs.replace(good, attachment_id=ids.new(), **lie) for lie in LIES]
    items = [sealer.seal(each) for each in (good, *lies)]
    acks = network.transport(actor, key).push(PushBatch(1, items)).acks
    assert [ack.status for ack in acks] == ["confirmed"] * 3
    assert fetch(attachments, shop, good.attachment_id) == DATA
    for each in lies:
        assert answer(attachments, shop, each.attachment_id)[0] == "attachment_not_here"


def test_room_of_a_dealer_is_bounded(network: Network, attachments: Attachments) -> None:
    shop = network.party_id("M1")
    most = QUOTA // len(DATA)
    for seed in range(most):
        attachments.begin(shop, wanted(file_of(seed=str(seed))))
    with pytest.raises(Refused, match="attachment_quota"):
        attachments.begin(shop, wanted(file_of(seed="one more")))
    assert send(attachments, shop, file_of(seed="0")).done, "what was begun goes on"
    assert not attachments.begin(network.party_id("M2"), wanted(DATA)).done, "others have room of their own"


class TestTidying:
    def test_content_before_its_record(self, network: Network, attachments: Attachments) -> None:
        """The record comes after weeks: the content is still there."""
        shop, order_id = ordered(network, "m1")
        send(attachments, shop.party_id, DATA)
        attachments.tidy()
        network.clock.ms += (IDLE_DAYS - 1) * DAY_MS
        attachments.tidy()
        found = attach_record(shop, "order", order_id, DATA)
        shop.sync()
        network.clock.ms += 2 * DAY_MS
        assert attachments.tidy() == 0
        assert fetch(attachments, shop, found) == DATA
        network.clock.ms += 10 * IDLE_DAYS * DAY_MS
        assert attachments.tidy() == 0
        assert fetch(attachments, shop, found) == DATA

    def test_record_before_its_content(self, network: Network, attachments: Attachments) -> None:
        shop, order_id = ordered(network, "m1")
        found = attach_record(shop, "order", order_id, DATA)
        shop.sync()
        network.clock.ms += 10 * IDLE_DAYS * DAY_MS
        attachments.tidy()
        send(attachments, shop.party_id, DATA)
        attachments.tidy()
        assert fetch(attachments, shop, found) == DATA

    def test_detached_content_goes_in_its_time_and_room_comes_back(
        self, network: Network, attachments: Attachments
    ) -> None:
        shop, order_id = ordered(network, "m1")
        found = attach_record(shop, "order", order_id, DATA)
        shop.sync()
        send(attachments, shop.party_id, DATA)
        shop.perform(lambda ctx: decide_detach(ctx, found))
        shop.sync()
        assert network.count(order_attachment) == 0
        assert answer(attachments, shop, found)[0] == "not_found"
        attachments.tidy()
        network.clock.ms += (IDLE_DAYS - 1) * DAY_MS
        assert attachments.tidy() == 0
        again = attach_record(shop, "order", order_id, DATA)
        shop.sync()
        attachments.tidy()
        assert fetch(attachments, shop, again) == DATA, "attached again: nothing was to be sent"
        shop.perform(lambda ctx: decide_detach(ctx, again))
        shop.sync()
        network.clock.ms += 2 * DAY_MS
        assert attachments.tidy() == 0, "its time begins anew"
        network.clock.ms += (IDLE_DAYS + 1) * DAY_MS
        assert attachments.tidy() == 1
        for table in (models.content, models.piece, models.proof):
            assert network.count(table) == 0
        assert not attachments.begin(shop.party_id, wanted(DATA)).done

    def test_a_record_that_comes_while_it_is_tidied(self, network: Network, attachments: Attachments) -> None:
        """Between the look at what is idle and the forgetting: the record is asked for once more."""
        shop, order_id = ordered(network, "m1")
        send(attachments, shop.party_id, DATA)
        attachments.tidy()
        network.clock.ms += (IDLE_DAYS + 1) * DAY_MS
        found = attach_record(shop, "order", order_id, DATA)
        shop.sync()
        before = network.clock.ms - IDLE_DAYS * DAY_MS
        assert network.db.run(lambda connection: repository.forget_idle(connection, before, 50)) == 0
        assert fetch(attachments, shop, found) == DATA

    def test_what_was_begun_and_left_goes(self, network: Network, attachments: Attachments) -> None:
        shop = network.party_id("M1")
        send(attachments, shop, DATA, [0])
        network.clock.ms += (STALE_DAYS - 1) * DAY_MS
        attachments.tidy()
        assert send(attachments, shop, DATA, [1]).have == [0, 1]
        network.clock.ms += (STALE_DAYS + 1) * DAY_MS
        attachments.tidy()
        assert attachments.begin(shop, wanted(DATA)).have == []


def test_a_parked_document_parks_its_pictures_with_it(
    network: Network, expected_errors: list[logging.LogRecord]
) -> None:
    """What the record depends on is parked: it waits with it and is not set aside as a foreign one."""
    actor, key, _ = network.enrol("m1-owner")
    sealer = Sealer(actor, key)
    document = sealer.seal(taken(actor.party_id, (ids.new(), 1000)), schema=99)
    first = open_body(document.sealed).id
    record = attach_of(actor.party_id, ids.new(), DATA)
    items = [
        document,
        sealer.seal(record, depends_on=(first,)),
        sealer.seal(attach_of(actor.party_id, ids.new(), DATA)),
    ]
    acks = network.transport(actor, key).push(PushBatch(1, items)).acks
    assert [ack.code for ack in acks] == ["future_schema", "waits_for_parked", "not_entitled"]


def test_second_detach_of_two_pcs_is_no_quarantine(network: Network) -> None:
    shop, order_id = ordered(network, "m1")
    found = attach_record(shop, "order", order_id, DATA)
    shop.sync()
    second = network.counter("m1-clerk")
    for each in (shop, second):
        each.perform(lambda ctx: decide_detach(ctx, found))
    results = [each.sync() for each in (shop, second)]
    assert [(told.accepted, told.quarantined) for told in results] == [(1, 0), (1, 0)]


def test_not_found_is_not_found_at_entry(network: Network) -> None:
    shop = network.counter("m1-owner")
    with pytest.raises(NotFound):
        attach_record(shop, "order", "00000000-0000-7000-8000-000000000000", DATA)
