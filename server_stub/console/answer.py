"""What a command gives back, and the surroundings in which commands run."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from domain.kernel.clock import SystemClock
from domain.kernel.errors import Refused
from server_stub.bootstrap import open_database, prepare_database, server_device
from server_stub.catalogue.pinyin import search_keys
from server_stub.kit import migrate
from server_stub.kit.database import Database
from server_stub.settings import Settings, from_environment
from server_stub.sync import repository
from server_stub.sync.device import ServerDevice

INITIALISED = "initialised_at"


@dataclass(frozen=True, slots=True)
class Answer:
    """*data* for ``--json``, *text* for a person, and the exit code."""

    data: Any
    text: str = ""
    code: int = 0


@dataclass(slots=True)
class Office:
    """A prepared database and the server's own device."""

    settings: Settings
    db: Database
    device: ServerDevice
    clock: SystemClock = field(default_factory=SystemClock)


def settings_of(given: argparse.Namespace) -> Settings:
    """Settings from the environment and the command line."""
    return from_environment(
        os.environ,
        database_url=given.database,
        host=getattr(given, "host", None),
        port=getattr(given, "port", None),
    )


@contextmanager
def database(given: argparse.Namespace) -> Iterator[tuple[Settings, Database]]:
    """The database that the command line names, closed at the end."""
    settings = settings_of(given)
    db = open_database(settings)
    try:
        yield settings, db
    finally:
        db.dispose()


@contextmanager
def office(given: argparse.Namespace) -> Iterator[Office]:
    """An initialised server to issue commands at; it may be serving meanwhile.

    Raises:
        Refused: ``not_initialised``.
    """
    with database(given) as (settings, db):
        check_initialised(db)
        clock = SystemClock()
        yield Office(settings, db, server_device(db, clock, search_keys), clock)


def check_initialised(db: Database) -> None:
    """Make sure that ``init`` has been run, and bring the schema up to date.

    Raises:
        Refused: ``not_initialised``.
    """
    with db.read() as connection:
        if migrate.version_of(connection) is None:
            raise Refused("not_initialised")
    prepare_database(db, SystemClock())
    with db.read() as connection:
        if repository.get_meta(connection, INITIALISED) is None:
            raise Refused("not_initialised")


def password_from_stdin() -> str:
    """The first line of standard input, without its end.

    Raises:
        Refused: ``no_password``.
    """
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise Refused("no_password")
    return password
