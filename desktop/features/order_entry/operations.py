"""What a cashier does, one function each. They run where the databases' owner runs; the caller broadcasts changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from desktop.features.order_entry.credits import CURRENT, leaves, with_credits
from desktop.features.order_entry.draft import DraftLine, SaleDraft
from desktop.features.order_entry.lots import ShownLot, preview
from desktop.features.order_entry.taken_back import HELD, with_taken_back
from desktop.platform.later import later
from desktop.store import customers
from desktop.store.doubts import LEAVING, doubts
from desktop.store.ledger import Draft, DraftsAfter
from desktop.store.store import Performed, Store
from desktop.widgets.line_steps import ShownGoods
from domain.catalogue import queries as catalogue
from domain.catalogue.queries import Asked
from domain.catalogue.weighed import pieces_of
from domain.kernel.channels import Row
from domain.kernel.ids import IdSource
from domain.orders.bill import rounding_of
from domain.orders.booking import DEPOSIT
from domain.orders.booking_handlers import decide_booking
from domain.orders.commands import Approval
from domain.orders.labels import gross, settle
from domain.orders.pricing import RETAIL, Wanted
from domain.orders.returning import EXCHANGE
from domain.orders.sale_handlers import decide_sale
from domain.parties import queries as parties
from domain.stock import queries as stock
from domain.stock.rules import place_id
from domain.tills import queries as tills

UNIT = 1000
SALE = "orders.complete_sale"
Work = Callable[[Store], object]
FIND_PRODUCTS: Callable[..., list[Row]] = later("desktop.store.finding", "find_products")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLine(ShownGoods):
    """``amount`` is what is left after ``discount``, ``label`` what a scale's labels say about it.

    ``stock``, what is available here, are thousandths of the product's own unit; ``unit_price`` is for one unit of the
    line in 1/10000; ``as_of`` when the stock was told (ms, 0 for never).
    """

    unit_price: int | None
    list_name: str
    valid_from: str
    list_price: int | None
    manual: bool
    discount: int
    reason: str
    stock: int
    as_of: int
    label: int = 0
    lots: tuple[ShownLot, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """An order put aside: its draft, when, for whom, what is in it, how much (None when a price is missing),
    and thousandths of pieces."""

    id: str
    draft: SaleDraft
    at: int
    customer: str
    total: int | None
    goods: tuple[str, ...] = ()
    pieces: int = 0


def complete_sale(
    store: Store,
    wanted: Sequence[Wanted],
    *,
    customer_id: str | None = None,
    payments: Sequence[tuple[str, int]] = (),
    note: str = "",
    discount: int = 0,
    rounding: str = "",
    approvals: Sequence[Approval] = (),
    depends_on: Sequence[str] = (),
    drafts: DraftsAfter | None = None,
    booking_id: str | None = None,
) -> Performed:
    """Complete a retail sale; the draft it came from ends in the same commit.

    Raises what :func:`domain.orders.sale_handlers.decide_sale` raises; the draft stays then.
    """
    return store.perform(
        lambda ctx: decide_sale(
            ctx,
            wanted,
            customer_id=customer_id,
            payments=payments,
            note=note,
            discount=discount,
            rounding=rounding,
            approvals=approvals,
            depends_on=depends_on,
            booking_id=booking_id,
        ),
        drafts=drafts,
    )


def complete_draft(
    store: Store, draft: SaleDraft, payments: Sequence[tuple[str, int]], approvals: Sequence[Approval] = ()
) -> Performed:
    """Complete the order in hand; *payments* are (means, minor units handed over), the change is worked out.

    A draft that says nothing about rounding is rounded as the dealer usually does. What an exchange gave back and is
    not used here stays for the next order, in the same commit.
    """
    used = sum(amount for method, amount in payments if method == EXCHANGE)
    return complete_sale(
        store,
        [_wanted(line) for line in draft.lines],
        customer_id=draft.customer_id,
        payments=[part for part in payments if part[0] != DEPOSIT],
        note=_note(draft),
        discount=draft.discount,
        rounding=_rounding(store, draft),
        approvals=approvals,
        depends_on=[command_id for command_id, _ in draft.credits],
        drafts=leaves(draft.rest(used)),
        booking_id=draft.booking[0] if draft.booking else None,
    )


def book_draft(
    store: Store,
    draft: SaleDraft,
    payments: Sequence[tuple[str, int]],
    approvals: Sequence[Approval] = (),
    *,
    deposit: int,
    wanted_on: str,
) -> Performed:
    """The order in hand is a customer's, to be fetched later; *deposit* of it (minor units) is paid with *payments*.

    Raises what :func:`domain.orders.booking_handlers.decide_booking` raises; the draft stays then.
    """
    return store.perform(
        lambda ctx: decide_booking(
            ctx,
            [_wanted(line) for line in draft.lines],
            customer_id=draft.customer_id,
            deposit=deposit,
            payments=payments,
            wanted_on=wanted_on,
            note=_note(draft),
            discount=draft.discount,
            rounding=_rounding(store, draft),
            approvals=approvals,
        ),
        drafts=leaves(draft.rest(0)),
    )


def _note(draft: SaleDraft) -> str:
    return " · ".join(dict.fromkeys(part for part in (draft.note, draft.remark) if part))


def _rounding(store: Store, draft: SaleDraft) -> str:
    return str(policy(store)["rounding"]) if draft.rounding is None else draft.rounding


def _wanted(line: DraftLine) -> Wanted:
    return Wanted(
        line.code,
        line.quantity,
        line.price,
        line.discount,
        line.reason,
        line.label,
        line.unit,
        line.factor,
        line.note,
        line.lot,
        line.serials,
    )


def policy(store: Store) -> Row:
    """The dealer's rules of the till, a row of :data:`domain.tills.model.till_policy`."""
    with store.read() as connection:
        return tills.policy_of(connection, store.known.party_id)


