"""The fold of a piece's movements: where it is, and what in them cannot be."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, strategies as st

from domain.stock.rules import place_id
from domain.stock.tracks import Standing, Step, Track, track_of

ME, OTHER = "me", "other"


def _step(origin: tuple[str, str], target: tuple[str, str]) -> Step:
    ends = place_id(*origin), place_id(*target)
    return Step(*ends, sold=target[1] == "customer", back=origin[1] == "customer")


TAKEN = _step((ME, "supplier"), (ME, "warehouse"))
SOLD = _step((ME, "warehouse"), (ME, "customer"))
BACK = _step((ME, "customer"), (ME, "warehouse"))
SCRAPPED = _step((ME, "customer"), (ME, "scrap"))
SHIPPED = _step((ME, "warehouse"), (ME, "transit"))
ARRIVED = _step((ME, "transit"), (OTHER, "warehouse"))
SOLD_BELOW = _step((OTHER, "warehouse"), (OTHER, "customer"))
LOST = _step((ME, "warehouse"), (ME, "adjustment"))
FOUND = _step((ME, "adjustment"), (ME, "warehouse"))


def wrong(*steps: Step) -> str:
    """s: sold twice, l: left twice, h: here twice."""
    track = track_of(steps, ME)
    found = {"s": track.is_sold_twice, "l": track.left_twice, "h": track.is_here_twice}
    return "".join(name for name, holds in found.items() if holds)


@pytest.mark.parametrize(
    ("steps", "standing", "said"),
    [
        ((), Standing.UNKNOWN, ""),
        ((TAKEN,), Standing.HERE, ""),
        ((TAKEN, SOLD), Standing.SOLD, ""),
        ((TAKEN, SOLD, SOLD), Standing.SOLD, "sl"),
        ((TAKEN, SOLD, BACK), Standing.HERE, ""),
        ((TAKEN, SOLD, BACK, BACK), Standing.HERE, "h"),
        ((TAKEN, SOLD, BACK, SOLD), Standing.SOLD, ""),
        ((TAKEN, TAKEN), Standing.HERE, "h"),
        ((TAKEN, SHIPPED), Standing.SHIPPED, ""),
        ((TAKEN, SHIPPED, ARRIVED, SOLD_BELOW), Standing.SOLD, ""),
        ((TAKEN, SHIPPED, ARRIVED, SHIPPED), Standing.SHIPPED, "l"),
        ((TAKEN, SHIPPED, SOLD), Standing.SOLD, "l"),
        ((TAKEN, SOLD, SCRAPPED), Standing.SCRAPPED, ""),
        ((TAKEN, SOLD, SCRAPPED, SCRAPPED), Standing.SCRAPPED, "h"),
        ((TAKEN, SOLD, SCRAPPED, SOLD), Standing.SOLD, "l"),
        ((TAKEN, LOST), Standing.GONE, ""),
        ((TAKEN, LOST, SOLD), Standing.SOLD, "l"),
        ((TAKEN, LOST, SOLD, FOUND), Standing.HERE, ""),
        ((SOLD,), Standing.SOLD, ""),
        ((SOLD, BACK), Standing.HERE, ""),
        ((BACK,), Standing.HERE, ""),
        ((BACK, SOLD, BACK), Standing.HERE, ""),
        ((BACK, BACK), Standing.HERE, "h"),
        ((SOLD, SOLD), Standing.SOLD, "sl"),
        ((SHIPPED, SHIPPED), Standing.SHIPPED, "l"),
    ],
)
def test_what_a_piece_went_through(steps: tuple[Step, ...], standing: Standing, said: str) -> None:
    assert (track_of(steps, ME).standing, wrong(*steps)) == (standing, said)


STEPS = (TAKEN, SOLD, BACK, SCRAPPED, SHIPPED, ARRIVED, SOLD_BELOW, LOST, FOUND)
LIVES = st.lists(st.sampled_from(STEPS), max_size=5)


@given(LIVES)
def test_clocks_do_not_decide_what_is_wrong_of_pieces_that_came_first(life: list[Step]) -> None:
    assert {wrong(TAKEN, *order) for order in permutations(life)} == {wrong(TAKEN, *life)}
    assert {wrong(*order).replace("l", "") for order in permutations(life)} == {wrong(*life).replace("l", "")}


NEXT: dict[str, list[tuple[Step, str]]] = {
    "nowhere": [(TAKEN, "here"), (FOUND, "here")],
    "here": [(SOLD, "out"), (SHIPPED, "on way"), (LOST, "nowhere")],
    "out": [(BACK, "here"), (SCRAPPED, "over")],
    "on way": [(ARRIVED, "below")],
    "below": [(SOLD_BELOW, "over")],
    "over": [],
}


@given(st.booleans(), st.lists(st.integers(0, 2), max_size=12))
def test_a_life_that_can_be_is_never_called_wrong(is_entered: bool, turns: list[int]) -> None:
    at, life = ("nowhere" if is_entered else "here"), list[Step]()
    for turn in turns:
        ways = NEXT[at]
        if not ways:
            break
        step, at = ways[turn % len(ways)]
        life.append(step)
        assert wrong(*life) == "", life


@given(LIVES)
def test_the_opposite_of_the_last_step_takes_its_contradiction_away(life: list[Step]) -> None:
    for step, opposite in ((SOLD, BACK), (TAKEN, LOST), (BACK, LOST)):
        if wrong(*life) == "":
            assert wrong(*life, step, opposite) == ""


def test_nothing_is_known_of_a_piece_of_which_nothing_is_recorded() -> None:
    assert track_of((), ME) == Track()
