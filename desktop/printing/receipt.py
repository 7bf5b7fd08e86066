"""A retail sale as its receipt: fields read from the cache, words in the language in force."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from desktop.printing.layout import Document
from desktop.printing.template import Fields, Known
from desktop.widgets.figures import amount_text, moment, price_text, quantity_text, unit_text
from domain.customers import queries as customers
from domain.kernel.channels import Row
from domain.kernel.errors import NotFound
from domain.kernel.money import line_amount
from domain.orders import queries
from domain.orders.booking import BOOKING, deposits_of
from domain.stock import queries as stock, queries_lots
from domain.stock.picking import NEVER
from i18n import tr

TITLES = {"return": "printing.title.return", BOOKING: "printing.title.booking"}
COPY, TRAINING = "printing.copy", "printing.training"
WORDS = {
    "number": "printing.word.number",
    "at": "printing.word.at",
    "person": "printing.word.person",
    "customer": "printing.word.customer",
    "goods": "printing.word.goods",
    "pieces": "printing.word.pieces",
    "discount": "printing.word.discount",
    "order_discount": "printing.word.order_discount",
    "rounding": "printing.word.rounding",
    "original": "printing.word.original",
    "reason": "printing.word.reason",
    "total": "printing.word.total",
    "tax": "printing.word.tax",
    "change": "printing.word.change",
    "deposit": "printing.word.deposit",
    "rest": "printing.word.rest",
    "wanted": "printing.word.wanted",
    "note": "printing.word.note",
    "lot": "printing.word.lot",
    "serial": "printing.word.serial",
}
METHODS = {
    "cash": "printing.method.cash",
    "card": "printing.method.card",
    "alipay": "printing.method.alipay",
    "wechat": "printing.method.wechat",
    "account": "printing.method.account",
    "exchange": "printing.method.exchange",
    "other": "printing.method.other",
}
_FIELDS = (
    *"shop header footer title number at person customer goods pieces".split(),
    *"discount order_discount rounding original reason total tax change deposit rest wanted note copy".split(),
    *"training cash drawer".split(),
    *(f"word.{name}" for name in WORDS),
)
KNOWN = Known(
    frozenset(_FIELDS),
    {
        "lines": frozenset("no code name unit quantity price amount line_discount line_note lots serials".split()),
        "payments": frozenset(("method", "paid", "tendered")),
    },
)
"""What a receipt's layout may name."""


WENT = ("sale", "return")
"""Reasons of the moves that are the document's own; a voided sale has others too."""


@dataclass(frozen=True, slots=True)
class Shop:
    """What stands on every receipt of a shop, as it was set; ``notes``, ``lots`` and ``serials`` can be left out."""

    name: str
    header: str = ""
    footer: str = ""
    notes: bool = True
    lots: bool = True
    serials: bool = True


@dataclass(frozen=True, slots=True)
class _Went:
    """What went with one line: (lot, last good day or None, thousandths), and serials."""

    lots: Sequence[tuple[str, str | None, int]] = ()
    serials: Sequence[str] = ()


def receipt(
    connection: Connection, order_id: str, shop: Shop, *, copy: bool = False, training: bool = False
) -> Document:
    """The receipt of a sale or return.

    Args:
        copy: it has been printed before.
        training: made while practising.

    Raises:
        NotFound: ``unknown_order``.
    """
    order = queries.order_by_id(connection, order_id)
    if order is None:
        raise NotFound("unknown_order", id=order_id)
    lines = queries.lines_of(connection, order_id)
    payments = _taken_now(connection, order)
    customer = customers.customer_by_id(connection, order["customer_id"]) if order["customer_id"] else None
    original = queries.order_by_id(connection, order["original_id"]) if order["original_id"] else None
    fields = _head(order, shop, customer) | {"original": original["number"] if original else ""}
    fields |= _sums(order, lines, payments)
    fields |= {"copy": tr(COPY) if copy else "", "training": tr(TRAINING) if training else ""}
    fields |= {f"word.{name}": tr(key) for name, key in WORDS.items()}
    currency = order["currency"]
    went = _went(connection, order)
    return Document(
        fields,
        {
            "lines": [
                {**_line(line, currency), **_particulars(line, went.get(line["line_no"], _Went()), shop)}
                for line in lines
            ],
            "payments": [_payment(one, currency) for one in payments],
        },
    )


def _taken_now(connection: Connection, order: Row) -> list[Row]:
    """The payments of a document without what had been paid ahead: that stands in a row of its own."""
    payments = queries.payments_of(connection, order["id"])
    booking_id = queries.fetched_with(connection, order) if order["deposit"] and order["kind"] != BOOKING else None
    if booking_id is None:
        return payments
    for ahead in deposits_of(queries.payments_of(connection, booking_id)):
        same = [one for one in payments if (one["method"], one["amount"]) == (ahead.method, ahead.amount)]
        if same:
            # Money that was handed over today may be more than what it is taken for, a deposit never is.
            payments.remove(min(same, key=lambda one: int(one["tendered"])))
    return payments


