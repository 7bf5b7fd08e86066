"""Money beside a sale as its slip: paid on account or ahead, or what was left of an exchange and paid out."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from desktop.printing.layout import Document
from desktop.printing.receipt import COPY, METHODS, TRAINING, Shop
from desktop.printing.template import Known
from desktop.widgets.figures import amount_text, moment
from domain.customers import queries as customers
from domain.customers.commands import PayAccount
from domain.orders import queries as orders
from domain.orders.return_commands import PayOutCredit
from i18n import tr

WORDS = {
    "number": "printing.word.number",
    "person": "printing.word.person",
    "customer": "printing.word.customer",
    "original": "printing.word.original",
    "owed": "printing.slip.owed",
    "ahead": "printing.slip.ahead",
    "signature": "printing.slip.signature",
}
KNOWN = Known(
    frozenset(
        (
            *"shop header footer title number at person customer original method amount".split(),
            *"owed ahead copy training drawer signature".split(),
            *(f"word.{name}" for name in WORDS),
        )
    ),
    {},
)
"""What a slip's layout may name."""
CASH = "cash"
SlipOf = PayAccount | PayOutCredit


@dataclass(frozen=True, slots=True)
class Made:
    """By whom and when (ms), and whether it has been printed or made while practising."""

    person: str
    at: int
    copy: bool = False
    training: bool = False


def slip(connection: Connection, paid: SlipOf, shop: Shop, made: Made) -> Document:
    """The slip of one payment."""
    customer = customers.customer_by_id(connection, paid.customer_id) if paid.customer_id else None
    fields = {
        "shop": shop.name,
        "header": shop.header,
        "footer": shop.footer,
        "number": paid.number,
        "at": f"{moment(made.at):%Y-%m-%d %H:%M}",
        "person": made.person,
        "customer": str(customer["name"] or customer["code"]) if customer else "",
        "method": tr(METHODS[paid.method]),
        "amount": amount_text(paid.amount),
        "copy": tr(COPY) if made.copy else "",
        "training": tr(TRAINING) if made.training else "",
        "drawer": "1" if paid.method == CASH and not made.copy else "",
        **dict.fromkeys(("owed", "ahead", "original", "signature"), ""),
    }
    if isinstance(paid, PayAccount):
        balance = customers.account_balance(connection, paid.customer_id)
        fields["title"] = tr("printing.slip.account")
        fields["owed" if balance >= 0 else "ahead"] = amount_text(abs(balance))
    else:
        order = orders.order_by_id(connection, paid.order_id)
        fields["title"] = tr("printing.slip.rest")
        fields["original"] = order["number"] if order else ""
        fields["signature"] = tr(WORDS["signature"])
    fields |= {f"word.{name}": tr(key) for name, key in WORDS.items()}
    return Document(fields, {})
