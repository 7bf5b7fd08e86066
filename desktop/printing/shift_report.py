"""A closed shift as its Z report on paper: what was sealed, nothing worked out anew."""

from __future__ import annotations

import msgspec

from desktop.printing.layout import Document
from desktop.printing.receipt import COPY, METHODS, TRAINING, Shop
from desktop.printing.template import Known
from desktop.widgets.figures import amount_text, moment
from domain.kernel.channels import Row
from domain.tills.commands import Total
from i18n import tr

WORDS = {
    "number": "printing.shift.number",
    "person": "printing.shift.person",
    "opened": "printing.shift.opened",
    "closed": "printing.shift.closed",
    "float": "printing.shift.float",
    "expected": "printing.shift.expected",
    "counted": "printing.shift.counted",
    "variance": "printing.shift.variance",
    "reason": "printing.shift.reason",
    "signature": "printing.shift.signature",
}
KINDS = {
    "sale": "printing.shift.kind.sale",
    "return": "printing.shift.kind.return",
    "void": "printing.shift.kind.void",
    "credit": "printing.shift.kind.credit",
    "deposit": "printing.shift.kind.deposit",
    "kept": "printing.shift.kind.kept",
    "in": "printing.shift.kind.in",
    "out": "printing.shift.kind.out",
    "no_sale": "printing.shift.kind.no_sale",
}
KNOWN = Known(
    frozenset(
        (
            *"shop title number person opened closed float expected counted variance reason copy training".split(),
            *(f"word.{name}" for name in WORDS),
        )
    ),
    {"lines": frozenset(("kind", "method", "times", "amount"))},
)
"""What a Z report's layout may name."""


def shift_report(shift: Row, shop: Shop, *, copy: bool = False, training: bool = False) -> Document:
    """The report of a closed shift."""
    currency = shift["currency"]
    totals = msgspec.json.decode(shift["report"] or "[]", type=tuple[Total, ...])
    fields = {
        "shop": shop.name,
        "title": tr("printing.shift.title"),
        "number": shift["number"],
        "person": shift["person_name"],
        "opened": f"{moment(shift['opened_at']):%Y-%m-%d %H:%M}",
        "closed": f"{moment(shift['closed_at']):%Y-%m-%d %H:%M}",
        "reason": shift["reason"],
        "copy": tr(COPY) if copy else "",
        "training": tr(TRAINING) if training else "",
    }
    for name, column in (("float", "float_amount"), ("expected",) * 2, ("counted",) * 2, ("variance",) * 2):
        fields[name] = amount_text(shift[column], currency)
    fields |= {f"word.{name}": tr(key) for name, key in WORDS.items()}
    lines = [
        {
            "kind": tr(KINDS[total.kind]),
            "method": tr(METHODS.get(total.method, METHODS["other"])),
            "times": str(total.number),
            "amount": amount_text(total.amount, currency),
        }
        for total in totals
    ]
    return Document(fields, {"lines": lines})
