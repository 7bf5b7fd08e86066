"""Room on the disk: a file that only keeps a place, given up when the disk is full so that sealed work can be finished.

Without the reserve, and without some room beside it, nothing new is begun: a sale is refused in plain words before
anything is sealed or printed. Source: SYNC point 13, proof J.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from domain.kernel.errors import Refused

RESERVE = 8 * 1024 * 1024
"""Bytes kept: enough for the projection of many commands and for what comes down of them."""
LEAST_FREE = 2 * 1024 * 1024
"""Bytes that must be free beside the reserve before something new is begun."""


class DiskFull(Refused):
    """There is no room on the disk; what was begun is rolled back and nothing of it is kept."""


def free_bytes(folder: Path) -> int:
    """Bytes that this user may still write to the folder's disk."""
    return shutil.disk_usage(folder).free


class Reserve:
    """The file that keeps a place."""

    def __init__(self, folder: Path, free: Callable[[Path], int] = free_bytes) -> None:
        self._path, self._folder, self._free = folder / "reserve", folder, free
        self._held = self._path.exists() and self._path.stat().st_size >= RESERVE

    def require(self) -> None:
        """Make sure that something new may be begun.

        Raises:
            DiskFull: ``disk_full``.
        """
        if self._free(self._folder) < LEAST_FREE + (0 if self._held else RESERVE) or not self._hold():
            raise DiskFull("disk_full")

    def release(self) -> bool:
        """Give the place up; whether there was one."""
        held, self._held = self._held, False
        self._path.unlink(missing_ok=True)
        return held

    def _hold(self) -> bool:
        if self._held:
            return True
        try:
            # Really written: a file with a hole in it would keep nothing.
            with self._path.open("wb") as file:
                file.write(bytes(RESERVE))
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            self.release()
            return False
        self._held = True
        return True
