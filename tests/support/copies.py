"""A counter's folder as it was: restored over the present one, or beside it as a second PC with the same secrets."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from desktop.store.store import Store
from tests.support.network import Counter, Network


def backup(counter: Counter) -> Path:
    """Copy the closed databases; returns the copy's folder."""
    copy = counter.folder.with_name(f"{counter.folder.name}-at-{counter.clock.ms}")
    counter.store.close()
    shutil.copytree(counter.folder, copy)
    counter.store = Store(counter.folder, counter.secrets, counter.clock)
    return copy


def restore(counter: Counter, copy: Path) -> None:
    """Put a copy back over the counter's databases and start the program."""
    counter.store.close()
    shutil.rmtree(counter.folder)
    shutil.copytree(copy, counter.folder)
    counter.store = Store(counter.folder, counter.secrets, counter.clock)


def clone(network: Network, counter: Counter) -> Counter:
    """A second PC made from the first one's disk: same device, same key, same past."""
    folder = backup(counter)
    # Two machines never draw the same random ids; here their clocks differ instead.
    clock = type(counter.clock)(counter.clock.ms + 3)
    twin = replace(counter, store=Store(folder, counter.secrets, clock), folder=folder, clock=clock)
    network.counters.append(twin)
    return twin
