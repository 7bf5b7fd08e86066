"""Makes the web application from the register of routes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import Executor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from domain.kernel.clock import Clock
from server_stub.kit.database import Database
from server_stub.kit.errors import NoRoute
from server_stub.kit.http import Authenticate, Edge, internal_error, peer_of, refusal, request_id_of
from server_stub.kit.jobs import Jobs
from server_stub.kit.metrics import NO_ROUTE, RequestTally
from server_stub.kit.openapi import SECURITY, describe, structs
from server_stub.kit.pressure import Pressure
from server_stub.kit.routes import Call, Caller, Route
from server_stub.kit.services import ServiceMap

TITLE, VERSION = "Dealerdesk", "1"


def create_app(
    db: Database,
    clock: Clock,
    services: ServiceMap,
    jobs: Jobs,
    authenticate: Authenticate,
    workers: Executor,
    routes: Sequence[Route],
    pressure: Pressure,
) -> FastAPI:
    """The ASGI application with these routes and no others.

    Serving it starts the jobs; its end stops them, ends the workers and closes the database.
    """
    app = FastAPI(
        title=TITLE,
        version=VERSION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_life(db, jobs, workers),
    )
    services.add(app)
    tally = services.add(RequestTally())

    def make_call(request: Request, request_id: str, caller: Caller | None) -> Call:
        return Call(
            db=db,
            clock=clock,
            services=services,
            path=request.path_params,
            query=request.query_params,
            headers=request.headers,
            peer=peer_of(request),
            request_id=request_id,
            found_caller=caller,
        )

    for route in routes:
        serve = Edge(route, authenticate, make_call, workers, pressure, tally).serve
        app.add_api_route(
            route.path,
            serve,
            methods=[route.method],
            name=route.endpoint.__name__,
            response_model=None,
            **describe(route),
        )
    _complete_openapi(app, structs(routes))
    app.add_exception_handler(HTTPException, _no_route(tally))
    app.add_exception_handler(Exception, _bug)
    return app


def _life(db: Database, jobs: Jobs, workers: Executor) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        jobs.start()
        try:
            yield
        finally:
            jobs.stop()
            workers.shutdown()
            db.dispose()

    return life


def _complete_openapi(app: FastAPI, schemas: dict[str, Any]) -> None:
    """Adds the structs' schemas, which FastAPI cannot know, to the document that it makes once."""
    make = app.openapi

    def with_schemas() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = make()
            components = document.setdefault("components", {})
            components["schemas"] = {**components.get("schemas", {}), **schemas}
            components["securitySchemes"] = SECURITY
        return app.openapi_schema or {}

    app.openapi = with_schemas  # type: ignore[method-assign]  # FastAPI's documented way


def _no_route(tally: RequestTally) -> Callable[[Request, Exception], Awaitable[Response]]:
    """The framework's own refusals: no such path, wrong method."""

    async def refuse(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 404
        code = "method_not_allowed" if status == 405 else "no_such_route"
        response = refusal(NoRoute(code), request_id_of(request))
        response.status_code = status
        if isinstance(error, HTTPException) and error.headers:
            response.headers.update(error.headers)
        tally.add(NO_ROUTE, NO_ROUTE, str(status))
        return response

    return refuse


async def _bug(request: Request, error: Exception) -> Response:
    """What escaped the edge; the framework logs it once more."""
    return internal_error(error, request_id_of(request), request.url.path)
