"""Named points at which a process may be made to die, so that tests can prove what survives.

``DEALERDESK_FAULT=name`` (or ``name:3`` for the third passing) ends the process there as SIGKILL would. Without it the
points cost one comparison. Source: SYNC proofs A and B.
"""

from __future__ import annotations

import os
from collections.abc import Callable

_armed: list[tuple[str, int]] = []
_ends: list[Callable[[], object]] = []
KNOWN: set[str] = set()


def die() -> None:
    """End the process as SIGKILL would: nothing is flushed, closed or said."""
    os._exit(137)


def arm(spec: str | None, end: Callable[[], object] = die) -> None:
    """Arm the fault that *spec* names; the programs' bootstraps call it with the environment's value.

    *end* is what happens there; a simulation raises instead, because it has many programs in one process.
    """
    _armed.clear()
    _ends[:] = [end]
    if spec:
        name, _, count = spec.partition(":")
        _armed.append((name, int(count or "1")))


def declare(name: str) -> str:
    """Make a fault point known, so that tests can walk all of them."""
    KNOWN.add(name)
    return name


def reach(name: str) -> None:
    """Pass the point *name*; the armed one does not return."""
    if not _armed or _armed[0][0] != name:
        return
    left = _armed[0][1] - 1
    _armed[0] = (name, left)
    if left <= 0:
        _armed.clear()
        _ends[0]()
