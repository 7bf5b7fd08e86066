"""The edge: reads a request, finds the caller, calls the endpoint on a worker thread, writes the answer.

Every error leaves as plain JSON ``{"code", "params", "message"}``. What is not a refusal is our bug: logged once and
answered 500 ``internal`` with the request's id.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar, cast

import msgspec
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

import i18n
from domain.kernel.errors import DomainError, Invalid, NotEntitled
from server_stub.kit.database import refusal_of
from server_stub.kit.errors import BadRequest, TooLarge, TooMany, Unavailable, status_of
from server_stub.kit.metrics import RequestTally
from server_stub.kit.pressure import Pressure
from server_stub.kit.routes import PUBLIC, SMALL_LIMIT, Call, Caller, Route

log = logging.getLogger(__name__)

B = TypeVar("B")

PATIENCE, LONG_PATIENCE = 30.0, 600.0
"""Seconds for a small and a large body to arrive; a shop's line may be slow, a silent peer holds nothing for ever."""
DRAIN = 1024 * 1024
"""So much of an oversized body is read and thrown away, so that the client can read the answer."""
SOON, A_MINUTE = 5, 60
"""Seconds after which to try again when the refusal does not know better."""
_REQUEST_ID = re.compile(r"^[A-Za-z0-9-]{8,64}$")
_FIELD = re.compile(r"`\$\.?([^`]*)`")
_UNKNOWN_FIELD = re.compile(r"unknown field `([^`]*)`")
_MISSING_FIELD = re.compile(r"missing required field `([^`]*)`")

FindCaller = Callable[[], Caller]
Authenticate = Callable[[Request], FindCaller]
"""First half on the event loop: is the token ours? Second half on a worker thread: is the session alive?"""
MakeCall = Callable[[Request, str, Caller | None], Call]


def decode(raw: bytes, struct: type[B]) -> B:
    """A body as its struct.

    Raises:
        BadRequest: ``not_json``.
        Invalid: ``bad_input`` with the field that does not fit.
    """
    try:
        return msgspec.json.decode(raw, type=struct)
    except msgspec.ValidationError as error:
        raise Invalid("bad_input", field=_field_of(str(error))) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadRequest("not_json") from None


def _field_of(complaint: str) -> str:
    """The dotted name of the field that msgspec complains about; empty for the whole body."""
    where = _FIELD.search(complaint)
    inside = where[1] if where else ""
    named = _UNKNOWN_FIELD.search(complaint) or _MISSING_FIELD.search(complaint)
    return ".".join(part for part in (inside, named[1] if named else "") if part)[:100]


async def read_body(request: Request, limit: int) -> bytes:
    """The body, never more than *limit* bytes of it in memory.

    Raises:
        TooLarge: ``body_too_large``, told by the length that the client names or by what arrives.
        BadRequest: ``body_too_slow``, ``body_incomplete``.
    """
    try:
        async with asyncio.timeout(PATIENCE if limit <= SMALL_LIMIT else LONG_PATIENCE):
            return await _read_within(request, limit)
    except TimeoutError:
        raise BadRequest("body_too_slow") from None
    except ClientDisconnect:
        raise BadRequest("body_incomplete") from None


async def _read_within(request: Request, limit: int) -> bytes:
    named = request.headers.get("content-length", "0")
    expected = int(named) if named.isdecimal() else 0
    if expected > limit + DRAIN:
        raise TooLarge("body_too_large", limit=limit)
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size <= limit:
            parts.append(part)
        else:
            parts.clear()
        if size > limit + DRAIN:
            break
    if size > limit:
        raise TooLarge("body_too_large", limit=limit)
    return b"".join(parts)


def refusal(error: DomainError, request_id: str) -> Response:
    """The answer to an expected refusal."""
    status = status_of(error)
    params = error.params
    if isinstance(error, TooMany | Unavailable):
        params = {"seconds": SOON if isinstance(error, Unavailable) else A_MINUTE, **params}
    content = {"code": error.code, "params": params, "message": i18n.message(error.code, params)}
    response = json_response(content, request_id, status)
    if "seconds" in params:
        response.headers["Retry-After"] = str(params["seconds"])
    if isinstance(error, TooLarge | BadRequest) or error.code == "server_busy":
        # Perhaps not all of the body was read; what still comes must not be taken for the next request, nor for ever.
        response.headers["Connection"] = "close"
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def internal_error(error: BaseException, request_id: str, where: str) -> Response:
    """The answer to a bug of ours, which is logged here."""
    log.error("request failed", exc_info=error, extra={"request_id": request_id, "route": where})
    params = {"ref": request_id}
    content = {"code": "internal", "params": params, "message": i18n.message("internal", params)}
    return json_response(content, request_id, 500)


