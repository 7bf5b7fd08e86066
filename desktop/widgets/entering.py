"""What a screen on which one scans works on: lines about products, and a draft of them that can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from desktop.store.scanning import Found
from domain.catalogue.units import OWN, Unit


class Coded(Protocol):
    """Something about one product, in one of its units."""

    @property
    def code(self) -> str:
        """The product's code."""
        ...

    @property
    def key(self) -> str:
        """What the line is known by."""
        ...

    @property
    def pack(self) -> Unit:
        """The unit in which it is entered."""
        ...


class ScannedLine(Coded, Protocol):
    """A line as shown."""

    @property
    def quantity(self) -> int:
        """Thousandths of the product's own unit."""
        ...


class ScannedDraft(Protocol):
    """What is being entered; ``last`` is the key of the line entered last."""

    @property
    def lines(self) -> Sequence[Coded]:
        """One line per product and unit."""
        ...

    @property
    def last(self) -> str:
        """Empty for nothing yet."""
        ...


D = TypeVar("D", bound=ScannedDraft)
L = TypeVar("L", bound=ScannedLine)


class Entering(Protocol[D]):
    """A draft being worked on: :class:`desktop.platform.steps.Steps` with the lines of its kind."""

    draft: D

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        ...

    def add(self, found: Found) -> None:
        """More of a product."""
        ...

    def put_quantity(self, key: str, quantity: int, unit: Unit = OWN) -> None:
        """The quantity of a line, entered; *unit* of one that was only shown so far."""
        ...

    def put_unit(self, key: str, unit: Unit) -> None:
        """As many of another unit."""
        ...

    def remove(self, key: str) -> None:
        """Take a line off."""
        ...

    def undo(self) -> bool:
        """Take the last step back."""
        ...
