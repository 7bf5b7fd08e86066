"""A PC that is enrolled after a backup, to which the server is then put back: the server has never heard of it.

It comes back by its passport, as the one it was; now and then another new PC has its number by then. Drawn from a
stream of its own.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from tests.simulation.founding import SEATS
from tests.simulation.headquarters import colleagues
from tests.simulation.mishaps import MOST_PCS, put_server_back

if TYPE_CHECKING:
    from tests.simulation.world import Plot

OFTEN = 0.15


def plan(plot: Plot, until: int) -> None:
    """In some runs this happens once."""
    chance = plot.world.chance("latecomers")
    if chance.random() < OFTEN:
        plot.world.timeline.after(chance.randrange(until // 2 + 1), partial(_come, plot, chance))


def _come(plot: Plot, chance: Random) -> None:
    if plot.calm or len(plot.world.pcs) >= MOST_PCS:
        return
    copy = plot.world.office.backup()
    seat = chance.choice(SEATS)
    pc = plot.world.add_new(seat)
    pc.note("is new")
    plot.world.timeline.after(chance.randrange(10_000, 60_000), partial(_put_back, plot, chance, copy, seat))


def _put_back(plot: Plot, chance: Random, copy: Path, seat: str) -> None:
    """Often somebody of the same party enrols a PC before the forgotten one is back."""
    if put_server_back(plot, copy) and chance.random() < 0.5 and len(plot.world.pcs) < MOST_PCS:
        plot.world.add_new(chance.choice([name for name in colleagues(seat) if name != seat])).note("is new")
