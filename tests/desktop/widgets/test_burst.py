"""A scanner is told from a person by rhythm alone."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, strategies as st

from desktop.widgets.burst import GAP_SECONDS, LATE_ENTER_SECONDS, LEAST, Burst, clean, is_taken

FAST, SLOW = 0.005, 0.120


def typed(text: str, gap: float) -> Burst:
    burst = Burst()
    for number, character in enumerate(text):
        now = number * gap
        if len(burst) and not burst.in_rhythm(now):
            burst.forget()
        burst.feed(character, now)
    return burst


@pytest.mark.parametrize("gap", [0.0, 0.001, 0.016, 0.030, GAP_SECONDS - 0.001])
def test_a_scanner_is_recognised_at_every_speed_it_has(gap: float) -> None:
    burst = typed("6901234567892", gap)
    assert burst.recognised
    assert burst.take() == "6901234567892"


@pytest.mark.parametrize("gap", [0.051, 0.080, SLOW])
def test_a_person_is_not(gap: float) -> None:
    assert not typed("6901234567892", gap).recognised


def test_recognised_once_at_the_character_that_decides() -> None:
    burst = Burst()
    assert [burst.feed(character, 0.0) for character in "12345678"] == [False] * (LEAST - 1) + [True, False, False]


@pytest.mark.parametrize(("text", "closes"), [("12", False), ("123", True), ("12345", True)])
def test_a_short_code_needs_its_enter_in_rhythm(text: str, closes: bool) -> None:
    burst = typed(text, FAST)
    now = (len(text) - 1) * FAST
    assert burst.is_closed_by_enter(now + FAST) is closes
    assert not burst.is_closed_by_enter(now + SLOW)


def test_an_enter_that_comes_late_still_belongs_to_the_scan() -> None:
    burst = typed("6901234567892", FAST)
    end = 12 * FAST
    assert not burst.is_late_enter(end)
    burst.take()
    assert burst.is_late_enter(end + LATE_ENTER_SECONDS)
    assert not burst.is_late_enter(end + LATE_ENTER_SECONDS + 0.001)


def test_taking_begins_anew() -> None:
    burst = typed("6901234567892", FAST)
    burst.take()
    assert (len(burst), burst.recognised, burst.take()) == (0, False, "")


@pytest.mark.parametrize("value", range(256))
def test_every_byte_is_taken_or_dropped(value: int) -> None:
    character = chr(value)
    printable = 0x20 <= value <= 0x7E or (value >= 0xA0 and value != 0xAD)
    assert is_taken(character) is printable
    inside = clean(f"A{character}B")
    assert inside == ("AB" if not printable else "A B" if value == 0xA0 else f"A{character}B")


@pytest.mark.parametrize(
    ("scanned", "code"),
    [
        ("\uff16\uff19\uff10", "690"),
        ("\uff21\uff0d\uff11", "A-1"),
        (" 690\t", "690"),
        ("\x0269\x1d0\x03", "690"),
        ("", ""),
    ],
)
def test_full_width_forms_become_narrow_and_ends_are_trimmed(scanned: str, code: str) -> None:
    assert clean(scanned) == code


@given(st.text())
def test_a_cleaned_code_has_no_control_characters_and_stays_clean(text: str) -> None:
    code = clean(text)
    assert not any(unicodedata.category(character).startswith("C") for character in code)
    assert clean(code) == code


def test_the_separators_of_a_gs1_label_stay_and_those_of_anything_else_go() -> None:
    label = "010690296988234210LOT42\x1d21SN7"
    assert clean(label) == label
    assert clean("A\x1dB\x1d") == "AB"
    burst = typed("010690296988234210LOT42", FAST)
    burst.beat(23 * FAST, "\x1d")
    burst.beat(23 * FAST, "\x07")
    for number, character in enumerate("21SN7"):
        burst.feed(character, (24 + number) * FAST)
    assert burst.take() == label
