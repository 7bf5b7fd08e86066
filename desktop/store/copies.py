"""Copies of the two databases on this PC, made by SQLite's backup while it works, against pages that go bad.

They are encrypted with the same key, checked before they take their name, and never more than :data:`KEPT` of each.
Source: SYNC point 9.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher

log = logging.getLogger(__name__)

DAY_MS = 86_400_000
KEPT = {"ledger": 3, "cache": 2}
SUFFIXES = ("", "-wal", "-shm", "-journal")


@contextmanager
def opened(path: Path, key: bytes) -> Iterator[Any]:
    """A plain connection to an encrypted file.

    Raises:
        sqlcipher3.dbapi2.DatabaseError: with the first statement, when the key does not fit or the file is damaged.
    """
    with closing(sqlcipher.connect(str(path), timeout=10)) as connection:
        connection.isolation_level = None
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        yield connection


def is_sound(path: Path, key: bytes, *, thoroughly: bool = True) -> bool:
    """Whether the file opens with the key and, *thoroughly*, every page of it can be read."""
    try:
        with opened(path, key) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            return not thoroughly or connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
    except sqlcipher.DatabaseError:
        return False


class Copies:
    """The copies of one profile, beside its databases."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._folder, self._key = folder, key
        self.folder = folder / "copies"

    def made(self, name: str) -> list[Path]:
        """The copies of a database, newest first; their names say when they were made."""
        return sorted(self.folder.glob(f"{name}-*.db"), reverse=True)

    def is_due(self, now_ms: int) -> bool:
        """Whether a day has passed since the newest copy, or this PC's clock was put back before it."""
        found = self.made("ledger")
        return not found or not 0 <= now_ms - int(found[0].stem.rpartition("-")[2]) < DAY_MS

    def make_if_due(self, now_ms: int) -> bool:
        """Make them when it is time; whether it was done. Without room for them the old ones stay."""
        if not self.is_due(now_ms):
            return False
        try:
            self.make(now_ms)
        except (sqlcipher.DatabaseError, OSError) as error:
            log.warning("no copies made: %s", error)
            return False
        return True

    def make(self, now_ms: int) -> None:
        """Copy both databases; the oldest copies go when the new ones are safe.

        Raises:
            sqlcipher3.dbapi2.DatabaseError: a database cannot be read, or the disk is full; the old copies stay.
        """
        self.folder.mkdir(exist_ok=True)
        for name, kept in KEPT.items():
            part = self.folder / f"{name}.part"
            part.unlink(missing_ok=True)
            with opened(self._folder / f"{name}.db", self._key) as source, opened(part, self._key) as copy:
                source.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE").fetchall()
            if not is_sound(part, self._key):
                part.unlink()
                raise sqlcipher.DatabaseError("the copy cannot be read back")
            with part.open("rb+") as file:
                os.fsync(file.fileno())
            for found in self.made(name):
                # A clock that was put back must not leave a copy that is forever the newest.
                if int(found.stem.rpartition("-")[2]) > now_ms:
                    found.unlink()
            part.replace(self.folder / f"{name}-{now_ms:015d}.db")
            for old in self.made(name)[kept:]:
                old.unlink()

    def put_back(self, name: str, place: Path | None = None) -> bool:
        """Put the newest sound copy in the place of a database, or in another *place*; False when there is none."""
        for copy in self.made(name):
            if is_sound(copy, self._key):
                fresh = self._folder / f"{name}.db.fresh"
                shutil.copyfile(copy, fresh)
                with fresh.open("rb+") as file:
                    os.fsync(file.fileno())
                fresh.replace(place or self._folder / f"{name}.db")
                return True
        return False
