"""What a person can do with products and prices; dealers look only."""

from __future__ import annotations

from typing import Any

from desktop.platform.action import Action


def _may_maintain(view: Any) -> bool:
    return bool(view.may_maintain)


def _has_current(view: Any) -> bool:
    return bool(view.may_maintain and view.current is not None)


def _is_listed(view: Any) -> bool:
    return _has_current(view) and bool(view.current.listed)


def _is_delisted(view: Any) -> bool:
    return _has_current(view) and not view.current.listed


FIND = Action(
    "products.find", "products.action.find", "find_product", "F2", "search", search_key="products.search.find"
)
ADD = Action(
    "products.add", "products.action.add", "add", "Ctrl+N", "plus", _may_maintain, search_key="products.search.add"
)
EDIT = Action("products.edit", "products.action.edit", "edit", "F4", "", _has_current)
PRICE = Action(
    "products.price", "products.action.price", "set_price", "F7", "", _has_current, search_key="products.search.price"
)
BARCODE = Action("products.barcode", "products.action.barcode", "add_barcode", "F8", "", _has_current)
RANGE = Action(
    "products.range", "products.action.range", "set_range", "F6", "", _has_current, search_key="products.search.range"
)
LIST = Action("products.list", "products.action.list", "list_again", "", "", _is_delisted)
DELIST = Action("products.delist", "products.action.delist", "delist", "", "", _is_listed)
PRICE_LIST = Action("products.price_list", "products.action.price_list", "add_price_list", "Ctrl+L", "", _may_maintain)
OWN = Action(
    "products.own", "products.action.own", "show_own_goods", "F3", "", _may_maintain, search_key="products.search.own"
)

DECLARED = (FIND, ADD, EDIT, PRICE, BARCODE, RANGE, LIST, DELIST, PRICE_LIST, OWN)
