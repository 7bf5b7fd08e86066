"""The register of routes: what the API offers, to whom, and how much a request may weigh.

A noun writes plain functions in its ``endpoints.py``::

    @route("POST", "/v1/devices/{id}/revoke", access=MANAGING)
    def revoke_device(call: Call) -> None: ...

    @route("POST", "/v1/enrol", access=PUBLIC)
    def enrol(call: Call, body: EnrolRequest) -> Enrolled: ...

    @route("POST", "/v1/sync/push", access=SIGNED_IN, limit=SYNC_LIMIT)
    def push(call: Call, body: bytes) -> PushAnswer: ...

``access`` has no default: a route without a rule does not exist. The second parameter is the body, checked against its
struct or as it came (``bytes``). The answer is a struct (200, JSON), None (204) or a Starlette ``Response``. A plain
function runs on a worker thread, an ``async`` one on the event loop (only for streams). Either is called after the
caller has been found and may open transactions of its own with ``call.db``.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

import msgspec

from domain.kernel.clock import Clock
from domain.kernel.context import Actor
from domain.parties import roles as party_roles
from server_stub.kit.database import Database
from server_stub.kit.errors import Unauthorized

PUBLIC: Literal["public"] = "public"
"""Anybody, signed in or not: ``call.caller`` is not there."""
SIGNED_IN: Literal["signed_in"] = "signed_in"
"""Anybody with a living session on a device that is not revoked."""

Access = Literal["public", "signed_in"] | frozenset[str]

SMALL_LIMIT = 64 * 1024
SYNC_LIMIT = 32 * 1024 * 1024
"""Bytes of a body."""

S = TypeVar("S")
E = TypeVar("E", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, as the database knows him now, not as his token remembers him."""

    person_id: str
    person_name: str
    role: str
    party_id: str
    party_status: str
    device_id: str
    session_id: str

    @property
    def actor(self) -> Actor:
        """The same, for commands that the server issues in his name."""
        return Actor(self.person_id, self.person_name, self.role, self.party_id, self.device_id)


class Services(Protocol):
    """Where an endpoint finds the long-lived parts that bootstrap made, by their class."""

    def __getitem__(self, kind: type[S], /) -> S:
        """The part of that class."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request, as an endpoint sees it.

    Attributes:
        db: opens transactions.
        clock: the server's time.
        services: ``call.services[AccountService]``.
        path: the values in the path, text as it came.
        query: the values behind ``?``; of a repeated one the last.
        headers: names in lower case.
        peer: network address of the client, for rate limits only.
        request_id: stands in the answer and in every log line.
    """

    db: Database
    clock: Clock
    services: Services
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    peer: str
    request_id: str
    found_caller: Caller | None = None

    @property
    def caller(self) -> Caller:
        """Who asks.

        Raises:
            Unauthorized: the route is public, so nobody was looked for.
        """
        if self.found_caller is None:
            raise Unauthorized("not_signed_in")
        return self.found_caller


@dataclass(frozen=True, slots=True)
class Route:
    """One entry of the register.

    Attributes:
        limit: most bytes of body.
        body: a msgspec struct, ``bytes``, or None when a body is refused.
        answer: a msgspec struct, None for 204, or ``Response``'s class.
        is_async: the endpoint runs on the event loop.
    """

    method: str
    path: str
    access: Access
    limit: int
    endpoint: Callable[..., Any]
    body: Any
    answer: Any
    is_async: bool

    def admits(self, role: str) -> bool:
        """Whether a signed-in person of this role may call it."""
        return isinstance(self.access, str) or role in self.access


_routes: dict[tuple[str, str], Route] = {}


def _checked_access(access: object) -> Access:
    if access in (PUBLIC, SIGNED_IN):
        return typing.cast(Access, access)
    if isinstance(access, frozenset) and access and access <= party_roles.ALL:
        return access
    raise TypeError(f"no access rule: {access!r}")


def make_route(method: str, path: str, access: object, limit: int, endpoint: Callable[..., Any]) -> Route:
    """A route from its rule and its endpoint, not yet registered.

    Raises:
        TypeError: the access rule is none, or the endpoint's parameters are not as described.
    """
    rule = _checked_access(access)
    hints = typing.get_type_hints(endpoint)
    names = list(inspect.signature(endpoint).parameters)
    if names not in (["call"], ["call", "body"]) or hints.get("call") is not Call:
        raise TypeError(f"{method} {path}: parameters must be call: Call and perhaps body")
    body = hints.get("body")
    if "body" in names and body is not bytes and not (isinstance(body, type) and issubclass(body, msgspec.Struct)):
        raise TypeError(f"{method} {path}: the body must be bytes or a struct")
    answer = hints.get("return")
    answer = None if answer is type(None) else answer
    return Route(method, path, rule, limit, endpoint, body, answer, inspect.iscoroutinefunction(endpoint))


def route(
    method: Literal["GET", "POST", "PUT", "DELETE"], path: str, *, access: Access, limit: int = SMALL_LIMIT
) -> Callable[[E], E]:
    """Register the decorated endpoint; see the module.

    Raises:
        TypeError: see :func:`make_route`. ValueError: the route exists already.
    """

    def register(endpoint: E) -> E:
        made = make_route(method, path, access, limit, endpoint)
        if (method, path) in _routes:
            raise ValueError(f"{method} {path} is registered twice")
        _routes[method, path] = made
        return endpoint

    return register


def all_routes() -> list[Route]:
    """Every registered route, by path and method."""
    return [_routes[key] for key in sorted(_routes, key=lambda key: (key[1], key[0]))]
