"""What a person can do while ordering from the upline."""

from __future__ import annotations

from typing import Any

from desktop.platform.action import Action


def _can(what: str) -> Any:
    return lambda page: page.can(what)


ACTIONS = (
    Action("replenishment.find", "replenishment.action.find", "go_find", "F2", "search"),
    Action("replenishment.quantity", "replenishment.action.quantity", "enter_quantity", "F4",
           enabled_when=_can("quantity")),
    Action("replenishment.unit", "replenishment.action.unit", "switch_unit", "Shift+F4",
           enabled_when=_can("quantity"), search_key="replenishment.search.unit"),
    Action("replenishment.note", "replenishment.action.note", "enter_note", "F7"),
    Action("replenishment.remove", "replenishment.action.remove", "remove_line", "Del", enabled_when=_can("quantity")),
    Action("replenishment.undo", "replenishment.action.undo", "undo", "Ctrl+Z", enabled_when=_can("undo")),
    Action("replenishment.submit", "replenishment.action.submit", "submit", "F9", enabled_when=_can("submit"),
           search_key="replenishment.search.submit"),
)  # fmt: skip
