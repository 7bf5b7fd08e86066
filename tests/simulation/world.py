"""One run: a network's files copied, a script drawn from a seed, everything played, then quiet, then checked."""

from __future__ import annotations

import hashlib
import logging
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random

from desktop.store import contents, space
from desktop.store.attaching import count_unsent
from desktop.store.identity import Secrets
from desktop.store.ledger_tables import OPEN
from desktop.sync import round as rounds
from domain.attachments import rules
from domain.kernel import queries_scope
from server_stub.attachments import service
from server_stub.sync import feed, snapshot
from tests.simulation import headquarters, latecomers, meetings, script_bookings, script_told, shut_out
from tests.simulation.checks import check, check_pending
from tests.simulation.founding import PASSWORD, RESERVE, SEATS, SECONDS, UPLINES, bytes_of, founded, scratch
from tests.simulation.layers import Rows, check_put_on_anew, check_under_layers
from tests.simulation.line import Line, Weather
from tests.simulation.mishaps import MISHAPS
from tests.simulation.office import Office
from tests.simulation.pc import KeptTokens, Pc
from tests.simulation.planting import replaced
from tests.simulation.poison import Poison
from tests.simulation.script import draw
from tests.simulation.sequencing import numbered_late
from tests.simulation.timeline import SwayingClock, Timeline
from tests.simulation.trouble import Trouble, watched

CALM_MS = 12 * 60_000
"""Within so much virtual time after the faults have stopped everything must have come to rest."""


LARGE = 0.12
"""So many runs of a hundred have many people and go on for long; the others are short: most of what breaks, breaks
among few, and many short runs reach more different beginnings in the same time."""
STEPS, STEPS_LARGE = (8, 32), (30, 70)
SEATS_SMALL, SEATS_LARGE = 3, 6
POKES = "pokes"
LOOKS = 2
DAYS_MS = 3 * 86_400_000
CALM_PERIOD_MS = 60_000
"""While one counter still waits out its pause after failures, the others need not ask every few seconds."""


class Failed(AssertionError):
    """The run broke a promise; the text says which."""


@dataclass(slots=True)
class World:
    """Everything of one run.

    Attributes:
        trace: what happened, in words; the same for the same seed.
    """

    seed: int
    folder: Path = field(default_factory=scratch)
    trace: list[str] = field(default_factory=list)
    pcs: list[Pc] = field(default_factory=list)
    commands: int = 0
    timeline: Timeline = field(init=False)
    office: Office = field(init=False)
    trouble: Trouble = field(init=False)
    poison: Poison = field(default_factory=Poison)
    shut_out: shut_out.ShutOut | None = None

    def __post_init__(self) -> None:
        made = founded()
        self.timeline = Timeline(made.now)
        self.trouble = Trouble(on_death=self._freeze)
        shutil.copy(made.folder / "server.db", self.folder / "server.db")
        chance = self.chance("server")
        self.office = Office(self.folder, SwayingClock(self.timeline), bytes_of(chance), chance, self.trouble)
        self.office.committed = self.poke

    def chance(self, purpose: str) -> Random:
        """Random numbers for one purpose, so that more of one kind do not shift another."""
        return Random(f"{self.seed}/{purpose}")

    def note(self, who: object, what: str) -> None:
        """Keep a line of the trace."""
        self.trace.append(f"{self.timeline.now % 10**9:>9} {who}: {what}")

    @property
    def digest(self) -> str:
        """A fingerprint of everything that happened."""
        return hashlib.sha256("\n".join(self.trace).encode()).hexdigest()

    def _freeze(self, machine: object) -> None:
        if isinstance(machine, Pc):
            machine.freeze()

    def add_pc(self, seat: str) -> Pc:
        """A counter of the founded network, or the same person at an empty PC that was never synchronised."""
        made = founded()
        folder = self.folder / seat
        shutil.copytree(made.folder / seat, folder)
        line = Line(self.timeline, self.chance(f"line {seat}"), self.office, Weather(), self.trouble)
        pc = Pc(seat, folder, made.secrets[seat], line, self.trouble, self.chance(f"pc {seat}"))
        pc.tokens = KeptTokens(dict(made.tokens[seat]))
        pc.acknowledged = list(made.done[seat])
        return self._seated(pc)

    def add_new(self, person: str) -> Pc:
        """A PC that nobody has enrolled yet; *person* does so now."""
        number, chance = len(self.pcs), self.chance(f"keys {len(self.pcs)}")
        line = Line(self.timeline, self.chance(f"line {number}"), self.office, Weather(), self.trouble)
        secrets = Secrets(chance.randbytes(32), chance.randbytes(32))
        drawn = self.chance(f"pc {number}")
        pc = Pc(person, self.folder / f"new{number}", secrets, line, self.trouble, drawn, label=f"{person}*")
        self._seated(pc).enrol(PASSWORD)
        return pc

    def add_copy(self, of: Pc, person: str) -> Pc:
        """A second PC with the disk of the first, where *person* signs in."""
        folder = of.copy().folder
        number = len(self.pcs)
        line = Line(self.timeline, self.chance(f"line {number}"), self.office, Weather(), self.trouble)
        pc = Pc(of.name, folder, of.secrets, line, self.trouble, self.chance(f"pc {number}"), label=f"{of}+")
        pc.acknowledged, pc.deaths = list(of.acknowledged), of.deaths
        pc.only = pc.wanted_user = person
        self.timeline.after(2_000, pc.come_back)
        return self._seated(pc)

    def _seated(self, pc: Pc) -> Pc:
        pc.password = PASSWORD
        pc.note = lambda text: self.note(pc, text)
        pc.written = lambda: check_put_on_anew(self, pc)
        self.pcs.append(pc)
        return pc

    def poke(self) -> None:
        """The server has something new: who listens hears of it, now and then not."""
        for pc in self.pcs:
            if pc.pokes and self.timeline.now >= pc.line.weather.cut_until and pc.chance.random() < pc.pokes:
                self.timeline.after(pc.chance.randrange(5, 500), partial(pc.poked, self.office.newest()))

    def close(self) -> None:
        """End every program and remove the files."""
        for pc in [*self.pcs, *([self.shut_out.pc] if self.shut_out else [])]:
            if pc.on:
                pc.close()
        self.office.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


