"""Refusals that come from the server's edge rather than from the business, and the HTTP status of each kind."""

from __future__ import annotations

from domain.kernel.errors import DomainError, Invalid, NotEntitled, NotFound, Refused


class BadRequest(DomainError):
    """The request cannot be read at all: not JSON, a body that ends early."""


class Unauthorized(DomainError):
    """Nobody is signed in, or no longer."""


class TooLarge(DomainError):
    """The body is over the route's limit."""


class TooMany(DomainError):
    """Too many attempts; the parameter ``seconds`` says how long to wait."""


class NoRoute(DomainError):
    """There is no such path, or not with this method."""


class Unavailable(DomainError):
    """The server cannot serve this now, trying again later may work."""


_STATUS: dict[type[DomainError], int] = {
    BadRequest: 400,
    Unauthorized: 401,
    NotEntitled: 403,
    NotFound: 404,
    NoRoute: 404,
    Refused: 409,
    TooLarge: 413,
    Invalid: 422,
    TooMany: 429,
    Unavailable: 503,
}


def status_of(error: DomainError) -> int:
    """The HTTP status of a refusal, by its class or the nearest class above it; 400 for a plain ``DomainError``."""
    return next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), 400)
