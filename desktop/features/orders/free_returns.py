"""Goods without their receipt: finding them, what is given back for them, and the draft of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import msgspec

from desktop.features.orders.return_draft import DRAFT, BackLine, ReturnDraft
from desktop.store import searching
from desktop.store.doubts import COMING, doubts
from desktop.store.store import Store
from desktop.widgets.line_steps import ShownGoods
from domain.catalogue import queries as catalogue, queries_kept
from domain.catalogue.queries import Asked
from domain.kernel.channels import Row
from domain.kernel.money import line_amount
from domain.orders import queries
from domain.orders.pricing import RETAIL
from domain.orders.queries_parts import sale_of_serial
from domain.parties import queries as parties

UNIT = 1000
MOST_HITS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class BackRow(ShownGoods):
    """``price`` is what is given back for one, ``listed`` what it costs now (1/10000); ``asks_lot``: the product is
    kept by lot and nobody said which; ``authorised``: this shop may sell it."""

    price: int | None
    listed: int | None
    to: str
    asks_lot: bool = False
    authorised: bool = True


def load_draft(store: Store) -> ReturnDraft:
    """The return that was in hand."""
    kept = store.ledger.drafts(DRAFT)
    return msgspec.json.decode(kept[0]["body"], type=ReturnDraft) if kept else ReturnDraft()


def save_draft(store: Store, draft: ReturnDraft) -> None:
    """Keep it; when this returns a power cut loses nothing of it."""
    if draft == ReturnDraft():
        store.ledger.drop_draft(DRAFT)
    else:
        store.ledger.save_draft(DRAFT, DRAFT, draft.text(), store.clock.now_ms())


def sale_of(store: Store, number: str) -> str | None:
    """Id of our sale with this number: a receipt was scanned."""
    with store.read() as connection:
        order = queries.order_by_number(connection, number)
    ours = order is not None and order["kind"] == "retail" and order["seller_id"] == store.known.party_id
    return str(order["id"]) if order is not None and ours else None


def sold_with(store: Store, code: str, serial: str) -> Row | None:
    """Our sale with which this piece of a product went out and of which it has not come back."""
    with store.read() as connection:
        row = queries_kept.products_by_codes(connection, [code], store.known.party_id).get(code)
        return sale_of_serial(connection, store.known.party_id, row["id"], serial) if row else None


def search(store: Store, text: str) -> list[BackRow]:
    """Products found by name, code, bar code or initials; also those that are no longer sold."""
    with store.read() as connection:
        codes = [hit.code for hit in searching.find(connection, text, MOST_HITS)]
        codes += [row["code"] for row in queries_kept.named_like(connection, text, MOST_HITS)]
    return rows(store, ReturnDraft(lines=tuple(BackLine(code=code, quantity=UNIT) for code in codes[:MOST_HITS])))


def rows(store: Store, draft: ReturnDraft) -> list[BackRow]:
    """The lines with names and what is given back for them."""
    with store.read() as connection:
        party = parties.party_by_id(connection, store.known.party_id) or {}
        known = queries_kept.products_by_codes(connection, [line.code for line in draft.lines], store.known.party_id)
        currency = str(party.get("currency", "CNY"))
        asked = [
            Asked(known[line.code]["id"], line.quantity, line.unit, line.factor)
            for line in draft.lines
            if line.code in known
        ]
        prices: list[Row | None] = [None] * len(asked)
        if party and asked:
            day = store.clock.today()
            prices = catalogue.prices_for(connection, asked, party, usages=RETAIL, day=day, currency=currency)
        odd = {
            line.key: doubts(connection, store.known.party_id, known[line.code]["id"], line.serials, COMING)
            for line in draft.lines
            if line.code in known
        }
    listed = iter(price["price"] if price else None for price in prices)
    shown = [
        _row(line, known.get(line.code), next(listed) if line.code in known else None, currency) for line in draft.lines
    ]
    return [replace(line, doubts=odd.get(line.key, ())) for line in shown]


def _row(line: BackLine, product: Row | None, listed: int | None, currency: str) -> BackRow:
    price = line.price if line.price is not None else listed
    return BackRow(
        key=line.key,
        code=line.code,
        name=product["name"] if product else line.code,
        spec=product["spec"] if product else "",
        unit=line.unit or (product["unit"] if product else ""),
        factor=line.factor,
        quantity=line.quantity,
        price=price,
        listed=listed,
        amount=None if price is None else line_amount(line.quantity, price, currency, line.factor),
        to=line.to,
        problem=_problem(line, product, price),
        lot=line.lot,
        serials=line.serials,
        asks_lot=product is not None and bool(product["by_lot"]) and not line.lot,
        authorised=product is None or bool(product.get("authorised", 1)),
    )


def _problem(line: BackLine, product: Row | None, price: int | None) -> str:
    if product is None:
        return "unknown_product"
    if price is None:
        return "no_price"
    return "serial_missing" if line.lacks_serial else ""
