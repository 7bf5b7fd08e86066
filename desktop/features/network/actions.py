"""What a person can do with dealers and people; enabled by the rules that the commands check."""

from __future__ import annotations

from typing import Any

from desktop.features.network import operations
from desktop.platform.action import Action


def _may_add_dealer(view: Any) -> bool:
    return view.branch is not None and operations.may_add_below(view.actor, view.branch.party)


def _may_edit_dealer(view: Any) -> bool:
    return view.branch is not None and operations.may_edit_dealer(view.actor, view.branch.party)


def _may_add_person(view: Any) -> bool:
    return view.branch is not None and bool(operations.roles_to_give(view.actor, view.branch.id))


def _may_edit_person(view: Any) -> bool:
    return view.person is not None and operations.may_edit_person(view.actor, view.person)


def _may_set_policy(view: Any) -> bool:
    return operations.may_set_policy(view.actor)


def _may_set_password(view: Any) -> bool:
    return view.person is not None and operations.may_set_password(view.actor, view.person)


FIND = Action("network.find", "network.action.find", "find_party", "F2", "search", search_key="network.search.find")
ADD_DEALER = Action(
    "network.add_dealer",
    "network.action.add_dealer",
    "add_dealer",
    "Ctrl+N",
    "plus",
    _may_add_dealer,
    search_key="network.search.add_dealer",
)
EDIT_DEALER = Action("network.edit_dealer", "network.action.edit_dealer", "edit_dealer", "F4", "", _may_edit_dealer)
MOVE_DEALER = Action(
    "network.move_dealer",
    "network.action.move_dealer",
    "move_dealer",
    "Ctrl+M",
    "",
    _may_edit_dealer,
    search_key="network.search.move_dealer",
)
ADD_PERSON = Action(
    "network.add_person",
    "network.action.add_person",
    "add_person",
    "F7",
    "",
    _may_add_person,
    search_key="network.search.add_person",
)
EDIT_PERSON = Action("network.edit_person", "network.action.edit_person", "edit_person", "F8", "", _may_edit_person)
PASSWORD = Action(
    "network.password",
    "network.action.password",
    "set_password",
    "F6",
    "",
    _may_set_password,
    search_key="network.search.password",
)
RESET_PIN = Action(
    "network.reset_pin",
    "network.action.reset_pin",
    "reset_pin",
    "Shift+F6",
    "",
    _may_set_password,
    search_key="network.search.reset_pin",
)
RULES = Action(
    "network.rules",
    "network.action.rules",
    "set_rules",
    "Shift+F8",
    "",
    _may_set_policy,
    search_key="network.search.rules",
)

DECLARED = (FIND, ADD_DEALER, EDIT_DEALER, MOVE_DEALER, ADD_PERSON, EDIT_PERSON, PASSWORD, RESET_PIN, RULES)
