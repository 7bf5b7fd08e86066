"""What a cashier does, one function each. They run where the databases' owner runs; the caller broadcasts changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from desktop.store.store import Performed, Store
from domain.catalogue import queries as catalogue
from domain.kernel.channels import Row
from domain.kernel.money import line_amount
from domain.orders.pricing import RETAIL, Wanted
from domain.orders.sale_handlers import decide_sale
from domain.parties import queries as parties
from domain.stock import queries as stock
from domain.stock.rules import place_id

DRAFT = "sale"


class DraftLine(msgspec.Struct, kw_only=True):
    """A line being entered: product code, thousandths, manual price in 1/10000 or None."""

    code: str
    quantity: int
    price: int | None = None


class SaleDraft(msgspec.Struct, kw_only=True):
    """The order in hand; kept in the ledger after every change."""

    lines: list[DraftLine] = []
    customer_id: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line as the screen shows it; amounts in minor units, ``problem`` a code or empty.

    ``stock`` and ``as_of`` are None and 0 when nothing is known.
    """

    code: str
    name: str
    spec: str
    unit: str
    quantity: int
    unit_price: int | None
    amount: int | None
    list_name: str
    valid_from: str
    list_price: int | None
    manual: bool
    stock: int
    as_of: int
    problem: str


def complete_sale(
    store: Store,
    wanted: Sequence[Wanted],
    *,
    customer_id: str | None = None,
    payments: Sequence[tuple[str, int]] = (),
    note: str = "",
) -> Performed:
    """Complete a retail sale. Raises what :func:`domain.orders.sale_handlers.decide_sale` raises."""
    return store.perform(lambda ctx: decide_sale(ctx, wanted, customer_id=customer_id, payments=payments, note=note))


def save_draft(store: Store, draft_id: str, draft: SaleDraft) -> None:
    """Keep the order in hand; when this returns a power cut loses nothing of it."""
    store.ledger.save_draft(draft_id, DRAFT, msgspec.json.encode(draft).decode(), store.clock.now_ms())


def load_drafts(store: Store) -> list[tuple[str, SaleDraft, int]]:
    """(id, draft, when saved in ms) of orders in hand, newest first."""
    return [
        (row["id"], msgspec.json.decode(row["body"], type=SaleDraft), row["updated_at"])
        for row in store.ledger.drafts(DRAFT)
    ]


def drop_draft(store: Store, draft_id: str) -> None:
    """The order in hand was completed or cancelled."""
    store.ledger.drop_draft(draft_id)


def price_draft(store: Store, draft: SaleDraft) -> list[ShownLine]:
    """The lines with price, stock and what is wrong with them; nothing is sealed."""
    with store.read() as connection:
        party = parties.party_by_id(connection, store.known.party_id) or {}
        known = catalogue.products_by_codes(connection, [line.code for line in draft.lines])
        asked = [(known[line.code]["id"], line.quantity) for line in draft.lines if line.code in known]
        currency = str(party.get("currency", "CNY"))
        prices: list[Row | None] = []
        if party and asked:
            day = store.clock.today()
            prices = catalogue.prices_for(connection, asked, party, usages=RETAIL, day=day, currency=currency)
        here = place_id(store.known.party_id, "warehouse")
        levels = stock.on_hand(connection, here, [product_id for product_id, _ in asked])
    priced = iter(prices or [None] * len(asked))
    return [
        _shown(line, known.get(line.code), next(priced) if line.code in known else None, levels, currency)
        for line in draft.lines
    ]


def _shown(line: DraftLine, product: Row | None, price: Row | None, levels: dict[str, Row], currency: str) -> ShownLine:
    level: dict[str, Any] = levels.get(product["id"], {}) if product else {}
    unit_price = line.price if line.price is not None else price["price"] if price else None
    problem = ""
    if product is None:
        problem = "unknown_product"
    elif product["status"] != "listed":
        problem = "product_delisted"
    elif unit_price is None:
        problem = "no_price"
    return ShownLine(
        code=line.code,
        name=product["name"] if product else line.code,
        spec=product["spec"] if product else "",
        unit=product["unit"] if product else "",
        quantity=line.quantity,
        unit_price=unit_price,
        amount=None if unit_price is None else line_amount(line.quantity, unit_price, currency),
        list_name=(price["list_name"] or price["list_code"]) if price else "",
        valid_from=price["valid_from"] if price else "",
        list_price=price["price"] if price else None,
        manual=line.price is not None,
        stock=int(level.get("available", 0)),
        as_of=int(level.get("as_of", 0)),
        problem=problem,
    )
