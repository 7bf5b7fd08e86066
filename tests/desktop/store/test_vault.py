"""The databases' key under people's secrets: who opens it, who must wait, and what a thief of files finds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from desktop.store.stretching import Cost
from desktop.store.vault import (
    FREE_FAILURES,
    LONGEST_LOCK_MS,
    PASSWORD,
    PIN,
    Card,
    Vault,
    check_pin,
    wait_ms,
)
from domain.kernel.clock import FixedClock
from domain.kernel.errors import DomainError, Invalid, NotEntitled, Refused

KEY = bytes(range(32))
WANG = ("p-wang", "王芳", "owner")
ZHAO = ("p-zhao", "赵小雨", "clerk")
NOON = 1_795_000_000_000
HOUR, DAY = 3_600_000, 86_400_000


class Ticks:
    """Milliseconds that the machine has run."""

    ms = 0

    def __call__(self) -> int:
        return self.ms


class Bench:
    """A vault whose file, key store, clock and running time are at hand."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "vault.bin"
        self.root = os.urandom(32)
        self.clock, self.ticks = FixedClock(NOON), Ticks()
        self.vault = self.start()
        self.vault.keep(WANG, PASSWORD, "长城长城", KEY)
        self.vault.keep(WANG, PIN, "2580", KEY)

    def start(self) -> Vault:
        """The program starts: nothing is remembered but the file."""
        return Vault(self.path, lambda: self.root, self.clock, cost=Cost(8, 1), monotonic=self.ticks)

    def fail(self, times: int) -> None:
        """Wrong PINs, each as soon as it is taken."""
        for _ in range(times):
            self.clock.ms += self.vault.seconds_to_wait(WANG[0]) * 1000
            with pytest.raises(NotEntitled):
                self.vault.open(WANG[0], "9999")


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def refusal(vault: Vault, secret: str, person: str = WANG[0]) -> str:
    with pytest.raises(DomainError) as caught:
        vault.open(person, secret)
    return caught.value.code


@pytest.mark.parametrize(("secret", "kind"), [("2580", PIN), ("长城长城", PASSWORD)])
def test_pin_and_password_open_the_same_key(bench: Bench, secret: str, kind: str) -> None:
    opened = bench.start().open(WANG[0], secret)
    assert (opened.key, opened.kind) == (KEY, kind)


def test_a_wrong_secret_opens_nothing(bench: Bench) -> None:
    assert refusal(bench.vault, "2581") == "secret_wrong"
    assert refusal(bench.vault, "2580", ZHAO[0]) == "no_secret_here"


def test_the_secret_alone_opens_nothing_on_another_pc(bench: Bench) -> None:
    """The file was copied; the key store was not."""
    thief = Vault(bench.path, lambda: os.urandom(32), bench.clock, cost=Cost(8, 1))
    assert refusal(thief, "2580") == "vault_broken"


def test_the_secret_alone_unwraps_nothing_even_where_the_file_was_opened(bench: Bench) -> None:
    """Somebody put the contents under a key of his own: the wraps still need this PC's."""
    thief = Vault(bench.path.with_name("thief.bin"), lambda: os.urandom(32), bench.clock, cost=Cost(8, 1))
    keeper = bench.vault.keeper(WANG[0])
    assert keeper is not None
    thief._put(keeper)
    assert refusal(thief, "2580") == "secret_wrong"


def test_the_key_store_alone_opens_nothing(bench: Bench) -> None:
    """Whoever has the key store's key sees names and wraps, and needs a secret all the same."""
    packed = str(bench.start().contents).encode()
    assert WANG[1].encode() in packed
    assert KEY not in packed
    assert str(KEY).encode() not in packed


def test_the_file_says_nothing(bench: Bench) -> None:
    bench.vault.set_device(Card("d", "db", "p", "S1", "城东店", "https://x"), b"box")
    raw = bench.path.read_bytes()
    for word in ("王芳", "城东店", "owner", "https"):
        assert word.encode() not in raw
    assert KEY not in raw


def test_waits_grow_and_the_fifth_locks() -> None:
    waits = [wait_ms(failed) for failed in range(9)]
    assert waits == sorted(waits)
    assert waits[:5] == [0, 1_000, 2_000, 4_000, 8_000]
    assert waits[FREE_FAILURES] == 300_000
    assert wait_ms(100) == LONGEST_LOCK_MS


