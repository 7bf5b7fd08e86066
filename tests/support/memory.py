"""Where files that nobody keeps are quick to make and to remove."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

GIB = 1024**3
WANTED = 4 * GIB
"""Bytes that two test processes may need for themselves, and for the files of the tests that they are at (the largest,
an import of half a million lines, makes half a GiB)."""


def memory_folder() -> Path | None:
    """A folder in memory where the machine has one."""
    shared = Path("/dev/shm")  # noqa: S108 - only a place; names in it are made by tempfile
    return shared if os.access(shared, os.W_OK) else None


def roomy_folder(wanted: int = WANTED) -> Path | None:
    """The folder in memory if *wanted* bytes fit into it and into the machine, else None."""
    folder = memory_folder()
    if folder is None or shutil.disk_usage(folder).free < wanted or _free_memory() < wanted:
        return None
    return folder


def _free_memory() -> int:
    """Bytes that the machine, and the container we may be in, can still give; 0 where they cannot be read."""
    try:
        told = dict(line.split(":") for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines())
        free = int(told["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError):
        return 0
    group = Path("/sys/fs/cgroup")
    try:
        limit = int((group / "memory.max").read_text(encoding="ascii"))
        return min(free, limit - int((group / "memory.current").read_text(encoding="ascii")))
    except (OSError, ValueError):  # no group, or one without a limit ("max")
        return free
