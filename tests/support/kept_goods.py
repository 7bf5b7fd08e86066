"""Goods at the made counter that are kept by lot, or piece by piece."""

from __future__ import annotations

from domain.catalogue.model import barcode, price, product
from domain.kernel.ids import stable_id
from domain.stock.model import lot, stock_balance, stock_move
from domain.stock.rules import balance_id, place_id
from tests.support.counter import SHOP, Counter, product_id

YOGHURT, PHONE = "6907992100296", "6901443400010"
"""Bar codes; the yoghurt's has a right check digit."""
GTIN = f"0{YOGHURT}"
LOTS = (("OLD", 2_000, "2026-01-31"), ("SOON", 3_000, "2026-12-31"), ("LATER", 9_000, "2027-06-30"))
"""Lot, thousandths, last good day; the made counter's day is 2026-11-18."""
HERE = "SN-HERE"
"""The serial of a phone that came in."""


def add_kept_goods(counter: Counter) -> None:
    """B001, yoghurt in three lots, and B002, a phone with serials."""
    asks = {"B001": {"by_lot": 1, "by_expiry": 1}, "B002": {"by_serial": 1}}
    names = {"B001": ("酸奶", "杯", YOGHURT), "B002": ("手机", "台", PHONE)}
    for code, (name, unit, bar) in names.items():
        row = {"id": product_id(code), "code": code, "name": name, "unit": unit, "status": "listed", "stocked": 1}
        counter.write(product, [{**row, **asks[code]}])
        of = {"product_id": product_id(code)}
        counter.write(barcode, [{"id": stable_id("bar", bar), **of, "code": bar, "factor": 1000}])
        cost = {"price_list_id": stable_id("list", "RETAIL"), "price": 100_000, "valid_from": "2026-11-01", "set_at": 1}
        counter.write(price, [{"id": stable_id("price", bar), **of, **cost}])
    here, yoghurt = place_id(SHOP, "warehouse"), product_id("B001")
    for code, quantity, until in LOTS:
        shelf = {"id": balance_id(here, yoghurt, code), "party_id": SHOP, "place_id": here, "product_id": yoghurt}
        counter.write(stock_balance, [{**shelf, "lot": code, "quantity": quantity, "reserved": 0, "as_of": 1}])
        said = {"party_id": SHOP, "product_id": yoghurt, "code": code, "expires_on": until, "source_id": SHOP, "at": 1}
        counter.write(lot, [{"id": stable_id("lot", code), **said}])
    came = {"party_id": SHOP, "product_id": product_id("B002"), "serial": HERE, "quantity": 1000, "home": 1}
    ends = {"from_place": place_id(SHOP, "supplier"), "to_place": here, "reason": "intake", "source_id": SHOP}
    counter.write(stock_move, [{"id": stable_id("move", HERE), **came, **ends, "business_date": "2026-11-01", "at": 1}])