def test_after_five_nothing_is_tried_not_even_the_right_one(bench: Bench) -> None:
    bench.fail(FREE_FAILURES)
    assert refusal(bench.vault, "2580") == "secret_locked"
    bench.clock.ms += 300_000
    assert bench.vault.open(WANG[0], "2580").key == KEY
    bench.fail(1)
    assert bench.vault.seconds_to_wait(WANG[0]) == 1, "the right one set the count back"


def test_a_restart_takes_no_failure_back(bench: Bench) -> None:
    bench.fail(FREE_FAILURES)
    assert refusal(bench.start(), "2580") == "secret_locked"


def test_a_failure_is_counted_before_the_secret_is_tried(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pulling the plug while it is tried saves no attempt."""

    def die(*_: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(bench.vault, "_unwrap", die)
    with pytest.raises(KeyboardInterrupt):
        bench.vault.open(WANG[0], "2580")
    keeper = bench.start().keeper(WANG[0])
    assert keeper is not None
    assert keeper.failed == 1


@pytest.mark.parametrize("by", [-HOUR, -10 * 365 * DAY])
def test_setting_the_clock_back_shortens_no_wait_and_lengthens_none(bench: Bench, by: int) -> None:
    bench.fail(FREE_FAILURES)
    bench.clock.ms += by
    assert bench.vault.seconds_to_wait(WANG[0]) == 300
    assert bench.start().seconds_to_wait(WANG[0]) == 300, "nor after a restart"
    bench.ticks.ms += 300_000
    assert bench.vault.open(WANG[0], "2580").key == KEY, "the time that the program runs counts"


def test_one_persons_failures_are_not_the_others(bench: Bench) -> None:
    bench.vault.keep(ZHAO, PIN, "7410", KEY)
    bench.fail(FREE_FAILURES)
    assert bench.vault.open(ZHAO[0], "7410").key == KEY


def test_a_new_secret_ends_the_lock(bench: Bench) -> None:
    """The owner set a new password for her on this PC."""
    bench.fail(FREE_FAILURES)
    bench.vault.keep(WANG, PASSWORD, "neues-wort", KEY)
    assert bench.vault.open(WANG[0], "neues-wort").kind == PASSWORD
    assert refusal(bench.vault, "长城长城") == "secret_wrong"


def test_forgotten_secrets_open_nothing(bench: Bench) -> None:
    bench.vault.forget(WANG[0], PIN)
    assert refusal(bench.vault, "2580") == "secret_wrong"
    bench.vault.forget(WANG[0])
    assert refusal(bench.start(), "长城长城") == "no_secret_here"


def test_wraps_are_bound_to_their_person(bench: Bench) -> None:
    """Her wrap, put under another name by whoever can write the file, is nobody's."""
    wang = bench.vault.keeper(WANG[0])
    assert wang is not None
    bench.vault.keep(ZHAO, PIN, "7410", KEY)
    zhao = bench.vault.keeper(ZHAO[0])
    assert zhao is not None
    purpose_of_another = bench.vault._unwrap(ZHAO[0], wang.wraps[1], "2580")
    assert purpose_of_another is None
    assert bench.vault._unwrap(WANG[0], wang.wraps[1], "2580") == KEY


@pytest.mark.parametrize(
    ("pin", "code"),
    [("12a4", "pin_not_digits"), ("", "pin_not_digits"), ("258", "pin_too_short"), ("1" * 13, "pin_too_short"),
     ("1111", "pin_too_simple"), ("1234", "pin_too_simple"), ("8765", "pin_too_simple"), ("١٢٣٧", "pin_not_digits")],
)  # fmt: skip
def test_what_is_no_pin_is_refused(pin: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_pin(pin)
    assert caught.value.code == code


def test_a_damaged_file_is_said_and_set_aside_by_whoever_has_the_key(bench: Bench) -> None:
    raw = bytearray(bench.path.read_bytes())
    raw[40] ^= 1
    bench.path.write_bytes(raw)
    vault = bench.start()
    with pytest.raises(Refused, match="vault_broken"):
        vault.open(WANG[0], "2580")
    vault.set_aside_if_broken()
    assert bench.path.with_suffix(".broken").read_bytes() == raw
    vault.keep(WANG, PIN, "2580", KEY)
    assert bench.start().open(WANG[0], "2580").key == KEY
