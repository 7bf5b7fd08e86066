"""What a person can do on the screens of orders."""

from __future__ import annotations

from typing import Any

from desktop.platform.action import Action


def _may(step: str) -> Any:
    return lambda page: page.may(step)


STEPS = (
    Action("orders.approve", "orders.action.approve", "approve", "A", "check", _may("approve"),
           search_key="orders.search.approve"),
    Action("orders.refuse", "orders.action.refuse", "refuse", "R", "close", _may("refuse"),
           search_key="orders.search.refuse"),
    Action("orders.ship", "orders.action.ship", "ship", "S", "truck", _may("ship"), search_key="orders.search.ship"),
    Action("orders.close", "orders.action.close", "close_order", "C", "check", _may("close"),
           search_key="orders.search.close"),
    Action("orders.cancel", "orders.action.cancel", "cancel_order", "W", "undo", _may("cancel"),
           search_key="orders.search.cancel"),
    Action("orders.return", "orders.action.return", "take_back", "T", "undo", _may("return"),
           search_key="orders.search.return"),
    Action("orders.fetch", "orders.action.fetch", "fetch", "F", "cart", _may("fetch"),
           search_key="orders.search.fetch"),
    Action("orders.call_off", "orders.action.call_off", "call_off", "X", "close", _may("call_off"),
           search_key="orders.search.call_off"),
    Action("orders.void", "orders.action.void", "void", "V", "close", _may("void"), search_key="orders.search.void"),
)  # fmt: skip
"""What changes a document's state; each stands in the pane and is offered while it is allowed."""

MOVES = (
    Action("orders.next", "orders.action.next", "go_next", "J", in_palette=False),
    Action("orders.previous", "orders.action.previous", "go_previous", "K", in_palette=False),
)

ATTACH = Action("orders.attach", "attachments.action.add", "attach_file", "Ctrl+O", "plus",
                lambda page: page.may_attach(), search_key="attachments.search.add")  # fmt: skip

ORDERS = (
    Action("orders.find", "orders.action.find", "go_find", "F2", "search", search_key="orders.search.find"),
    *STEPS,
    ATTACH,
    *MOVES,
)

APPROVALS = (*STEPS, ATTACH, *MOVES)


def _can(what: str) -> Any:
    return lambda page: page.can(what)


def _free(name: str, handler: str, key: str, what: str = "", icon: str = "") -> Action:
    return Action(
        f"orders.free.{name}",
        f"orders.free.action.{name}",
        handler,
        key,
        icon,
        enabled_when=_can(what) if what else None,
        search_key=f"orders.free.search.{name}",
    )


FREE_RETURN = (
    _free("find", "go_find", "F2", icon="search"),
    _free("quantity", "enter_quantity", "F4", "line"),
    _free("unit", "switch_unit", "Shift+F4", "line"),
    _free("customer", "choose_customer", "F3", "edit", "person"),
    _free("lot", "choose_lot", "Ctrl+L", "line"),
    _free("price", "enter_price", "F7", "line"),
    _free("place", "move_line", "F5", "line"),
    _free("remove", "remove_line", "Del", "line"),
    _free("undo", "undo", "Ctrl+Z", "undo"),
    _free("clear", "clear", "Ctrl+Del", "lines"),
    _free("refund", "refund", "F9", "refund"),
)
"""Taking goods back at the counter; the keys are those of order entry."""
