"""Starting in spite of a damaged database, offline: the copy of yesterday, and the ledger on top of it.

Looked at quickly at every start, thoroughly when the program did not end as it should. A damaged file is put aside, not
deleted. Of a damaged ledger everything that can still be read is taken over the copy; because something may be missing,
this PC goes on under an epoch of its own choosing, so that no document number comes twice. Source: SYNC points 9, 22.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy.exc import DatabaseError

from desktop.store.cache import Cache
from desktop.store.copies import SUFFIXES, Copies, is_sound, opened
from desktop.store.encrypted import SUSPECT
from desktop.store.ledger import Ledger
from desktop.store.ledger_tables import metadata

log = logging.getLogger(__name__)

MOST_MISSED = 500
"""So many sequences in a row that cannot be read are the end."""


def chosen_epoch(random_bytes: Callable[[int], bytes]) -> int:
    """An epoch that this PC chooses itself, offline: dealt ones are far lower, and two PCs hardly choose the same."""
    return 10_000 + int.from_bytes(random_bytes(4), "big") % 90_000


@dataclass(frozen=True, slots=True)
class Repaired:
    """What a start had to do.

    Attributes:
        cache, ledger: empty when nothing; ``copy`` when a copy took the file's place, ``empty`` when there was none.
    """

    cache: str = ""
    ledger: str = ""

    @property
    def notices(self) -> list[str]:
        """Codes of what a person must know of it."""
        told = {"copy": "cache_repaired", "empty": "cache_lost"}
        return [*(["ledger_repaired"] if self.ledger else []), *([told[self.cache]] if self.cache else [])]

    def after(self, earlier: Repaired) -> Repaired:
        """This, and what an earlier look of the same start had to do."""
        return Repaired(self.cache or earlier.cache, self.ledger or earlier.ledger)


def repair(folder: Path, key: bytes, now_ms: int) -> Repaired:
    """Look at the databases before they are opened, and replace what cannot be read.

    Nothing is touched when no file opens with this key: then the key is wrong.
    """
    thoroughly = not_closed(folder).exists() or (folder / SUSPECT).exists()
    copies = Copies(folder, key)
    bad = [
        name
        for name in ("ledger", "cache")
        if (folder / f"{name}.db").exists() and not is_sound(folder / f"{name}.db", key, thoroughly=thoroughly)
    ]
    fits = len(bad) < 2 or any(is_sound(copy, key) for copy in copies.made("ledger"))
    if not bad or not fits or (bad == ["ledger"] and not (folder / "cache.db").exists()):
        return Repaired()
    log.error("damaged databases: %s", ", ".join(bad))
    ledger = _replace_ledger(folder, key, copies, now_ms) if "ledger" in bad else ""
    cache = ""
    if "cache" in bad:
        _put_aside(folder / "cache.db", now_ms)
        cache = "copy" if copies.put_back("cache") else "empty"
    (folder / SUSPECT).unlink(missing_ok=True)
    return Repaired(cache, ledger)


def open_databases(folder: Path, key: bytes, now_ms: int) -> tuple[Repaired, Ledger, Cache]:
    """Both databases, repaired where that was needed: also when the damage is only met while they open.

    Raises:
        WrongKey: the key does not fit these files.
    """
    repaired = repair(folder, key, now_ms)
    try:
        return repaired, *_open(folder, key)
    except DatabaseError:
        (folder / SUSPECT).touch()
        repaired = repair(folder, key, now_ms)
        return repaired, *_open(folder, key)


def _open(folder: Path, key: bytes) -> tuple[Ledger, Cache]:
    ledger = Ledger(folder / "ledger.db", key)
    try:
        return ledger, Cache(folder / "cache.db", key)
    except BaseException:
        ledger.close()
        raise


def not_closed(folder: Path) -> Path:
    """The file that is there while the databases are open, and after a crash."""
    return folder / "open"


def _put_aside(path: Path, now_ms: int) -> Path:
    aside = path.with_name(f"{path.name}.damaged-{now_ms}")
    for suffix in SUFFIXES:
        found = path.with_name(path.name + suffix)
        if found.exists():
            found.replace(aside.with_name(aside.name + suffix))
    return aside


def _replace_ledger(folder: Path, key: bytes, copies: Copies, now_ms: int) -> str:
    """The newest copy, and over it every row of the damaged file that can be read."""
    damaged = _put_aside(folder / "ledger.db", now_ms)
    how = "copy" if copies.put_back("ledger") else "empty"
    Ledger(folder / "ledger.db", key).close()
    with opened(folder / "ledger.db", key) as fresh, opened(damaged, key) as old:
        for table in metadata.sorted_tables:
            columns = ", ".join(column.name for column in table.columns)
            # Names come from our own tables.
            select = f"SELECT {columns} FROM {table.name}"  # noqa: S608  # nosec B608
            insert = f"INSERT OR REPLACE INTO {table.name} ({columns}) VALUES ({', '.join('?' * len(table.columns))})"  # noqa: S608  # nosec B608
            reader = _commands(old, fresh, select) if table.name == "command" else _rows(old, select)
            for row in reader:
                fresh.execute(insert, row)
    return how


def _rows(old: Any, select: str) -> Iterator[Any]:
    """Rows until the first page that cannot be read."""
    with contextlib.suppress(sqlcipher.DatabaseError):
        yield from old.execute(select)


def _commands(old: Any, fresh: Any, select: str) -> Iterator[Any]:
    """Commands that the copy does not have, each by its key: one bad page hides its own rows only."""
    epoch = (fresh.execute("SELECT value FROM meta WHERE key = 'identity.epoch'").fetchone() or ("1",))[0]
    at, missed = fresh.execute("SELECT coalesce(max(sequence), 0) FROM command").fetchone()[0], 0
    while missed < MOST_MISSED:
        at, missed = at + 1, missed + 1
        for row in _rows(old, f"{select} WHERE epoch = {int(epoch)} AND sequence = {at}"):  # nosec B608
            missed = 0
            yield row
