"""What a cashier can do while an order is in hand; the keys are those of UX.md."""

from __future__ import annotations

from typing import Any

from desktop.platform.action import Action


def _can(what: str) -> Any:
    return lambda page: page.can(what)


def _action(name: str, handler: str, key: str, what: str = "", icon: str = "") -> Action:
    return Action(
        f"order_entry.{name}",
        f"order_entry.action.{name}",
        handler,
        key,
        icon,
        enabled_when=_can(what) if what else None,
        search_key=f"order_entry.search.{name}",
    )


ACTIONS = (
    _action("find", "go_find", "F2", icon="search"),
    _action("customer", "choose_customer", "F3", "edit", "person"),
    _action("quantity", "enter_quantity", "F4", "line"),
    Action(
        "order_entry.times",
        "order_entry.action.quantity",
        "enter_quantity",
        "*",
        enabled_when=_can("line"),
        in_palette=False,
    ),
    _action("unit", "switch_unit", "Shift+F4", "line"),
    _action("price", "enter_price", "F7", "line"),
    _action("line_discount", "discount_line", "F5", "line"),
    _action("order_discount", "discount_order", "F8", "lines"),
    _action("rounding", "change_rounding", "Shift+F8", "lines"),
    _action("lot", "choose_lot", "Ctrl+L", "line"),
    _action("note", "enter_note", "Ctrl+B", "lines"),
    _action("remove", "remove_line", "Del", "line"),
    _action("book", "book", "Ctrl+D", "book"),
    _action("hold", "hold", "F6", "lines"),
    _action("recall", "recall", "Shift+F6", "recall"),
    _action("undo", "undo", "Ctrl+Z", "undo"),
    _action("cancel", "cancel_sale", "Ctrl+Del", "cancel"),
    _action("pay", "pay", "F9", "take_money"),
    _action("pay_out", "pay_out", "Shift+F9", "credit"),
)
