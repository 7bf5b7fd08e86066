"""What a person can do on the stock screen."""

from __future__ import annotations

from typing import Any

from desktop.platform.action import Action


def _sheet(what: str) -> Any:
    return lambda page: page.can(what)


TABS = ("list", "receive", "direct", "count", "adjust", "history")

ACTIONS = (
    Action("stock.find", "stock.action.find", "go_find", "F2", "search"),
    Action("stock.quantity", "stock.action.quantity", "enter_quantity", "F4", enabled_when=_sheet("quantity")),
    Action("stock.unit", "stock.action.unit", "switch_unit", "Shift+F4", enabled_when=_sheet("quantity"),
           search_key="stock.search.unit"),
    Action("stock.lot", "stock.action.lot", "choose_lot", "Ctrl+L", enabled_when=_sheet("lot"),
           search_key="stock.search.lot"),
    Action("stock.serial", "stock.action.serial", "find_serial", "Ctrl+I", search_key="stock.search.serial"),
    Action("stock.partial", "stock.action.partial", "book_part", "F6", enabled_when=_sheet("partial"),
           search_key="stock.search.partial"),
    Action("stock.undo", "stock.action.undo", "undo_scan", "Ctrl+Z", enabled_when=_sheet("undo")),
    Action("stock.remove", "stock.action.remove", "remove_line", "Del", enabled_when=_sheet("remove")),
    Action("stock.confirm", "stock.action.confirm", "confirm", "F9", enabled_when=_sheet("confirm"),
           search_key="stock.search.confirm"),
    Action("stock.back", "stock.action.back", "go_back", "Esc", enabled_when=_sheet("back"), in_palette=False),
    Action("stock.attach", "attachments.action.add", "attach_file", "Ctrl+O", "plus", lambda page: page.may_attach(),
           search_key="attachments.search.add"),
    *(
        Action(f"stock.tab_{tab}", f"stock.tab.{tab}", f"show_{tab}", f"Ctrl+{number}",
               search_key=f"stock.search.{tab}")
        for number, tab in enumerate(TABS, 1)
    ),
)  # fmt: skip
