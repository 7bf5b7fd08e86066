"""What a run promises."""

from __future__ import annotations


class Broken(AssertionError):
    """A promise was broken; the text says which."""


def expect(holds: bool, promise: str, detail: object = "") -> None:
    """Raise Broken unless *holds*."""
    if not holds:
        raise Broken(f"{promise}: {detail}" if detail != "" else promise)
