"""What a person can do about uploads. Nothing here throws anything away."""

from __future__ import annotations

from typing import Any

from desktop.features.sync_centre import operations
from desktop.platform.action import Action


def _can_dismiss(view: Any) -> bool:
    return view.entry is not None and "dismiss" in view.entry["ways"]


def _can_change(view: Any) -> bool:
    return view.entry is not None and operations.may_send_again(view.entry)


SYNC = Action(
    "sync_centre.sync", "sync_centre.action.sync", "sync_now", "F9", "sync", search_key="sync_centre.search.sync"
)
CHANGE = Action("sync_centre.change", "sync_centre.action.change", "change_and_send", "F4", "", _can_change)
DISMISS = Action("sync_centre.dismiss", "sync_centre.action.dismiss", "dismiss", "F8", "check", _can_dismiss)
CHECK = Action(
    "sync_centre.check", "sync_centre.action.check", "check_data", "F6", "", search_key="sync_centre.search.check"
)
EXPORT = Action("sync_centre.export", "sync_centre.action.export", "export", "Ctrl+E", "download")

DECLARED = (SYNC, CHANGE, DISMISS, CHECK, EXPORT)
