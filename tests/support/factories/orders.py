"""Commands on orders and stock, made by hand where a test wants one that no decide would make."""

from __future__ import annotations

from typing import Any

from domain.customers.commands import AddCustomer, CustomerData
from domain.kernel.clock import FixedClock
from domain.kernel.ids import IdSource
from domain.kernel.money import line_amount
from domain.orders.commands import CompleteSale, Paid, SoldLine
from domain.stock.commands import TakeIn, TakenLine

ids = IdSource(FixedClock(1_700_000_050_000))


def sold(product_id: str, quantity: int = 1000, unit_price: int = 100_000, **changes: Any) -> SoldLine:
    """A line with its amount worked out."""
    fields: dict[str, Any] = {
        "product_id": product_id,
        "code": "TEA",
        "name": "龙井茶",
        "unit": "",
        "quantity": quantity,
        "unit_price": unit_price,
        "amount": line_amount(quantity, unit_price),
    }
    return SoldLine(**{**fields, **changes})


def sale(seller_id: str, *lines: SoldLine, **changes: Any) -> CompleteSale:
    """A paid sale."""
    total = sum(line.amount for line in lines)
    fields: dict[str, Any] = {
        "order_id": ids.new(),
        "number": "X-01-S000001",
        "seller_id": seller_id,
        "home": 1,
        "customer_id": None,
        "currency": "CNY",
        "lines": lines,
        "total": total,
        "tax_total": 0,
        "payments": (Paid(method="cash", amount=total, tendered=total),),
    }
    return CompleteSale(**{**fields, **changes})


def taken(party_id: str, *lines: tuple[str, int], **changes: Any) -> TakeIn:
    """Goods of a local supplier: (product id, thousandths)."""
    fields: dict[str, Any] = {
        "document_id": ids.new(),
        "number": "X-01-IN000001",
        "party_id": party_id,
        "home": 1,
        "kind": "intake",
        "lines": tuple(TakenLine(product_id=product_id, quantity=quantity) for product_id, quantity in lines),
    }
    return TakeIn(**{**fields, **changes})


def new_customer(party_id: str, name: str = "李建国", phone: str = "13812346621") -> tuple[AddCustomer, CustomerData]:
    """The command and its personal part."""
    return AddCustomer(customer_id=ids.new(), party_id=party_id), CustomerData(name=name, phone=phone)
