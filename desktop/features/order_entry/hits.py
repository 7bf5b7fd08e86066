"""What the search drops below the box: name, price, stock and how old that figure is."""

from __future__ import annotations

import i18n
from desktop.features.order_entry.operations import ShownLine
from desktop.widgets.figures import moment_text, price_text, quantity_text
from desktop.widgets.result_list import Result

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


def age_text(as_of: int, now_ms: int) -> str:
    """How old a figure of stock is: minutes, hours, then the date; empty for never told."""
    age = now_ms - as_of
    if not as_of or age >= DAY:
        return moment_text(as_of, now_ms)
    if age < MINUTE:
        return i18n.tr("order_entry.age.now")
    if age < HOUR:
        return i18n.tr("order_entry.age.minutes", n=age // MINUTE)
    return i18n.tr("order_entry.age.hours", n=age // HOUR)


def result_of(hit: ShownLine, now_ms: int) -> Result:
    """A hit as the box shows it; what is picked is the product's code."""
    return Result(
        hit.name,
        f"{hit.code} · {hit.unit}",
        "—" if hit.unit_price is None else price_text(hit.unit_price),
        i18n.tr("order_entry.stock", n=quantity_text(hit.stock)),
        age_text(hit.as_of, now_ms),
        tone="text" if hit.stock > 0 else "warning",
        data=hit.code,
    )
