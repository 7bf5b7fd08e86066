"""The deliberate faults, and for each a seed that catches it.

``make soak-faults`` looks for the seeds anew; what it prints replaces :data:`SEEDS`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from tests.simulation.founding import founded
from tests.simulation.planted_at_counter import AT_COUNTER
from tests.simulation.planted_at_server import AT_SERVER
from tests.simulation.planted_in_script import IN_SCRIPT
from tests.simulation.planting import Fault
from tests.simulation.soak import Played, play_seed

FAULTS = {fault.name: fault for fault in (*AT_SERVER, *AT_COUNTER, *IN_SCRIPT)}
MOST = 120
"""So many seeds are tried before a fault counts as not caught."""
SEEDS: dict[str, int] = {
    "allocation-lost": 0,
    "answer-is-outcome": 0,
    "audience-missing": 0,
    "bigserial-cursor": 1,
    "cache-before-ledger": 55,
    "clock-order": 1,
    "commit-split": 3,
    "compacted-too-far": 0,
    "counter-forgotten": 2,
    "cursor-before-data": 7,
    "debounced-fact": 14,
    "dedupe-by-document": 0,
    "deposit-twice": 69,
    "feed-commit-lost": 0,
    "fetched-stays-promised": 19,
    "gap-not-replayed": 3,
    "generation-ignored": 38,
    "kept-effects": 1,
    "layer-stays": 0,
    "lost-update": 0,
    "lost-wake-up": 0,
    "mask-forgotten": 0,
    "not-put-on-again": 117,
    "off-stays-promised": 3,
    "older-wins": 1,
    "outcome-missing": 0,
    "page-not-written": 0,
    "page-row-lost": 0,
    "page-skipped": 3,
    "personal-lost": 0,
    "poison-blocks": 2,
    "queue-dropped": 1,
    "receipt-not-asked": 0,
    "receipt-skipped": 0,
    "reservation-kept": 41,
    "seen-twice": 87,
    "sent-means-done": 1,
    "snapshot-half": 1,
    "snapshot-late": 1,
    "snapshot-swallows": 1,
    "undo-lost": 1,
    "undo-not-closed": 46,
    "undo-order": 0,
    "version-kept": 0,
}


def play_with(fault: Fault, seed: int) -> Played:
    """Play a seed while a fault is planted."""
    founded()  # before anything is wrong
    with fault.plant():
        return play_seed(seed)


def search(names: Iterable[str], out: TextIO, first: int = 0) -> int:
    """Look for a seed that catches each fault; 0 when all are caught."""
    missed = 0
    for name in names:
        for seed in range(first, first + MOST):
            played = play_with(FAULTS[name], seed)
            if played.broken and not played.stumbled:
                said = played.broken.strip().splitlines()[0][:90]
                out.write(f'    "{name}": {seed},  # {said}\n')
                break
        else:
            missed += 1
            out.write(f"    # {name}: not caught by {MOST} seeds from {first} on\n")
        out.flush()
    return 1 if missed else 0
