"""Each planted fault is caught by its recorded seed, and so by the checks and not by chance."""

from __future__ import annotations

from functools import cache

import pytest

from tests.simulation.planted_faults import FAULTS, SEEDS, play_with
from tests.simulation.soak import Played, play_here, ready
from tests.simulation.test_simulation import PLAYED

NEIGHBOURS = 12
"""Every change of the product shifts what happens in a seed: so many seeds from the recorded one on may catch it."""


def test_recorded_seeds_are_of_known_faults() -> None:
    assert SEEDS.keys() <= FAULTS.keys()
    assert len(SEEDS) >= 25


@pytest.mark.parametrize("name", sorted(SEEDS))
def test_fault_is_caught(name: str) -> None:
    with ready():
        for seed in range(SEEDS[name], SEEDS[name] + NEIGHBOURS):
            played = play_with(FAULTS[name], seed)
            if played.broken and not played.stumbled:
                break
        else:
            pytest.fail(f"{name} is not caught by the {NEIGHBOURS} seeds from {SEEDS[name]} on")
    if seed not in PLAYED:
        assert not played_clean(seed).broken, "without the fault the seed holds"


@cache
def played_clean(seed: int) -> Played:
    """A seed without any fault; several faults are caught by the same one."""
    [clean] = play_here([seed])
    return clean
