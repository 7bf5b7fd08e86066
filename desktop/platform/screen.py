"""A screen as data: what the navigation shows, to whom, and what makes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtWidgets import QWidget

from desktop.platform.later import later

if TYPE_CHECKING:
    from desktop.platform.workbench import Workbench
    from desktop.store.store import Store


class ScreenView(Protocol):
    """What a screen may offer besides being a widget; the window asks with ``getattr`` and a default."""

    def shown_with(self, **params: Any) -> None:
        """The screen comes to the front, with what the caller wants shown (an order's id, a search)."""

    def printable(self) -> str:
        """Id of the order that Ctrl+P prints, empty for none."""


Make = Callable[["Workbench"], QWidget]


def lazily(module: str, name: str) -> Make:
    """What makes the view *name* of *module*, imported when the screen is first opened: the start pays for one only."""

    return later(module, name)


@dataclass(frozen=True, slots=True)
class Screen:
    """One entry of the navigation.

    Attributes:
        id: ``order_entry``, ``orders`` …
        title_key: key of its words.
        icon: name of an icon.
        roles: who sees it.
        group: entries of one group stand together; a line parts the groups.
        position: order within the group.
        make: the view, made when it is first opened.
        at: ``dealer``, ``hq`` or ``both``: where it belongs.
        goes_on: may be used when this PC has been without its server for longer than its lease.
        needs: asked for what the databases must hold for the screen to be of use; None for always.
    """

    id: str
    title_key: str
    icon: str
    roles: frozenset[str]
    group: int
    position: int
    make: Make
    at: str = "both"
    needs: Callable[[Store], bool] | None = None
    goes_on: bool = False
