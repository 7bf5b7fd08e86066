"""Many seeds, side by side: how fast, and the one command that plays a failing one again."""

from __future__ import annotations

import gc
import multiprocessing
import shutil
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TextIO

from tests.simulation import founding
from tests.simulation.world import World, play, silence
from tests.support.engines import compiled_once

PROCESSES = 2


@dataclass(frozen=True, slots=True)
class Played:
    """One seed's end.

    Attributes:
        digest: fingerprint of everything that happened.
        steps: events of the trace.
        commands: sealed at counters.
        broken: what was broken, empty for nothing.
        trace: what happened, only when something was broken.
        stumbled: it was no promise that was broken, but the run itself.
    """

    seed: int
    digest: str
    steps: int
    commands: int
    broken: str = ""
    trace: str = ""
    stumbled: bool = False


def play_seed(seed: int) -> Played:
    """Play one seed in this process."""
    world = World(seed)
    try:
        play(world)
    except Exception as error:  # noqa: BLE001 - whatever a seed breaks is what we are looking for
        kept = isinstance(error, AssertionError)
        said = f"{type(error).__name__}: {error}" if kept else traceback.format_exc()
        return Played(seed, world.digest, len(world.trace), world.commands, said, "\n".join(world.trace), not kept)
    finally:
        world.close()
    return Played(seed, world.digest, len(world.trace), world.commands)


def play_here(seeds: Sequence[int]) -> list[Played]:
    """Play seeds one after the other in this process."""
    with ready():
        return [play_seed(seed) for seed in seeds]


@contextmanager
def ready() -> Iterator[None]:
    """Inside, this process plays seeds at its best."""
    silence()
    with compiled_once(), collected_rarely():
        yield


@contextmanager
def collected_rarely() -> Iterator[None]:
    """Inside, the collector runs less often: statements and rows by the million are freed without it. What the product
    has loaded it leaves alone from now on."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _begin(folder: str) -> None:
    founding.place_files_in(folder)
    founding.founded()
    ready().__enter__()


def play_all(seeds: Sequence[int], processes: int = PROCESSES) -> Iterator[Played]:
    """Play seeds on several processes, each as soon as it is done."""
    folder = founding.scratch()
    try:
        with multiprocessing.get_context("spawn").Pool(processes, _begin, (str(folder),)) as pool:
            yield from pool.imap_unordered(play_seed, seeds, chunksize=4)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def replay_command(seed: int) -> str:
    """What a person types to see a seed again."""
    return f"make soak SEEDS=1 SEED={seed}"


def soak(first: int, number: int, out: TextIO, *, verbose: bool = False) -> int:
    """Play seeds from *first* on and say how it went; 0 when all held, else 1."""
    began = time.monotonic()
    broken, steps, commands = 0, 0, 0
    seeds = range(first, first + number)
    for played in play_here(seeds) if number == 1 else play_all(seeds):
        steps, commands = steps + played.steps, commands + played.commands
        if played.broken:
            broken += 1
            out.write(f"seed {played.seed}: {played.broken}\n  again: {replay_command(played.seed)}\n")
            if number == 1 or verbose:
                out.write(played.trace + "\n")
            out.flush()
    seconds = max(time.monotonic() - began, 0.001)
    out.write(
        f"{number} seeds, {broken} broken; {commands} commands, {steps} steps in {seconds:.1f} s:"
        f" {number / seconds:.2f} seeds/s, {steps / seconds:.0f} steps/s\n"
    )
    return 1 if broken else 0