def json_response(content: object, request_id: str, status: int = 200) -> Response:
    """*content* as JSON; never cached, never sniffed into something else."""
    headers = {"X-Request-Id": request_id, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    if content is None:
        return Response(status_code=204, headers=headers)
    return Response(msgspec.json.encode(content), status, headers, media_type="application/json")


def request_id_of(request: Request) -> str:
    """The client's own id of the request when it has a harmless form, else a new one."""
    given = request.headers.get("x-request-id", "")
    return given if _REQUEST_ID.match(given) else os.urandom(8).hex()


def _announced(request: Request, limit: int) -> int:
    """The bytes of the body as the client names them; the most there can be when it does not."""
    named = request.headers.get("content-length", "")
    return min(int(named), limit) if named.isascii() and named.isdecimal() and len(named) < 19 else limit


class Edge:
    """Serves one route for the web framework."""

    def __init__(
        self,
        route: Route,
        authenticate: Authenticate,
        make_call: MakeCall,
        workers: Executor,
        pressure: Pressure,
        tally: RequestTally,
    ) -> None:
        """
        Args:
            tally: counts the answers.
            workers: run endpoints that are not ``async``.
            pressure: whom requests with a large body ask for room and a turn.
        """
        self._pressure, self._tally = pressure, tally
        self._route = route
        self._authenticate = authenticate
        self._make_call = make_call
        self._workers = workers
        self._limit = route.limit if route.body is not None else 0

    async def serve(self, request: Request) -> Response:
        """The answer, whatever happens."""
        answer = await self._answered(request)
        self._tally.add(self._route.method, self._route.path, str(answer.status_code))
        return answer

    async def _answered(self, request: Request) -> Response:
        request_id = request_id_of(request)
        try:
            return await self._serve(request, request_id)
        except DomainError as error:
            return refusal(error, request_id)
        except SQLAlchemyError as error:
            return self._database_error(error, request_id)
        except Exception as error:  # noqa: BLE001 - the funnel: whatever it is, the client gets an answer and we a log
            return internal_error(error, request_id, self._name)

    @property
    def _name(self) -> str:
        return f"{self._route.method} {self._route.path}"

    async def _serve(self, request: Request, request_id: str) -> Response:
        alive = None if self._route.access == PUBLIC else self._authenticate(request)
        if self._limit <= SMALL_LIMIT:
            return await self._answer(request, request_id, alive, await read_body(request, self._limit))
        with self._pressure.room(_announced(request, self._limit), stranger=alive is None):
            raw = await read_body(request, self._limit)
            async with self._pressure.turn():
                return await self._answer(request, request_id, alive, raw)

    async def _answer(self, request: Request, request_id: str, alive: FindCaller | None, raw: bytes) -> Response:
        loop = asyncio.get_running_loop()
        if not self._route.is_async:
            return await loop.run_in_executor(self._workers, self._work, request, request_id, alive, raw)
        caller = await loop.run_in_executor(self._workers, self._find_caller, alive)
        return as_response(await self._route.endpoint(*self._arguments(request, request_id, caller, raw)), request_id)

    def _work(self, request: Request, request_id: str, alive: FindCaller | None, raw: bytes) -> Response:
        arguments = self._arguments(request, request_id, self._find_caller(alive), raw)
        return as_response(self._route.endpoint(*arguments), request_id)

    def _find_caller(self, alive: FindCaller | None) -> Caller | None:
        caller = alive() if alive else None
        if caller and not self._route.admits(caller.role):
            raise NotEntitled("role_not_allowed")
        return caller

    def _arguments(self, request: Request, request_id: str, caller: Caller | None, raw: bytes) -> tuple[object, ...]:
        call = self._make_call(request, request_id, caller)
        body = self._route.body
        if body is None:
            return (call,)
        return (call, raw if body is bytes else decode(raw, body))

    def _database_error(self, error: SQLAlchemyError, request_id: str) -> Response:
        trouble = refusal_of(error)
        if trouble is None:
            return internal_error(error, request_id, self._name)
        log.warning("database trouble", exc_info=error, extra={"request_id": request_id, "route": self._name})
        return refusal(trouble, request_id)


def as_response(answer: object, request_id: str) -> Response:
    """What an endpoint returned, as HTTP."""
    if isinstance(answer, Response):
        answer.headers.setdefault("X-Request-Id", request_id)
        return answer
    return json_response(answer, request_id)


def peer_of(request: Request) -> str:
    """The client's address; uvicorn has put a trusted proxy's word in its place already."""
    client = cast("tuple[str, int] | None", request.scope.get("client"))
    return client[0] if client else "local"
