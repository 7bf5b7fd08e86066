"""Routes for load balancers and tools: alive, ready, and what there is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from fastapi import FastAPI
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import Response

from server_stub.kit import migrate
from server_stub.kit.errors import Unavailable
from server_stub.kit.routes import PUBLIC, Call, route


class Health(msgspec.Struct, frozen=True):
    """The process answers."""

    status: str


class Ready(msgspec.Struct, frozen=True):
    """Requests can be served. ``alarms``: how many nobody has looked at; that is no reason to send nothing here."""

    status: str
    alarms: int


@dataclass(frozen=True, slots=True)
class Alarms:
    """Counts what an operator should look at; the kit does not know what alarms are about."""

    count: Callable[[Connection], int]


@route("GET", "/health", access=PUBLIC)
def health(call: Call) -> Health:
    """Whether the process answers; says nothing of the database."""
    return Health("ok")


@route("GET", "/ready", access=PUBLIC)
def ready(call: Call) -> Ready:
    """Whether requests can be served: the database answers and has this program's version.

    Raises:
        Unavailable: ``database_unreachable``, ``migrations_missing``.
    """
    try:
        current = migrate.is_current(call.db)
        if current:
            with call.db.read() as connection:
                return Ready("ready", call.services[Alarms].count(connection))
    except SQLAlchemyError:
        raise Unavailable("database_unreachable") from None
    raise Unavailable("migrations_missing")


@route("GET", "/openapi.json", access=PUBLIC)
def openapi(call: Call) -> Response:
    """This description."""
    return Response(msgspec.json.encode(call.services[FastAPI].openapi()), media_type="application/json")
