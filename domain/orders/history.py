"""Deciding what the lines of another system's past become: documents of the seller, in one command for many."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from domain.catalogue import queries as catalogue
from domain.customers import queries as customers
from domain.kernel.channels import Row
from domain.kernel.context import DecideContext, Decision
from domain.orders.history_commands import (
    DocumentLine,
    Goods,
    ImportHistory,
    Kind,
    LineKind,
    PastCustomer,
    PastDocument,
    PastProduct,
)
from domain.orders.model import orders
from domain.orders.queries_history import known_documents
from domain.stock.model import stock_document

ORDER_KINDS = frozenset({"retail", "return", "charge"})
LONGEST_REASON = 200
DAY_MS = 86_400_000


class PastLine(NamedTuple):
    """One line as the source wrote it.

    Attributes:
        kind: sale, return (a cancellation without original), charge, free (goods issue), write_off.
        number: of the source's document.
        quantity, unit_price, amount: thousandths, 1/10000, minor units; signs as written.
        at, business_date: the time as written (ms, as if UTC) and its date.
        customer: number at the source, empty for the walk-in.
    """

    kind: LineKind
    number: str
    code: str
    name: str
    quantity: int
    unit_price: int
    amount: int
    at: int
    business_date: str
    customer: str
    country: str


@dataclass(frozen=True, slots=True)
class Past:
    """Whose past it is.

    Attributes:
        source: the system it comes from.
        seller: the party's row.
        is_service: whether a code that the catalogue lacks is a service, of which no stock is kept.
    """

    source: str
    seller: Row
    currency: str
    is_service: Callable[[str], bool]


class _Key(NamedTuple):
    """What makes lines one document; lines of one number that differ in the rest are documents of their own."""

    kind: Kind
    number: str
    business_date: str
    customer: str
    country: str


@dataclass(slots=True)
class _Document:
    at: int
    names: list[str] = field(default_factory=list)
    lines: list[DocumentLine] = field(default_factory=list)


def document_kind(line_kind: LineKind, *, stocked: bool) -> Kind:
    """Which document a line belongs to; a free or written-off service moves no goods and stays with the sale."""
    match line_kind:
        case "return" | "charge":
            return line_kind
        case "free" if stocked:
            return "issue"
        case "write_off" if stocked:
            return "adjustment"
        case _:
            return "retail"


def history_id(at: int, *parts: str) -> str:
    """The id of an imported document, the same in every run; it sorts by the document's day like other ids by time."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
    day = f"{at - at % DAY_MS:012x}"
    return f"{day[:8]}-{day[8:]}-8{digest[:3]}-a{digest[3:6]}-{digest[6:18]}"


def decide_history(ctx: DecideContext, lines: Sequence[PastLine], past: Past) -> Decision:
    """One command for *lines*: documents, and the products and customers that nobody knew yet.

    Source of the rules: issue 2, "The retail file's lines".
    """
    goods, new_products = _goods(ctx, lines, past)
    position = {(one.code, one.name): index for index, one in enumerate(goods)}
    documents: dict[_Key, _Document] = {}
    for line in lines:
        index = position[line.code, line.name]
        kind = document_kind(line.kind, stocked=goods[index].stocked)
        key = _Key(kind, line.number, line.business_date, line.customer, line.country)
        document = documents.get(key)
        if document is None:
            document = documents[key] = _Document(line.at)
        if kind == "adjustment":
            document.names.append(line.name)
        document.lines.append(DocumentLine(index, line.kind, line.quantity, line.unit_price, line.amount))
    buyers, new_customers = _buyers(ctx, lines, past.seller["id"])
    made, base = _made(ctx, documents, buyers, past)
    payload = ImportHistory(
        source=past.source,
        seller_id=past.seller["id"],
        home=past.seller["home"],
        currency=past.currency,
        goods=tuple(goods),
        new_products=new_products,
        new_customers=new_customers,
        documents=made,
    )
    amount = sum(line.amount for line in lines)
    return Decision(payload, amount=amount, currency=past.currency, base=base)


def _goods(ctx: DecideContext, lines: Sequence[PastLine], past: Past) -> tuple[list[Goods], tuple[PastProduct, ...]]:
    """Every (code, name) that occurs, and the products among them that are new."""
    named = dict.fromkeys((line.code, line.name) for line in lines)
    known = catalogue.products_by_codes(ctx.connection, [code for code, _ in named])
    told = _told_names(line for line in lines if line.code not in known)
    new: dict[str, PastProduct] = {}
    goods = []
    for code, name in named:
        row = known.get(code)
        if row is not None:
            goods.append(Goods(row["id"], code, name, bool(row["stocked"])))
            continue
        if code not in new:
            new[code] = PastProduct(ctx.new_id(), code, told.get(code) or code, not past.is_service(code))
        goods.append(Goods(new[code].product_id, code, name, new[code].stocked))
    return goods, tuple(new.values())


def _told_names(lines: Iterable[PastLine]) -> dict[str, str]:
    """Names of products by code: the first that a sale gives; what write-offs and charges say is a reason, no name."""
    told: dict[str, str] = {}
    for line in lines:
        if line.kind in ("sale", "return") and line.name:
            told.setdefault(line.code, line.name)
    return told


def _buyers(
    ctx: DecideContext, lines: Sequence[PastLine], seller_id: str
) -> tuple[dict[str, str], tuple[PastCustomer, ...]]:
    """Customer id by number, and the customers that are new."""
    codes = [code for code in dict.fromkeys(line.customer for line in lines) if code]
    known = customers.customers_by_codes(ctx.connection, seller_id, codes)
    new = tuple(PastCustomer(ctx.new_id(), code) for code in codes if code not in known)
    buyers = {code: str(row["id"]) for code, row in known.items()} | {one.code: one.customer_id for one in new}
    return buyers, new


def _made(
    ctx: DecideContext, documents: dict[_Key, _Document], buyers: dict[str, str], past: Past
) -> tuple[tuple[PastDocument, ...], tuple[tuple[str, str, int], ...]]:
    """The documents with their ids, and (table, id, version) of those that only grow."""
    ids = {key: history_id(one.at, "history", past.source, past.seller["id"], *key) for key, one in documents.items()}
    trade = [ids[key] for key in documents if key.kind in ORDER_KINDS]
    stock = [ids[key] for key in documents if key.kind not in ORDER_KINDS]
    known_orders = known_documents(ctx.connection, orders, trade)
    known_stock = known_documents(ctx.connection, stock_document, stock)
    known = known_orders | known_stock
    made = tuple(
        PastDocument(
            document_id=ids[key],
            kind=key.kind,
            number=key.number,
            customer_id=buyers.get(key.customer),
            country=key.country,
            business_date=key.business_date,
            at=one.at,
            reason="; ".join(dict.fromkeys(name for name in one.names if name))[:LONGEST_REASON],
            lines_before=known[ids[key]]["line_count"] if ids[key] in known else 0,
            lines=tuple(one.lines),
        )
        for key, one in documents.items()
    )
    base = [(str(orders.name), row["id"], row["version"]) for row in known_orders.values()]
    base += [(str(stock_document.name), row["id"], row["version"]) for row in known_stock.values()]
    return made, tuple(base)
