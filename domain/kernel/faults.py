"""Named points at which a process may be made to die, so that tests can prove what survives.

``DEALERDESK_FAULT=name`` (or ``name:3`` for the third passing) ends the process there as SIGKILL would. Without it the
points cost one comparison. Source: SYNC proofs A and B.
"""

from __future__ import annotations

import os

_armed: list[tuple[str, int]] = []
KNOWN: set[str] = set()


def arm(spec: str | None) -> None:
    """Arm the fault that *spec* names; the programs' bootstraps call it with the environment's value."""
    _armed.clear()
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
        os._exit(137)
