"""Starting in spite of a damaged database, offline: the copy of yesterday, and the ledger on top of it.

Looked at quickly at every start, thoroughly when the program did not end as it should. A damaged file is put aside, not
deleted. Of a damaged ledger everything that can still be read is taken over the copy; because something may be missing,
this PC goes on under an epoch of its own choosing, so that no document number comes twice. Source: SYNC points 9, 22.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DatabaseError

from desktop.store.cache import Cache
from desktop.store.copies import SUFFIXES, Copies, is_sound, opened
from desktop.store.encrypted import SUSPECT
from desktop.store.ledger import Ledger
from desktop.store.ledger_tables import metadata
from desktop.store.salvage import Salvage

log = logging.getLogger(__name__)


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
    if _rebuilt(folder).exists():  # the power went between the two
        _swap(folder, now_ms)
        return repair(folder, key, now_ms).after(Repaired(ledger="copy"))
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


def _put_aside(path: Path, now_ms: int) -> None:
    for suffix in SUFFIXES:
        found = path.with_name(path.name + suffix)
        if found.exists():
            found.replace(_aside(path, now_ms, suffix))


def _aside(path: Path, now_ms: int, suffix: str = "") -> Path:
    return path.with_name(f"{path.name}.damaged-{now_ms}{suffix}")


def _replace_ledger(folder: Path, key: bytes, copies: Copies, now_ms: int) -> str:
    """The newest copy, and over it every row of the damaged file that can be read.

    Made beside it: whenever the power goes, there is either the damaged file with all that it has or the new one.
    """
    damaged, building = folder / "ledger.db", folder / "ledger.db.building"
    for suffix in SUFFIXES:
        building.with_name(building.name + suffix).unlink(missing_ok=True)
    how = "copy" if copies.put_back("ledger", building) else "empty"
    Ledger(building, key).close()
    salvage = Salvage(damaged, key)
    with closing(salvage), opened(building, key) as fresh:
        fresh.execute("BEGIN")
        for table in metadata.sorted_tables:
            _take_over(salvage, fresh, table.name, [column.name for column in table.columns])
        fresh.execute("COMMIT")
    with building.open("rb+") as file:
        os.fsync(file.fileno())
    _keep_beside(damaged, _aside(damaged, now_ms))
    building.replace(_rebuilt(folder))
    _swap(folder, now_ms)
    return how


def _take_over(salvage: Salvage, fresh: Any, table: str, columns: Sequence[str]) -> None:
    """What can be read of a table; when that is all of it, what only the copy has is gone rightly."""
    rows = salvage.table(table, columns)
    if not salvage.missed:
        fresh.execute(f"DELETE FROM {table}")  # noqa: S608  # nosec B608 - names come from our own tables
    places = ", ".join("?" * len(columns))
    insert = f"INSERT OR REPLACE INTO {table} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608  # nosec B608
    fresh.executemany(insert, rows)


def _keep_beside(path: Path, aside: Path) -> None:
    try:
        os.link(path, aside)
    except OSError:  # not every file system has links
        shutil.copyfile(path, aside)


def _rebuilt(folder: Path) -> Path:
    """There only when it is whole, and not yet in its place."""
    return folder / "ledger.db.rebuilt"


def _swap(folder: Path, now_ms: int) -> None:
    """The new ledger takes its place; the log of the damaged one must not be read into it."""
    ledger = folder / "ledger.db"
    for suffix in SUFFIXES[1:]:
        found = ledger.with_name(ledger.name + suffix)
        if found.exists():
            found.replace(_aside(ledger, now_ms, suffix))
    _rebuilt(folder).replace(ledger)
