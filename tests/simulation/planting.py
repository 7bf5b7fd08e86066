"""Putting a fault into the product for a while: a name replaced where it is looked up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

Planting = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class Fault:
    """A deliberate fault.

    Attributes:
        name: short, as the list of recorded seeds has it.
        about: what is wrong with the product while it is planted.
        plant: puts it in for the time of a ``with`` block.
    """

    name: str
    about: str
    plant: Planting


@contextmanager
def replaced(place: Any, name: str, value: Any) -> Iterator[None]:
    """*place*'s *name* is *value* inside."""
    real = place.__dict__[name]
    setattr(place, name, value)
    try:
        yield
    finally:
        setattr(place, name, real)


def wrapped(place: Any, name: str, around: Callable[..., Any]) -> Planting:
    """*place*'s *name* is called through *around*, which is given the real one first."""

    def plant() -> AbstractContextManager[None]:
        real = place.__dict__[name]
        return replaced(place, name, lambda *args, **options: around(real, *args, **options))

    return plant


def every(number: int, real: Callable[..., Any], otherwise: Any = None) -> Callable[..., Any]:
    """*real*, but each so many-th call does nothing and gives *otherwise*."""
    calls = [0]

    def sometimes(*args: Any, **options: Any) -> Any:
        calls[0] += 1
        return otherwise if calls[0] % number == 0 else real(*args, **options)

    return sometimes
