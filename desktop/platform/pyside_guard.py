"""A guard against a fault of PySide6 6.12.0 on Python before 3.12.

Its wrappers give ``None`` (every call that returns nothing) and ``True`` (``Signal.emit``) to the caller without
counting the reference, as if both were immortal, which they are from Python 3.12 on only. After some thousand calls
the interpreter stops with "deallocating None". Measured on 2026-11-22 with ``sys.getrefcount`` around 1,000 calls;
6.11.3 counts. Delete this file when the lock names a version without the fault: its test says when.
"""

from __future__ import annotations

import ctypes
import sys

SPARE_REFERENCES = 1 << 48
"""More than a program can lose in its life."""

_SINGLES = (None, True, False, NotImplemented, Ellipsis)


def protect_singles() -> None:
    """Give the single objects references to spare, once; CPython counts in the first word of an object."""
    if sys.version_info >= (3, 12):
        return
    for single in _SINGLES:
        if sys.getrefcount(single) < SPARE_REFERENCES // 2:
            ctypes.c_ssize_t.from_address(id(single)).value += SPARE_REFERENCES
