"""What a person can do with the till."""

from __future__ import annotations

from desktop.platform.action import Action

OPEN = Action("till.open", "till.action.open", "open_shift", "F8", "plus", lambda page: not page.is_open,
              search_key="till.search.open")  # fmt: skip
CASH_IN = Action("till.cash_in", "till.action.cash_in", "cash_in", "F4", "download", lambda page: page.is_open,
                 search_key="till.search.cash_in")  # fmt: skip
CASH_OUT = Action("till.cash_out", "till.action.cash_out", "cash_out", "F5", "upload", lambda page: page.is_open,
                  search_key="till.search.cash_out")  # fmt: skip
NO_SALE = Action("till.no_sale", "till.action.no_sale", "no_sale", "F6", "open", lambda page: page.is_open,
                 search_key="till.search.no_sale")  # fmt: skip
CLOSE = Action("till.close", "till.action.close", "close_shift", "F9", "check", lambda page: page.is_open,
               search_key="till.search.close")  # fmt: skip
RULES = Action("till.rules", "till.action.rules", "change_rules", "F7", "settings", lambda page: page.manages,
               search_key="till.search.rules")  # fmt: skip
BESIDE = (CASH_IN, CASH_OUT, NO_SALE, RULES)
"""What has a button beside the large one, which opens and closes."""
ACTIONS = (OPEN, *BESIDE, CLOSE)
