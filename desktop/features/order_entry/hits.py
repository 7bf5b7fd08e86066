"""What the search drops below the box: name, price, stock and how old that figure is."""

from __future__ import annotations

import i18n
from desktop.features.order_entry.operations import ShownLine
from desktop.widgets.figures import age_text, price_text, quantity_text
from desktop.widgets.result_list import Result


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
