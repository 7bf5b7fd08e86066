"""What a person can do about uploads. Nothing here throws anything away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from desktop.platform.action import Action


def _way(way: str) -> Callable[[Any], bool]:
    return lambda view: way in view.ways


def _shown(view: Any) -> bool:
    return view.entry is not None


def _choosable(view: Any) -> bool:
    return bool(view.can_choose)


def _held(view: Any) -> bool:
    return bool(view.held_waits)


def _alarmed(view: Any) -> bool:
    return bool(view.has_alarms or view.has_told)


def _sees_devices(view: Any) -> bool:
    return bool(view.sees_devices)


SYNC = Action(
    "sync_centre.sync", "sync_centre.action.sync", "sync_now", "F9", "sync", search_key="sync_centre.search.sync"
)
REASSIGN = Action("sync_centre.reassign", "sync_centre.action.reassign", "reassign", "F3", "person", _way("reassign"))
CHANGE = Action("sync_centre.change", "sync_centre.action.change", "change_and_send", "F4", "", _way("change"))
OPEN = Action("sync_centre.open", "sync_centre.action.open", "open_document", "F5", "", _shown)
CHECK = Action(
    "sync_centre.check", "sync_centre.action.check", "check_data", "F6", "", search_key="sync_centre.search.check"
)
DISMISS = Action("sync_centre.dismiss", "sync_centre.action.dismiss", "dismiss", "F8", "check", _way("dismiss"))
VOID = Action("sync_centre.void", "sync_centre.action.void", "void", "Ctrl+Del", "", _way("void"))
CHOOSE = Action("sync_centre.choose", "clashes.choose", "choose", "Ctrl+J", "", _choosable)
RELEASE = Action("sync_centre.release", "sync_centre.action.release", "release", "F7", "check", _held)
REFUSE = Action("sync_centre.refuse", "sync_centre.action.refuse", "refuse", "Ctrl+D", "", _held)
ACKNOWLEDGE = Action("sync_centre.acknowledge", "sync_centre.action.acknowledge", "acknowledge", "Ctrl+G", "", _alarmed)
EXPORT = Action("sync_centre.export", "sync_centre.action.export", "export", "Ctrl+E", "download")

TABS = ("inbox", "documents", "history", "devices", "held", "clashes")
MANAGED = frozenset({"devices", "held"})
"""Tabs of those who look after the shops below; no document of this PC stands in them."""
ALONE = MANAGED | {"clashes"}
"""Tabs whose rows are no commands of this PC: nothing stands beside the list."""
WAYS = (CHANGE, REASSIGN, VOID, OPEN, DISMISS)
DECLARED = (
    SYNC, *WAYS, CHOOSE, CHECK, RELEASE, REFUSE, ACKNOWLEDGE, EXPORT,
    *(
        Action(f"sync_centre.tab_{tab}", f"sync_centre.tab.{tab}", f"show_{tab}", f"Ctrl+{place}",
               enabled_when=_sees_devices if tab in MANAGED else None)
        for place, tab in enumerate(TABS, 1)
    ),
)  # fmt: skip
