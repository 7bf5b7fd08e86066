"""How long is waited between rounds."""

from __future__ import annotations

from desktop.sync.pacing import FIRST_MS, LONGEST_MS, PERIOD_MS, SOON_MS, Pacing


def test_pauses_double_up_to_five_minutes() -> None:
    pacing = Pacing(lambda: 1.0)
    assert [pacing.end(failed=True) for _ in range(3)] == [2 * FIRST_MS, 4 * FIRST_MS, 8 * FIRST_MS]
    assert pacing.pause_after(50) == LONGEST_MS
    assert Pacing(lambda: 0.0).pause_after(50) == FIRST_MS
    assert pacing.end(failed=False) == PERIOD_MS
    assert pacing.failures == 0


def test_a_busy_server_is_asked_when_it_said_never_sooner() -> None:
    assert [Pacing(lambda: 0.0).end(failed=True, retry_after=seconds) for seconds in (1, 40)] == [1_000, 40_000]
    assert [Pacing(lambda: 1.0).pause_asked(seconds) for seconds in (1, 10**6)] == [1_500, LONGEST_MS * 3 // 2]


def test_a_wish_during_a_round_is_met_right_after_it_unless_it_failed() -> None:
    pacing = Pacing(lambda: 0.0)
    pacing.begin()
    assert pacing.after_command(busy=True) is None
    assert pacing.end(failed=True) == FIRST_MS
    assert pacing.end(failed=False) == 0
    pacing.begin()
    assert pacing.end(failed=False) == PERIOD_MS


def test_a_command_goes_up_soon_but_not_past_a_pause_after_failures() -> None:
    pacing = Pacing(lambda: 0.0)
    assert pacing.after_command(busy=False) == SOON_MS
    pacing.end(failed=True)
    assert pacing.after_command(busy=False) is None


def test_a_poke_for_what_is_known_or_against_a_busy_servers_word_is_not_followed() -> None:
    pacing = Pacing(lambda: 0.5)
    pacing.end(failed=False, sequence=7)
    assert pacing.after_poke(7, busy=False) is None
    assert pacing.after_poke(8, busy=False) == 250
    assert pacing.after_poke(9, busy=True) is None
    assert pacing.end(failed=False, sequence=8) == 0
    pacing.end(failed=True, retry_after=60)
    assert pacing.after_poke(10, busy=False) is None


def test_pokes_of_a_restored_server_count_from_its_lower_numbers() -> None:
    pacing = Pacing(lambda: 0.0)
    pacing.end(failed=False, sequence=900)
    pacing.end(failed=False)
    assert pacing.after_poke(900, busy=False) is None
    pacing.end(failed=False, sequence=40)
    assert pacing.after_poke(41, busy=False) == 0
