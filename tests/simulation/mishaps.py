"""What befalls people, machines and lines, each with what it does to a run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from domain.kernel.faults import KNOWN
from tests.simulation import headquarters

if TYPE_CHECKING:
    from tests.simulation.pc import Pc
    from tests.simulation.world import Plot

TEN_YEARS_MS = 315_576_000_000
POINTS = sorted(name for name in KNOWN if name.startswith(("client-", "push-", "attachment-")))
MOST_PCS = 7


def _cut(plot: Plot, pc: Pc) -> None:
    pc.line.weather.cut_until = plot.world.timeline.now + plot.chance.randrange(10_000, 300_000)


def _kill(_plot: Plot, pc: Pc) -> None:
    if pc.on:
        pc.die()


def _point(plot: Plot, _pc: Pc) -> None:
    plot.world.trouble.plan_point(plot.chance.choice(POINTS), plot.chance.randint(1, 3))


def _statement(plot: Plot, pc: Pc) -> None:
    plot.world.trouble.plan(pc, "die", plot.chance.randint(1, 60))


def _server_statement(plot: Plot, _pc: Pc) -> None:
    plot.world.trouble.plan(plot.world.office, "die", plot.chance.randint(1, 60))


def _full(plot: Plot, pc: Pc) -> None:
    """A write finds no room; often there is also none for anything new for a while."""
    plot.world.trouble.plan(pc, "full", plot.chance.randint(1, 40))
    if plot.chance.random() < 0.5:
        pc.full_until = plot.world.timeline.now + plot.chance.randrange(5_000, 60_000)


def _busy(plot: Plot, _pc: Pc) -> None:
    plot.world.trouble.plan(plot.world.office, "busy", plot.chance.randint(1, 40))


def _clock(plot: Plot, pc: Pc) -> None:
    chance = plot.chance
    pc.clock.offset = chance.choice((0, chance.randrange(-TEN_YEARS_MS, TEN_YEARS_MS), 3_600_000))


def _server_clock(plot: Plot, _pc: Pc) -> None:
    plot.world.office.clock.offset = plot.chance.choice((0, 0, 100 * 86_400_000, -3_600_000))


def _server(plot: Plot, _pc: Pc) -> None:
    plot.world.office.stop()
    plot.world.timeline.after(plot.chance.randrange(1_000, 120_000), plot.revive_server)


def _server_put_back(plot: Plot, _pc: Pc) -> None:
    """A backup is made now; after a while somebody puts the server back to it."""
    copy = plot.world.office.backup()
    plot.world.timeline.after(plot.chance.randrange(5_000, 90_000), lambda: put_server_back(plot, copy))


def put_server_back(plot: Plot, copy: Path) -> bool:
    """The server is what it was when *copy* was made, unless it is too late for faults; whether it is."""
    world = plot.world
    if not plot.calm:
        world.note("server", "put back to a backup")
        world.office.restore(copy)
        world.timeline.after(1_000, plot.number)
    return not plot.calm


def _restart(plot: Plot, pc: Pc) -> None:
    if pc.on:
        pc.close()
        plot.world.timeline.after(2_000, pc.come_back)


def _pc_put_back(plot: Plot, pc: Pc) -> None:
    """The PC's disk is copied now; after a while somebody puts the copy back."""
    if not pc.on or pc.store.identity is None:
        return
    copy = pc.copy()

    def put_back() -> None:
        if pc.on and not plot.calm:
            pc.put_back(copy)

    plot.world.timeline.after(plot.chance.randrange(5_000, 90_000), put_back)


def _pc_copied(plot: Plot, pc: Pc) -> None:
    """A second PC is set up with the first one's disk; another person works there."""
    if not pc.on or pc.store.identity is None or pc.only or len(plot.world.pcs) >= MOST_PCS:
        return
    pc.only = pc.wanted_user or pc.store.known.person_name
    others = [name for name in headquarters.colleagues(pc.name) if name != pc.only]
    plot.world.add_copy(pc, plot.chance.choice(others))


def _other_person(plot: Plot, pc: Pc) -> None:
    if not pc.only:  # one session for each person on a device: two at once would end each other's for ever
        pc.wanted_user = plot.chance.choice(headquarters.colleagues(pc.name))


def _lose_cache(plot: Plot, pc: Pc) -> None:
    if pc.on:
        pc.remember_cache()
        plot.world.timeline.after(plot.chance.randrange(1_000, 60_000), lambda: _kill(plot, pc))


def _mended(plot: Plot, _pc: Pc) -> None:
    """Our bug is mended while everybody works, and what was parked is taken again."""
    if plot.world.office.up:
        plot.world.poison.mend()
        plot.world.office.replay_parked()


Mishap = tuple[str, Callable[["Plot", "Pc"], None]]
MISHAPS: list[Mishap] = [
    ("line cut", _cut),
    ("line cut", _cut),
    ("killed", _kill),
    ("killed at a point", _point),
    ("killed at a point", _point),
    ("killed at a statement", _statement),
    ("server killed at a statement", _server_statement),
    ("disk full", _full),
    ("server's database busy", _busy),
    ("clock set", _clock),
    ("server's clock set", _server_clock),
    ("server", _server),
    ("server put back", _server_put_back),
    ("bug mended", _mended),
    ("restart", _restart),
    ("PC put back", _pc_put_back),
    ("PC copied", _pc_copied),
    ("another person", _other_person),
    ("cache not flushed", _lose_cache),
]