@dataclass(slots=True)
class Plot:
    """The script of one run, drawn from its seed.

    Attributes:
        steps: how often somebody does something.
        most_seats: how many people sit down at most, uplines and colleagues not counted.
        calm: the faults have stopped.
    """

    world: World
    chance: Random
    steps: int
    most_seats: int
    calm: bool = False

    def begin(self) -> None:
        """Seat the people, draw the weather, plan the first steps."""
        world, chance = self.world, self.chance
        seats = chance.sample(SEATS, chance.randint(2, self.most_seats))
        if chance.random() < 0.85 and seats[0] in UPLINES:
            seats.append(UPLINES[seats[0]])
        seconds = world.chance("seconds")
        seats += [SECONDS[seat] for seat in seats if seat in SECONDS and seconds.random() < 0.7]
        for seat in dict.fromkeys(seats):
            pc = world.add_pc(seat)
            bad = chance.choice((0.0, 0.02, 0.1, 0.3))
            pc.lane.line.weather = pc.line.weather = Weather(
                bad, bad, chance.choice((0.0, 0.1)), chance.choice((0.0, 0.0, 0.1))
            )
            if chance.random() < 0.3:
                pc.clock.offset = chance.choice((-1, 1)) * chance.randrange(60_000, DAYS_MS)
            pc.pokes = chance.choice((0.0, 0.0, 0.0, 0.6))
            world.timeline.after(chance.randrange(0, 30_000), pc.come_back)
        at = 0
        for _ in range(self.steps):
            at += int(chance.expovariate(1 / 3_000))
            world.timeline.after(at, self.step)
        for _ in range(chance.randrange(0, 20)):
            world.timeline.after(chance.randrange(0, at + 1), self.mishap)
        meetings.plan(self, at)
        latecomers.plan(self, at)
        script_bookings.plan(self, at)
        script_told.plan(self, at)
        shut_out.plan(self, at)
        for job in world.office.jobs._jobs:
            if job.name == POKES:
                continue  # nobody hangs on a stream here: the world pokes, and loses some
            self._repeat(job.name, min(int(job._seconds * 1000), at // 2 + 1))
        looks = world.chance("looks")
        for _ in range(LOOKS):
            world.timeline.after(looks.randrange(0, at + 1), self.look_under_layers)
        world.timeline.after(at, lambda: None)
        world.timeline.run(world.timeline.now + at)

    def _repeat(self, job: str, ms: int) -> None:
        """Have a periodic job's rounds; a rare one twice in a run all the same."""

        def again() -> None:
            self.world.office.work(job)
            self.world.timeline.after(ms, again)

        self.world.timeline.after(ms, again)

    def step(self) -> None:
        """Somebody does something."""
        chance, world = self.chance, self.world
        if chance.random() < 0.11:
            world.note("server", headquarters.act(chance, world.office))
            return
        pc = chance.choice(world.pcs)
        if not pc.on or pc.store.identity is None:
            return
        check_pending(pc)
        if chance.random() < 0.05:
            world.poison.next_of(pc.name)
        for _ in range(3):
            action, drawn = draw(chance, pc), Random(chance.random())
            if pc.perform(partial(action, drawn)) or not pc.on:
                break
        check_pending(pc)
        world.poison.missed()
        if chance.random() < 0.04:
            pc.look()

    def mishap(self) -> None:
        """Something goes wrong."""
        pc = self.chance.choice(self.world.pcs)
        name, happen = self.chance.choice(MISHAPS)
        self.world.note(pc, f"mishap {name}")
        happen(self, pc)
        if not self.world.office.up and name != "server":
            self.revive_server()

    def look_under_layers(self) -> None:
        """Compare what every counter has below its pending commands with the server."""
        theirs: Rows = {}
        for pc in self.world.pcs:
            check_under_layers(self.world, pc, theirs)

    def revive_server(self) -> None:
        """A fresh server process, unless one runs."""
        if not self.world.office.up:
            self.world.office.start()

    def number(self) -> None:
        """The sequencer has its turn; when there is no server, or its database is busy, a little later."""
        if not self.world.office.number(self.chance):
            self.world.timeline.after(1_000, self.number)

    def calm_down(self) -> None:
        """Faults stop; bugs are mended and what was parked is taken again, or not; all must rest within bounded time.

        Raises:
            Failed: something is still under way.
        """
        world, self.calm = self.world, True
        world.trouble.clear()
        self.revive_server()
        self.look_under_layers()
        world.office.clock.offset = 0
        headquarters.settle(world.office)
        if self.chance.random() < 0.5:
            world.poison.mend()
            world.office.replay_parked()
        hurried = self.chance.random() < 0.7
        for pc in world.pcs:
            pc.lane.line.weather = pc.line.weather = Weather()
            pc.period, pc.full_until = CALM_PERIOD_MS, 0
            if hurried:
                pc.hurry()
            if not pc.on:
                pc.start()
        limit = world.timeline.now + CALM_MS
        if not world.timeline.run(limit, Rest(world).reached):
            raise Failed("no rest within bounded time: " + Rest(world).why())


def open_of(pc: Pc) -> int:
    """How many commands of a counter wait for their outcome."""
    return sum(row["status"] in OPEN for row in pc.store.ledger.recent(500))


@dataclass(slots=True)
class Rest:
    """Whether everything has come to rest."""

    world: World
    _quiet_since: int = -1

    def reached(self) -> bool:
        """Nothing is open anywhere, and since then every counter has asked once more and heard nothing new."""
        pcs = self.world.pcs
        if any(not pc.on or pc.problem or pc.calm_since < 0 for pc in pcs) or self.world.office.releasing():
            self._quiet_since = -1
            return False
        if self._quiet_since < 0:
            self._quiet_since = self.world.timeline.now
        if any(pc.calm_since <= self._quiet_since for pc in pcs):
            return False
        return all(not open_of(pc) and not pc.lane.busy and not count_unsent(pc.store) for pc in pcs)

    def why(self) -> str:
        """What is not at rest."""
        return "; ".join(
            f"{pc}: on={pc.on} problem={pc.problem!r} calm={pc.calm_since} open={open_of(pc) if pc.on else '?'}"
            for pc in self.world.pcs
        )


PIECE = 128
"""Bytes of a content that travel at a time."""


@contextmanager
def small_pages(chance: Random) -> Iterator[None]:
    """Pages, chunks and batches of a few rows, so that a minute's work fills several; the reserve of the founding."""
    sizes = [
        (space, "RESERVE", RESERVE),
        (feed, "PAGE_ROWS", chance.choice((12, 25, feed.PAGE_ROWS))),
        (snapshot, "CHUNK_ROWS", chance.choice((7, snapshot.CHUNK_ROWS))),
        (queries_scope, "PARENTS", chance.choice((3, queries_scope.PARENTS))),
        (rounds, "PUSH_ITEMS", chance.choice((1, 3, rounds.PUSH_ITEMS))),
        *((place, "CHUNK", PIECE) for place in (rules, contents, service)),
        (contents, "_SEALED", contents._SEALED - rules.CHUNK + PIECE),
    ]
    with ExitStack() as stack:
        for place, name, value in sizes:
            stack.enter_context(replaced(place, name, value))
        yield


def play(world: World) -> None:
    """Play a run to its end and check everything.

    Raises:
        Failed, Broken: a promise was broken.
    """
    chance = world.chance("script")
    large = chance.random() < LARGE
    plot = Plot(
        world, chance, chance.randint(*(STEPS_LARGE if large else STEPS)), SEATS_LARGE if large else SEATS_SMALL
    )
    with ExitStack() as stack:
        stack.enter_context(watched(world.trouble))
        stack.enter_context(world.poison.planted())
        stack.enter_context(small_pages(world.chance("pages")))
        order = world.chance("sequencer")
        if order.random() < 0.5:
            stack.enter_context(numbered_late(order, world.timeline.after, plot.number))
        plot.begin()
        plot.calm_down()
    shut_out.check_shut_out(world)
    check(world)


def silence() -> None:
    """Provoked errors are logged by the product as they should be; thousands of them help nobody."""
    logging.disable(logging.CRITICAL)
