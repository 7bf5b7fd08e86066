"""Finds the caller of a request by its ``Authorization`` header."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request

from server_stub.accounts.service import AccountService
from server_stub.kit.errors import Unauthorized
from server_stub.kit.http import Authenticate
from server_stub.kit.routes import Caller


def bearer(accounts: AccountService) -> Authenticate:
    """The edge's way to ask for the caller.

    Raises (when asked):
        Unauthorized: ``not_signed_in`` without a token, and what :meth:`AccountService.authenticate` raises.
    """

    def authenticate(request: Request) -> Callable[[], Caller]:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthorized("not_signed_in")
        return accounts.authenticate(token.strip())

    return authenticate
