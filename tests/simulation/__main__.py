"""``python -m tests.simulation [--seeds N] [--seed S]``: what ``make soak`` runs."""

from __future__ import annotations

import argparse
import secrets
import sys

from tests.simulation.soak import soak


def main() -> int:
    """Play as told; without a seed begin anywhere."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=100, help="how many")
    parser.add_argument("--seed", type=int, help="the first one; anywhere when not given")
    parser.add_argument("--verbose", action="store_true", help="print what happened in each broken seed")
    given = parser.parse_args()
    first = given.seed if given.seed is not None else secrets.randbelow(10**9)
    sys.stdout.write(f"seeds from {first} on\n")
    return soak(first, given.seeds, sys.stdout, verbose=given.verbose)


if __name__ == "__main__":
    sys.exit(main())
