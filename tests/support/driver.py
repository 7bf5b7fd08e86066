"""A counter that sells and sells, as a process of its own that tests may kill. It tells what it has acknowledged.

Lines on standard output: ``sold NUMBER ORDER`` when a sale is durable, ``synced yes|no`` after a round, ``done``.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from desktop.app.profile import Profile
from desktop.features.order_entry.operations import complete_sale
from desktop.platform.paths import Paths
from desktop.sync.round import SyncRound
from domain import registry
from domain.kernel import faults
from domain.kernel.clock import SystemClock
from domain.orders.pricing import Wanted


@dataclass(frozen=True)
class Load:
    """What to do: so many sales of one *code*, a round after every *sync_every*, and one at the end."""

    home: Path
    code: str
    sales: int
    sync_every: int


def drive(load: Load, environment: Mapping[str, str]) -> None:
    """Open the profile as the program does, sell, synchronise, close."""
    faults.arm(environment.get("DEALERDESK_FAULT"))
    registry.commands()
    profile = Profile(Paths(load.home), SystemClock(), environment)
    for number in range(1, load.sales + 1):
        performed = complete_sale(profile.store, [Wanted(load.code, 1000)], payments=[("cash", 10_000)])
        _say(f"sold {performed.number} {performed.document_id}")
        if number % load.sync_every == 0:
            _sync(profile)
    _sync(profile)
    profile.close()
    _say("done")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _sync(profile: Profile) -> None:
    result = SyncRound(profile.store, profile.transport).once()
    _say(f"synced {'yes' if result.online and not result.problem else 'no'}")
