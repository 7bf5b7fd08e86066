"""Errors as data: a code, parameters, and a kind. Words live in ``i18n`` under ``errors.<code>``."""

from __future__ import annotations

from typing import Any


class DomainError(Exception):
    """An expected refusal: something a person can read and act on.

    Attributes:
        code: short stable name, the key of the message in ``i18n``.
        params: values that the message names; plain str, int or Decimal strings.
    """

    def __init__(self, code: str, /, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        inside = ", ".join(f"{key}={value}" for key, value in self.params.items())
        return f"{self.code}({inside})"


class Invalid(DomainError):
    """The input is nonsense: unknown product, negative price, wrong type."""


class NotFound(DomainError):
    """There is no such thing, or the asker may not know of it: the same answer for both."""


class Refused(DomainError):
    """The thing exists but its state or a policy does not allow this now."""


class NotEntitled(DomainError):
    """The actor has no right to this; a sealed command that raises it goes to quarantine."""
