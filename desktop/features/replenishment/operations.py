"""Ordering from the upline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from desktop.features.replenishment.draft import Draft
from desktop.store.finding import find_products
from desktop.store.handled import CHANGED, Handling
from desktop.store.ledger import DraftsAfter
from desktop.store.store import Performed, Store
from desktop.widgets.line_steps import EnteredLine
from domain.catalogue import queries as catalogue
from domain.catalogue.queries import Asked
from domain.catalogue.units import Unit, pack
from domain.kernel.channels import Row
from domain.kernel.money import line_amount
from domain.orders import queries_pages
from domain.orders.pricing import TRADE, Wanted
from domain.orders.queries_pages import OrderFilter
from domain.orders.replenishment_handlers import decide_replenishment
from domain.parties import queries as parties
from domain.stock import queries as stock
from domain.stock.rules import place_id

DRAFT = "replenishment"
LOW = 5_000
"""Available thousandths from which downward a product is called low."""


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line, or a hit of the search, as the screen shows it; quantities in thousandths of the product's own unit,
    amounts in minor units.

    Attributes:
        unit, factor: the unit it is ordered in, and what is in one of it.
        price: of that unit, trade price in 1/10000, None when the upline has set none.
        list_name, valid_from: where the price comes from.
        here: what is available here; ``as_of`` in ms, 0 for never told.
        problem: what keeps it from being ordered: ``delisted``, ``no_price``, or empty.
    """

    key: str
    code: str
    name: str
    unit: str
    factor: int
    quantity: int
    price: int | None
    amount: int
    list_name: str
    valid_from: str
    here: int
    as_of: int
    problem: str

    @property
    def pack(self) -> Unit:
        """The line's unit."""
        return pack(self.unit, self.factor)

    @property
    def low(self) -> bool:
        """Whether little is left here."""
        return self.here <= LOW


def submit(
    store: Store, wanted: Sequence[Wanted], *, note: str = "", draft_id: str | None = None, answers: str = ""
) -> Performed:
    """Ask the upline for goods; *answers* is the refused command that this replaces.

    Raises what :func:`decide_replenishment` raises.
    """
    handling = Handling(answers, CHANGED) if answers else None
    drafts = DraftsAfter(ends=draft_id or "")
    return store.perform(lambda ctx: decide_replenishment(ctx, wanted, note=note), drafts=drafts, answers=handling)


def submit_draft(store: Store, draft: Draft) -> Performed:
    """Submit the draft; it goes in the same commit. Raises what :func:`submit` raises; the draft stays then."""
    wanted = [Wanted(line.code, line.quantity, unit=line.unit, factor=line.factor) for line in draft.lines]
    return submit(store, wanted, note=draft.note, draft_id=DRAFT, answers=draft.answers)


def save_draft(store: Store, draft: Draft) -> None:
    """Keep the draft; when this returns a power cut loses nothing of it."""
    if draft.lines or draft.note:
        store.ledger.save_draft(DRAFT, DRAFT, draft.text(), store.clock.now_ms())
    else:
        store.ledger.drop_draft(DRAFT)


def load_draft(store: Store) -> Draft:
    """The draft that was in hand, an empty one when there was none."""
    kept = store.ledger.drafts(DRAFT)
    return msgspec.json.decode(kept[0]["body"], type=Draft) if kept else Draft()


def price_draft(store: Store, draft: Draft) -> list[ShownLine]:
    """The lines with trade prices and what is here."""
    with store.read() as connection:
        known = catalogue.products_by_codes(connection, [line.code for line in draft.lines])
    return _shown(store, [(known[line.code], line) for line in draft.lines if line.code in known])


def search(store: Store, text: str, limit: int = 20) -> list[ShownLine]:
    """Listed products found by name, code, bar code, initials, price range or category."""
    with store.read() as connection:
        rows = find_products(store, connection, text, limit, usages=TRADE)
    listed = [row for row in rows if row["status"] == "listed"]
    return _shown(store, [(row, EnteredLine(code=row["code"], quantity=1000)) for row in listed])


def recent(store: Store, limit: int = 50) -> list[Row]:
    """Own orders to the upline, newest first, each with ``sync``."""
    me = store.known.party_id
    wanted = OrderFilter(party_id=me, kinds=("replenishment",))
    with store.read() as connection:
        rows = queries_pages.page_orders(connection, wanted, after=None, skip=0, limit=limit)
    rows = [row for row in rows if row["buyer_id"] == me]
    states = store.ledger.status_of([row["id"] for row in rows])
    return [{**row, "sync": states[row["id"]]["status"] if row["id"] in states else "confirmed"} for row in rows]


def upline_name(store: Store) -> str:
    """Whom the order goes to; empty at headquarters."""
    with store.read() as connection:
        me = parties.party_by_id(connection, store.known.party_id)
        row = parties.party_by_id(connection, me["parent_id"] or "") if me else None
    return str(row["name"]) if row else ""


def _shown(store: Store, wanted: Sequence[tuple[Row, EnteredLine]]) -> list[ShownLine]:
    me = store.known.party_id
    asked = [Asked(row["id"], line.quantity, line.unit, line.factor) for row, line in wanted]
    with store.read() as connection:
        party = parties.party_by_id(connection, me) or {}
        currency = str(party.get("currency", "CNY"))
        day = store.clock.today()
        prices = catalogue.prices_for(connection, asked, party, usages=TRADE, day=day, currency=currency)
        levels = stock.on_hand(connection, place_id(me, "warehouse"), [one.product_id for one in asked])
    found = []
    for (row, line), price in zip(wanted, prices, strict=True):
        level = levels[row["id"]]
        each = int(price["price"]) if price else None
        problem = "delisted" if row["status"] != "listed" else "no_price" if each is None else ""
        found.append(
            ShownLine(
                key=line.key,
                code=row["code"],
                name=row["name"],
                unit=line.unit or row["unit"],
                factor=line.factor,
                quantity=line.quantity,
                price=each,
                amount=line_amount(line.quantity, each or 0, currency, line.factor),
                list_name=str(price["list_name"] or price["list_code"]) if price else "",
                valid_from=str(price["valid_from"]) if price else "",
                here=int(level["available"]),
                as_of=int(level["as_of"]),
                problem=problem,
            )
        )
    return found