def last_sale(store: Store) -> str:
    """Id of the sale made last on this PC, of the newest commands; empty for none: its receipt may be wanted again."""
    made = (row for row in store.ledger.recent() if row["kind"] == SALE)
    return next((str(row["document_id"]) for row in made), "")


def save_draft(store: Store, draft: SaleDraft) -> None:
    """Keep the order in hand; when this returns a power cut loses nothing of it."""
    if draft == SaleDraft():
        store.ledger.drop_draft(CURRENT)
    else:
        store.ledger.save_draft(CURRENT, CURRENT, draft.text(), store.clock.now_ms())


def load_draft(store: Store) -> SaleDraft:
    """The order that was in hand, an empty one when there was none, with what exchanges gave back meanwhile; or the
    sale that was taken back meanwhile to be entered anew.
    """
    kept = store.ledger.drafts(CURRENT)
    draft = msgspec.json.decode(kept[0]["body"], type=SaleDraft) if kept else SaleDraft()
    return with_credits(store, with_taken_back(store, draft))


def hold(store: Store, draft: SaleDraft) -> None:
    """Put the order in hand aside, in one commit."""
    store.ledger.move_draft(CURRENT, _as_held(store, draft), store.clock.now_ms())


def recall(store: Store, held: Held, aside: SaleDraft | None = None) -> None:
    """Take a held order in hand and put the one that was there *aside*, in one commit."""
    also = () if aside is None else (_as_held(store, aside),)
    store.ledger.move_draft(held.id, (CURRENT, CURRENT, held.draft.text()), store.clock.now_ms(), *also)


def take_in_hand(store: Store, draft: SaleDraft, aside: SaleDraft | None) -> None:
    """Keep *draft* as the order in hand and put the one that was there *aside*, in one commit."""
    also = () if aside is None else (_as_held(store, aside),)
    store.ledger.move_draft(CURRENT, (CURRENT, CURRENT, draft.text()), store.clock.now_ms(), *also)


def _as_held(store: Store, draft: SaleDraft) -> Draft:
    return IdSource(store.clock).new(), HELD, draft.text()


