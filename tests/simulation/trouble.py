"""What goes wrong inside a machine: it dies at a named point or between two statements, its disk is full or busy."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

from domain.kernel import faults


class Died(BaseException):
    """The program is killed here. Nothing in the product catches it, as nothing catches SIGKILL."""


@dataclass(slots=True)
class Trouble:
    """What is about to go wrong for the machine that is at work.

    Attributes:
        at_work: the machine whose code runs now, None between events.
        left: statements until it happens, 0 for never.
        kind: ``die``, ``full`` or ``busy``.
        victim: the machine meant.
        on_death: told which machine dies, before anything unwinds.
    """

    on_death: Callable[[Any], None]
    at_work: Any = None
    left: int = 0
    kind: str = ""
    victim: Any = None
    _watching: bool = False

    def plan(self, victim: Any, kind: str, statements: int) -> None:
        """Let it happen at that statement of *victim*, commits counted too."""
        self.victim, self.kind, self.left = victim, kind, statements
        self._watch()

    def plan_point(self, name: str, passing: int) -> None:
        """Let whoever passes the named point for that time die there."""
        faults.arm(f"{name}:{passing}", self.die)

    def clear(self) -> None:
        """Nothing more happens."""
        self.left, self.victim = 0, None
        self._forget()
        faults.arm(None)

    def _watch(self) -> None:
        """Look at statements and commits; only while something is planned, because it costs."""
        if not self._watching:
            self._watching = True
            event.listen(Engine, "begin", self._begin)
            event.listen(Engine, "before_cursor_execute", self._statement)
            event.listen(Engine, "commit", self._commit)

    def _forget(self) -> None:
        if self._watching:
            self._watching = False
            event.remove(Engine, "begin", self._begin)
            event.remove(Engine, "before_cursor_execute", self._statement)
            event.remove(Engine, "commit", self._commit)
            Engine._has_events = False  # else every statement goes on looking for listeners

    def _statement(self, _connection: Connection, *_more: object) -> None:
        self.count()

    def _begin(self, connection: Connection) -> None:
        try:
            self.count()
        except (Died, OperationalError) as error:
            # As if the statement that begins a transaction had failed: the product hears of it in the same way.
            connection._handle_dbapi_exception(error, None, None, None, None)

    def _commit(self, _connection: Connection) -> None:
        self.count()

    def die(self) -> None:
        """End the machine that is at work.

        Raises:
            Died: always, when a machine is at work.
        """
        if self.at_work is not None:
            self.left = 0
            self.on_death(self.at_work)
            raise Died(str(self.at_work))

    @contextmanager
    def work_of(self, machine: Any) -> Iterator[None]:
        """The code inside runs on *machine*."""
        before, self.at_work = self.at_work, machine
        if machine is not None:
            machine.at_work = True
        try:
            yield
        finally:
            self.at_work = before

    def count(self) -> None:
        """One statement or commit of the machine at work.

        Raises:
            Died, OperationalError: as planned.
        """
        if not self.left or self.at_work is not self.victim:
            return
        self.left -= 1
        if self.left:
            return
        self._forget()
        if self.kind == "die":
            self.die()
        raise OperationalError("", None, _error(self.kind))


def _error(kind: str) -> Exception:
    if kind == "full":
        return sqlcipher.OperationalError("database or disk is full")  # type: ignore[no-any-return]  # no types
    busy = sqlite3.OperationalError("database is locked")
    busy.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return busy


@contextmanager
def watched(trouble: Trouble) -> Iterator[None]:
    """Inside, what is planned can happen; afterwards nothing more."""
    try:
        yield
    finally:
        trouble.clear()