def _head(order: Row, shop: Shop, customer: Row | None) -> Fields:
    return {
        "shop": shop.name,
        "header": shop.header,
        "footer": shop.footer,
        "title": tr(TITLES.get(order["kind"], "printing.title.sale")),
        "number": order["number"],
        "at": f"{moment(order['ordered_at']):%Y-%m-%d %H:%M}",
        "person": order["person_name"],
        "customer": str(customer["name"] or customer["code"]) if customer else "",
        "note": order["note"] if shop.notes else "",
        "reason": order["reason"],
        "wanted": order["wanted_on"],
    }


def _sums(order: Row, lines: Sequence[Row], payments: Sequence[Row]) -> Fields:
    currency = order["currency"]
    goods = sum(_in_full(line, currency) for line in lines)
    discount = sum(_let_off(line, currency) for line in lines)
    shared, rounding = sum(line["share"] for line in lines), order["rounding"]
    cash = sum(one["amount"] for one in payments if one["method"] == "cash")
    change = sum(one["tendered"] - one["amount"] for one in payments)
    return {
        "goods": amount_text(goods, currency),
        "pieces": quantity_text(order["units"]),
        "discount": amount_text(-discount, currency) if discount else "",
        "order_discount": amount_text(-shared, currency) if shared else "",
        "rounding": amount_text(rounding, currency) if rounding else "",
        "total": amount_text(order["total"], currency),
        "tax": amount_text(order["tax_total"], currency) if order["tax_total"] else "",
        "change": amount_text(change, currency) if change else "",
        "cash": amount_text(cash, currency) if cash else "",
        "deposit": amount_text(order["deposit"], currency) if order["deposit"] else "",
        "rest": amount_text(order["total"] - order["deposit"], currency) if order["kind"] == BOOKING else "",
        "drawer": "",
    }


def _in_full(line: Row, currency: str) -> int:
    """Quantity by price, before anything is let off."""
    return line_amount(line["quantity"], line["unit_price"], currency, line["factor"])


def _let_off(line: Row, currency: str) -> int:
    """What was let off the line. Of what comes back (negative) also its part of what was let off the whole sale: the
    money given back is less by that than price by quantity.
    """
    return _in_full(line, currency) - int(line["amount"]) - int(line["share"])


def _line(line: Row, currency: str) -> Fields:
    # What was let off the whole order stands in a row of its own, not in the lines.
    let_off = _let_off(line, currency)
    return {
        "no": str(line["line_no"]),
        "code": line["product_code"],
        "name": line["product_name"],
        "unit": line["unit"],
        "quantity": unit_text(line["quantity"], line["factor"], ""),
        "price": price_text(line["unit_price"], currency),
        # Before what is let off, which stands in a row of its own: the column adds up from top to bottom.
        "amount": amount_text(_in_full(line, currency), currency),
        "line_discount": amount_text(-let_off, currency) if let_off else "",
    }


def _went(connection: Connection, order: Row) -> Mapping[int, _Went]:
    """Number of a line → the lots and serials that went with it, or came back."""
    moves = [move for move in stock.moves_of(connection, order["id"]) if move["reason"] in WENT]
    until = queries_lots.expiries(connection, order["seller_id"], {move["product_id"] for move in moves})
    lots: dict[int, dict[tuple[str, str | None], int]] = defaultdict(lambda: defaultdict(int))
    serials: dict[int, list[str]] = defaultdict(list)
    for move in moves:
        if move["lot"]:
            lots[move["line_no"]][move["lot"], until.get((move["product_id"], move["lot"]))] += move["quantity"]
        if move["serial"]:
            serials[move["line_no"]].append(move["serial"])
    return {number: _Went(_by_lot(lots[number]), sorted(serials[number])) for number in {*lots, *serials}}


def _by_lot(found: Mapping[tuple[str, str | None], int]) -> list[tuple[str, str | None, int]]:
    """What expires first stands first."""
    lots = ((lot, until, quantity) for (lot, until), quantity in found.items())
    return sorted(lots, key=lambda one: (one[1] or NEVER, one[0]))


def _particulars(line: Row, went: _Went, shop: Shop) -> Fields:
    """What is said of a line beside how much it is and what it costs; a lot's quantity where there are several."""
    several = len(went.lots) > 1
    lots = [_lot(lot, until, line if several else None, quantity) for lot, until, quantity in went.lots]
    return {
        "line_note": line["note"] if shop.notes else "",
        "lots": ("  ".join(lots) or line["lot"]) if shop.lots else "",
        "serials": "  ".join(went.serials) if shop.serials else "",
    }


def _lot(lot: str, until: str | None, line: Row | None, quantity: int) -> str:
    said = tr("printing.lot_until", lot=lot, day=until) if until else lot
    return said if line is None else f"{said} × {unit_text(quantity, line['factor'], '')}"


def _payment(one: Row, currency: str) -> Fields:
    return {
        "method": tr(METHODS.get(one["method"], METHODS["other"])),
        "paid": amount_text(one["amount"], currency),
        "tendered": amount_text(one["tendered"], currency),
    }