def held_orders(store: Store) -> list[Held]:
    """Orders put aside, newest first."""
    found = []
    for row in store.ledger.drafts(HELD):
        draft = msgspec.json.decode(row["body"], type=SaleDraft)
        lines = price_draft(store, draft)
        net = max(0, sum(line.amount or 0 for line in lines) - draft.discount)
        known = all(line.amount is not None for line in lines)
        total = net + rounding_of(net, _rounding(store, draft)) if known else None
        who = customers.customer_name(store, draft.customer_id)
        goods = tuple(dict.fromkeys(line.name for line in lines))
        pieces = sum(pieces_of(line.quantity, line.unit) for line in lines)
        found.append(Held(row["id"], draft, row["updated_at"], who, total, goods, pieces))
    return found


def search(store: Store, text: str, limit: int = 20) -> list[ShownLine]:
    """Listed products found by name, code, bar code, initials, price range or category, with price and stock."""
    with store.read() as connection:
        found = FIND_PRODUCTS(store, connection, text, limit, usages=RETAIL)
    return price_draft(store, SaleDraft(lines=tuple(DraftLine(code=row["code"], quantity=UNIT) for row in found)))


def price_draft(store: Store, draft: SaleDraft) -> list[ShownLine]:
    """The lines with price, stock and what is wrong with them; nothing is sealed."""
    with store.read() as connection:
        party = parties.party_by_id(connection, store.known.party_id) or {}
        known = catalogue.products_by_codes(connection, [line.code for line in draft.lines])
        asked = [
            Asked(known[line.code]["id"], line.quantity, line.unit, line.factor)
            for line in draft.lines
            if line.code in known
        ]
        currency = str(party.get("currency", "CNY"))
        prices: list[Row | None] = []
        if party and asked:
            day = store.clock.today()
            prices = catalogue.prices_for(connection, asked, party, usages=RETAIL, day=day, currency=currency)
        here = place_id(store.known.party_id, "warehouse")
        levels = stock.on_hand(connection, here, [one.product_id for one in asked])
        parts = preview(store, connection, draft.lines, known)
        odd = {
            line.key: doubts(connection, store.known.party_id, known[line.code]["id"], line.serials, LEAVING)
            for line in draft.lines
            if line.code in known
        }
    priced = iter(prices or [None] * len(asked))
    shown = [
        _shown(line, known.get(line.code), next(priced) if line.code in known else None, levels, currency)
        for line in draft.lines
    ]
    if draft.booking:  # what was promised is delivered
        shown = [replace(line, problem="") if line.problem == "product_delisted" else line for line in shown]
    return [replace(line, lots=parts.get(line.key, ()), doubts=odd.get(line.key, ())) for line in shown]


def _shown(line: DraftLine, product: Row | None, price: Row | None, levels: dict[str, Row], currency: str) -> ShownLine:
    level: dict[str, Any] = levels.get(product["id"], {}) if product else {}
    unit_price = line.price if line.price is not None else price["price"] if price else None
    problem = ""
    amount = None
    quantity, label = line.quantity, line.label
    if label is not None and unit_price:
        quantity, label = settle(quantity, label, unit_price, currency, code=line.code)
    if unit_price is not None:
        amount = gross(quantity, unit_price, label, currency, line.factor) - line.discount
    if product is None:
        problem = "unknown_product"
    elif product["status"] != "listed":
        problem = "product_delisted"
    elif unit_price is None:
        problem = "no_price"
    elif amount is not None and amount < 0:
        problem = "discount_too_large"
    elif line.lacks_serial:
        problem = "serial_missing"
    return ShownLine(
        key=line.key,
        code=line.code,
        name=product["name"] if product else line.code,
        spec=product["spec"] if product else "",
        unit=line.unit or (product["unit"] if product else ""),
        factor=line.factor,
        quantity=quantity,
        unit_price=unit_price,
        amount=amount,
        list_name=(price["list_name"] or price["list_code"]) if price else "",
        valid_from=price["valid_from"] if price else "",
        list_price=price["price"] if price else None,
        manual=line.price is not None,
        discount=line.discount,
        reason=line.reason,
        stock=int(level.get("available", 0)),
        as_of=int(level.get("as_of", 0)),
        problem=problem,
        label=label.amount if label else 0,
        lot=line.lot,
        serials=line.serials,
        note=line.note,
    )
