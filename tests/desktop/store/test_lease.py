"""The lease: how long everything goes on without the server, whatever is done to the clock."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop.store.lease import LeaseBook, LeaseState
from desktop.store.ledger import Ledger
from domain import registry
from domain.kernel.clock import FixedClock
from domain.kernel.commands import command_named
from domain.kernel.errors import Invalid, Refused
from domain.kernel.lease import DAY_MS, Lease, sign_lease
from tests.desktop.store.test_vault import Ticks

NOON = 1_795_000_000_000
KEY = Ed25519PrivateKey.generate()
PUBLIC = KEY.public_key().public_bytes_raw()


class Desk:
    """A PC's ledger, its clock, and the time that the program has run."""

    def __init__(self, folder: Path) -> None:
        registry.commands()
        self.ledger = Ledger(folder / "ledger.db", os.urandom(32))
        self.clock, self.ticks = FixedClock(NOON), Ticks()
        self.book = self.start()

    def start(self) -> LeaseBook:
        """The program starts."""
        return LeaseBook(self.ledger, self.clock, self.ticks)

    def take(self, days: int = 30, at: int = NOON) -> None:
        """A contact with the server, whose clock is right."""
        self.book.take(sign_lease(Lease("d1", at, days), KEY), PUBLIC, "d1")

    def pass_days(self, days: float) -> None:
        """Time goes by with the program off, and it starts again."""
        self.clock.ms += int(days * DAY_MS)
        self.book = self.start()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.ledger.close()


def allowed(book: LeaseBook, kind: str) -> bool:
    try:
        book.check(command_named(kind))
    except Refused as error:
        assert (error.code, error.params) == ("lease_ended", {"days": 30})
        return False
    return True


def test_a_pc_that_never_had_one_has_no_limit(desk: Desk) -> None:
    desk.pass_days(10_000)
    assert desk.book.state() == LeaseState()
    assert allowed(desk.book, "stock.count")


def test_everything_goes_on_for_its_days_then_selling_alone(desk: Desk) -> None:
    desk.take()
    desk.pass_days(29.9)
    assert allowed(desk.book, "stock.count")
    assert desk.book.state().ends_soon
    desk.pass_days(0.2)
    assert not allowed(desk.book, "stock.count")
    assert not allowed(desk.book, "parties.reset_pin")
    assert allowed(desk.book, "orders.complete_sale")


def test_a_contact_renews_it(desk: Desk) -> None:
    desk.take()
    desk.pass_days(40)
    assert desk.book.state().ended
    desk.take(at=NOON + 40 * DAY_MS)
    assert desk.book.state() == LeaseState(30, 30, ended=False)


def test_setting_the_clock_back_each_morning_gains_nothing_but_the_nights(desk: Desk) -> None:
    """Ten hours a day at work, the clock put back to the first day's morning every time: 30 days still end."""
    desk.take()
    for _day in range(30 * 24 // 10 + 2):
        desk.clock.ms = NOON
        desk.book = desk.start()
        for _hour in range(10):
            desk.ticks.ms += 3_600_000
            desk.book.state()
    assert desk.book.state().ended


def test_a_clock_that_is_wrong_all_the_time_does_no_harm(desk: Desk) -> None:
    desk.clock.ms = NOON + 3_650 * DAY_MS
    desk.book = desk.start()
    desk.take(at=NOON)
    desk.pass_days(29)
    assert not desk.book.state().ended
    desk.pass_days(2)
    assert desk.book.state().ended


def test_a_jump_ahead_ends_it_until_the_next_contact_only(desk: Desk) -> None:
    desk.take()
    desk.pass_days(3_650)
    assert desk.book.state().ended
    desk.clock.ms = NOON + DAY_MS
    desk.book = desk.start()
    assert desk.book.state().ended, "what was seen is not unseen"
    desk.take(at=NOON + DAY_MS)
    assert not desk.book.state().ended


@pytest.mark.parametrize("wrong", ["key", "device", "days", "text"])
def test_only_this_servers_word_for_this_device_counts(desk: Desk, wrong: str) -> None:
    key = Ed25519PrivateKey.generate() if wrong == "key" else KEY
    text = sign_lease(Lease("d2" if wrong == "device" else "d1", NOON, 30), key)
    if wrong == "days":
        text = text[:-8] + "AAAAAAAA"
    with pytest.raises(Invalid, match="lease_altered"):
        desk.book.take("nonsense" if wrong == "text" else text, PUBLIC, "d1")
    assert desk.book.state() == LeaseState()
