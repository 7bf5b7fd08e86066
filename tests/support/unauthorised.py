"""Goods of a counter that its shop has and is no longer authorised for: their product is not there any more."""

from __future__ import annotations

from domain.catalogue.model import kept_goods, price
from domain.kernel.ids import stable_id
from domain.stock.model import stock_balance
from domain.stock.rules import balance_id, place_id
from tests.support.counter import SHOP, Counter

CODE, NAME, BARCODE = "L001", "限定大米", "6901234567892"


def hold_unauthorised(counter: Counter, quantity: int) -> None:
    """So many thousandths of it lie in the shop; its price travels with its list, as prices do."""
    product_id, here = stable_id("product", CODE), place_id(SHOP, "warehouse")
    said = {"code": CODE, "name": NAME, "unit": "袋", "barcode": BARCODE, "stocked": 1, "told": 1}
    counter.write(kept_goods, [{"id": stable_id("kept", CODE), "party_id": SHOP, "product_id": product_id, **said}])
    held = {"id": balance_id(here, product_id), "party_id": SHOP, "place_id": here, "product_id": product_id}
    counter.write(stock_balance, [{**held, "quantity": quantity, "as_of": counter.clock.now_ms()}])
    of = {"id": stable_id("price", CODE), "price_list_id": stable_id("list", "RETAIL"), "product_id": product_id}
    counter.write(price, [{**of, "price": 50_0000, "valid_from": "2020-01-01"}])
