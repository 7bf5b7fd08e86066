"""Token buckets: bursts, refilling, clocks that jump, and floods of names."""

from __future__ import annotations

from domain.kernel.clock import FixedClock
from server_stub.kit.limits import RateLimit

NOON = 1_800_000_000_000


def test_burst_then_so_many_a_minute() -> None:
    clock = FixedClock(NOON)
    limit = RateLimit(clock, burst=3, per_minute=6)
    assert [limit.take("anna") for _ in range(4)] == [0, 0, 0, 11]
    clock.ms += 9_900
    assert limit.take("anna") == 1
    clock.ms += 10_000
    assert limit.take("anna") == 0


def test_keys_do_not_disturb_each_other() -> None:
    limit = RateLimit(FixedClock(NOON), burst=1, per_minute=1)
    assert [limit.take("anna"), limit.take("ben"), limit.take("anna")] == [0, 0, 61]


def test_bucket_never_overflows() -> None:
    clock = FixedClock(NOON)
    limit = RateLimit(clock, burst=2, per_minute=60)
    limit.take("anna")
    clock.ms += 86_400_000
    assert [limit.take("anna") > 0 for _ in range(3)] == [False, False, True]


def test_clock_set_back_neither_gives_nor_locks_for_ever() -> None:
    clock = FixedClock(NOON)
    limit = RateLimit(clock, burst=1, per_minute=60)
    limit.take("anna")
    clock.ms -= 10 * 365 * 86_400_000
    assert limit.take("anna") > 0
    clock.ms += 1_000
    assert limit.take("anna") == 0


def test_flood_of_names_stays_in_bounds_and_forgets_the_oldest() -> None:
    limit = RateLimit(FixedClock(NOON), burst=1, per_minute=1, max_keys=100)
    limit.take("first")
    for number in range(10_000):
        limit.take(f"name {number}")
    assert len(limit) == 100
    assert limit.take("name 9999") > 0
    assert limit.take("first") == 0
