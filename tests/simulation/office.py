"""The server of the simulation: its real routes, accounts, intake and feed, without sockets and threads."""

from __future__ import annotations

import logging
import re
import shutil
import sqlite3
import traceback
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import requests
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import Response

from domain.held.queries import releasing
from domain.kernel.errors import DomainError, NotEntitled
from server_stub.accounts.service import AccountService
from server_stub.bootstrap import make_services, server_device
from server_stub.kit.database import Database, refusal_of
from server_stub.kit.errors import NoRoute, Unauthorized
from server_stub.kit.http import as_response, decode, refusal
from server_stub.kit.jobs import Jobs
from server_stub.kit.routes import PUBLIC, Call, Caller, Route, all_routes
from server_stub.kit.services import ServiceMap
from server_stub.settings import Settings
from server_stub.sync import repository
from server_stub.sync.device import Issued, ServerDevice
from server_stub.sync.replay import Replay
from tests.simulation.line import Question
from tests.simulation.sequencing import number_waiting
from tests.simulation.timeline import SwayingClock
from tests.simulation.trouble import Died, Trouble

log = logging.getLogger(__name__)

RandomBytes = Callable[[int], bytes]
MANY = 1_000_000


def settings_at(folder: Path) -> Settings:
    """Cheap passwords and no limits of attempts: neither is what the simulation is about."""
    return Settings(
        home=folder,
        database_url=f"sqlite:///{folder / 'server.db'}",
        argon2_memory=8,
        argon2_passes=1,
        sign_ins_per_name=MANY,
        sign_ins_per_peer=MANY,
        refreshes_per_peer=MANY,
    )


