"""``python -m tests.simulation [--seeds N] [--seed S] [--faults [NAME…]]``: ``make soak`` and ``make soak-faults``."""

from __future__ import annotations

import argparse
import secrets
import sys

from tests.simulation import founding
from tests.simulation.planted_faults import FAULTS, search
from tests.simulation.soak import soak
from tests.simulation.world import silence
from tests.support.engines import compiled_once


def main() -> int:
    """Play as told; without a seed begin anywhere."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=100, help="how many")
    parser.add_argument("--seed", type=int, help="the first one; anywhere when not given")
    parser.add_argument("--verbose", action="store_true", help="print what happened in each broken seed")
    parser.add_argument(
        "--faults", nargs="*", metavar="NAME", choices=sorted(FAULTS), help="look for seeds that catch planted faults"
    )
    given = parser.parse_args()
    if given.faults is not None:
        silence()
        founding.founded()
        with compiled_once():
            return search(given.faults or sorted(FAULTS), sys.stdout, given.seed or 0)
    first = given.seed if given.seed is not None else secrets.randbelow(10**9)
    sys.stdout.write(f"seeds from {first} on\n")
    return soak(first, given.seeds, sys.stdout, verbose=given.verbose)


if __name__ == "__main__":
    try:
        ended = main()
    finally:
        founding.forget()
    sys.exit(ended)
