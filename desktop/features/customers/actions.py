"""What a person can do with customers."""

from __future__ import annotations

from desktop.platform.action import Action

ACTIONS = (
    Action("customers.find", "customers.action.find", "go_find", "F2", "search", search_key="customers.search.find"),
    Action("customers.add", "customers.action.add", "add", "Ctrl+N", "plus", search_key="customers.search.add"),
    Action("customers.edit", "customers.action.edit", "edit", "F4", enabled_when=lambda page: page.may_edit(),
           search_key="customers.search.edit"),
    Action("customers.collect", "customers.action.collect", "collect", "F8", enabled_when=lambda page: page.may_edit(),
           search_key="customers.search.collect"),
    Action("customers.credit", "customers.action.credit", "set_credit", "F7",
           enabled_when=lambda page: page.may_set_credit(), search_key="customers.search.credit"),
    Action("customers.bought", "customers.action.bought", "go_to_bought", "F6", in_palette=False),
)  # fmt: skip