class Office:
    """One server process after the other on one database.

    Attributes:
        up: whether it runs.
        at_work: whether it did anything yet.
        restores: how often its database was put back to a backup.
        committed: called when there may be something new.
        deaths: how often it died.
        bugs: tracebacks of what was answered with 500.
    """

    def __init__(
        self, folder: Path, clock: SwayingClock, random_bytes: RandomBytes, chance: Random, trouble: Trouble
    ) -> None:
        self._settings = settings_at(folder)
        self.clock = clock
        self._random_bytes = random_bytes
        self._chance = chance
        self._trouble = trouble
        self._routes = [(_pattern(route), route) for route in all_routes() if not route.is_async]
        self.up, self.at_work, self.deaths = False, False, 0
        self.backups = self.restores = 0
        self.committed: Callable[[], None] = lambda: None
        self.bugs: list[str] = []
        self.start()

    def __str__(self) -> str:
        return "server"

    def start(self) -> None:
        """A fresh process: what was in memory is gone."""
        self.db = Database(self._settings.database, sleep=lambda _seconds: None, jitter=self._chance.random)
        self.jobs = Jobs()
        self.services: ServiceMap = make_services(
            self._settings, self.db, self.clock, self.jobs, random_bytes=self._random_bytes
        )
        self._device: ServerDevice | None = None
        self.up = True

    def stop(self) -> None:
        """The process is gone."""
        self.db.dispose()
        self.up = False

    def backup(self) -> Path:
        """A copy of the database as it is."""
        self.backups += 1
        copy = self._settings.home / f"backup-{self.backups}.db"
        with closing(sqlite3.connect(self._settings.home / "server.db")) as of, closing(sqlite3.connect(copy)) as to:
            of.backup(to)
        return copy

    def restore(self, copy: Path) -> None:
        """Put the database back to what it was; nobody says so to anybody."""
        self.stop()
        self.restores += 1
        for suffix in ("-wal", "-shm"):
            (self._settings.home / f"server.db{suffix}").unlink(missing_ok=True)
        shutil.copyfile(copy, self._settings.home / "server.db")
        self.start()

    def number(self, chance: Random) -> bool:
        """Give waiting commits their numbers, as a sequencer of its own does; whether that could be done."""
        if not self.up:
            return False
        with self._trouble.work_of(self):
            try:
                self.db.run(lambda connection: number_waiting(connection, chance))
            except (DomainError, SQLAlchemyError):
                return False
            except Died:
                self._die()
                return False
        self.committed()
        return True

    def newest(self) -> int:
        """The number of the newest commit, which pokes tell."""
        if not self.up:
            return 0
        with self._trouble.work_of(None), self.db.read() as connection:
            return repository.head_sequence(connection)

    def releasing(self) -> bool:
        """Whether something that was released has not been taken again yet."""
        with self._trouble.work_of(None), self.db.read() as connection:
            return bool(releasing(connection))

    def issue(self, decide: Any, *, bulk: bool = False) -> Issued | None:
        """A command of the server's own, as a command line gives it; None when it was refused or died."""
        if not self.up:
            return None
        with self._trouble.work_of(self):
            try:
                if self._device is None:
                    self._device = server_device(self.db, self.clock, random_bytes=self._random_bytes)
                issued = self._device.issue(decide, bulk=bulk)
            except (DomainError, SQLAlchemyError):
                return None
            except Died:
                self._die()
                return None
        self.committed()
        return issued

    def answer(self, asked: Question) -> requests.Response | None:
        """The answer to a request; None when the process is not there, or died over it."""
        if not self.up:
            return None
        with self._trouble.work_of(self):
            try:
                answer = _as_requests(self._serve(asked))
            except Died:
                self._die()
                return None
        if asked.path == "/v1/sync/push":
            self.committed()
        return answer

    def replay_parked(self) -> None:
        """After a fix: ``parked replay`` on the command line."""
        with self._trouble.work_of(self):
            try:
                Replay(self.db, self.clock).run()
            except DomainError:
                return  # the database is busy: another time
            except SQLAlchemyError as error:
                if refusal_of(error) is None:
                    self.bugs.append(traceback.format_exc())
            except Died:
                self._die()

    def work(self, name: str) -> None:
        """Let one of the periodic jobs have its round."""
        if not self.up:
            return
        with self._trouble.work_of(self):
            try:
                for job in self.jobs._jobs:
                    if job.name == name:
                        job._work()
            except SQLAlchemyError:
                return  # a job survives its failures; the next round comes as usual
            except Died:
                self._die()

    def _die(self) -> None:
        self.deaths += 1
        self.stop()

    def _serve(self, asked: Question) -> Response:
        try:
            route, path = self._find(asked)
            call = self._call(asked, path, self._caller(asked, route))
            body = route.body
            if body is None:
                return as_response(route.endpoint(call), "")
            return as_response(route.endpoint(call, asked.body if body is bytes else decode(asked.body, body)), "")
        except DomainError as error:
            return refusal(error, "")
        except SQLAlchemyError as error:
            trouble = refusal_of(error)
            if trouble is None:
                self.bugs.append(traceback.format_exc())
            return refusal(trouble, "") if trouble else Response(b"{}", 500)
        except Exception:  # noqa: BLE001 - as the edge does: whatever it is, the client gets an answer
            self.bugs.append(traceback.format_exc())
            return Response(b"{}", 500)

    def _find(self, asked: Question) -> tuple[Route, dict[str, str]]:
        for pattern, route in self._routes:
            found = pattern.fullmatch(asked.path)
            if found and route.method == asked.method:
                return route, found.groupdict()
        raise NoRoute("no_such_route")

    def _caller(self, asked: Question, route: Route) -> Caller | None:
        if route.access == PUBLIC:
            return None
        scheme, _, token = asked.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer":
            raise Unauthorized("not_signed_in")
        caller = self.services[AccountService].authenticate(token)()
        if not route.admits(caller.role):
            raise NotEntitled("role_not_allowed")
        return caller

    def _call(self, asked: Question, path: dict[str, str], caller: Caller | None) -> Call:
        return Call(self.db, self.clock, self.services, path, asked.query, asked.headers, "10.0.0.1", "", caller)


def _pattern(route: Route) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(route.path)))


def _as_requests(response: Response) -> requests.Response:
    answer = requests.Response()
    answer.status_code = response.status_code
    answer._content = bytes(response.body)
    answer.headers.update(response.headers)
    return answer
