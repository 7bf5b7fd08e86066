"""Seeds hold, and a seed is the same run every time, in every process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.simulation import founding
from tests.simulation.soak import play_here, replay_command

GROUPS, SEEDS_EACH = 50, 10
"""500 seeds; in groups, so that test processes can share them. More are `make soak`."""
PLAYED = range(GROUPS * SEEDS_EACH)
"""Without a fault these are played here, and nowhere again."""


@pytest.fixture(scope="session", autouse=True)
def no_files_left() -> Iterator[None]:
    """The founded network's files go with the test process."""
    yield
    founding.forget()


@pytest.mark.parametrize("group", range(GROUPS))
def test_seeds_hold(group: int) -> None:
    seeds = range(group * SEEDS_EACH, (group + 1) * SEEDS_EACH)
    broken = [f"{each.broken}\n  again: {replay_command(each.seed)}" for each in play_here(seeds) if each.broken]
    assert not broken, "\n".join(broken)


PROGRAM = """
from tests.simulation import founding
from tests.simulation.soak import play_here
print(*[played.digest for played in play_here([3, 4, 14])])
founding.forget()
"""


def test_a_seed_is_the_same_run_in_every_process() -> None:
    told = []
    for hashing in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "PYTHONHASHSEED": hashing},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        told.append(done.stdout)
    assert told[0] == told[1]
    assert told[0].split() == [played.digest for played in play_here([3, 4, 14])]


def test_other_seeds_are_other_runs() -> None:
    first, second = play_here([1, 2])
    assert first.digest != second.digest
