"""Routes for load balancers and tools: alive, ready, and what there is."""

from __future__ import annotations

import msgspec
from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import Response

from server_stub.kit import migrate
from server_stub.kit.errors import Unavailable
from server_stub.kit.routes import PUBLIC, Call, route


class Health(msgspec.Struct, frozen=True):
    """The process answers."""

    status: str


@route("GET", "/health", access=PUBLIC)
def health(call: Call) -> Health:
    """Whether the process answers; says nothing of the database."""
    return Health("ok")


@route("GET", "/ready", access=PUBLIC)
def ready(call: Call) -> Health:
    """Whether requests can be served: the database answers and has this program's version.

    Raises:
        Unavailable: ``database_unreachable``, ``migrations_missing``.
    """
    try:
        current = migrate.is_current(call.db)
    except SQLAlchemyError:
        raise Unavailable("database_unreachable") from None
    if not current:
        raise Unavailable("migrations_missing")
    return Health("ready")


@route("GET", "/openapi.json", access=PUBLIC)
def openapi(call: Call) -> Response:
    """This description."""
    return Response(msgspec.json.encode(call.services[FastAPI].openapi()), media_type="application/json")
