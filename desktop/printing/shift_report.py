"""A closed shift as its Z report on paper: what was sealed, nothing worked out anew; an open one as its X report."""

from __future__ import annotations

from collections.abc import Sequence

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
    "at": "printing.shift.at",
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


KNOWN_SO_FAR = Known(
    frozenset(
        (
            *"shop title number person opened at float copy training".split(),
            *(f"word.{name}" for name in WORDS),
        )
    ),
    KNOWN.parts,
)
"""What an X report's layout may name."""


def shift_so_far(shift: Row, totals: Sequence[Total], shop: Shop, now_ms: int, *, training: bool = False) -> Document:
    """The report of an open shift: what went through it by *now_ms*."""
    fields = _head(shift, shop, "printing.shift.so_far", training=training)
    fields |= {"at": f"{moment(now_ms):%Y-%m-%d %H:%M}", "float": amount_text(shift["float_amount"], shift["currency"])}
    return Document(fields, {"lines": _lines(totals, shift["currency"])})


def shift_report(shift: Row, shop: Shop, *, copy: bool = False, training: bool = False) -> Document:
    """The report of a closed shift."""
    currency = shift["currency"]
    totals = msgspec.json.decode(shift["report"] or "[]", type=tuple[Total, ...])
    fields = _head(shift, shop, "printing.shift.title", training=training) | {
        "closed": f"{moment(shift['closed_at']):%Y-%m-%d %H:%M}",
        "reason": shift["reason"],
        "copy": tr(COPY) if copy else "",
    }
    for name, column in (("float", "float_amount"), ("expected",) * 2, ("counted",) * 2, ("variance",) * 2):
        fields[name] = amount_text(shift[column], currency)
    return Document(fields, {"lines": _lines(totals, currency)})


def _head(shift: Row, shop: Shop, title_key: str, *, training: bool) -> dict[str, str]:
    words = {f"word.{name}": tr(key) for name, key in WORDS.items()}
    return words | {
        "shop": shop.name,
        "title": tr(title_key),
        "number": shift["number"],
        "person": shift["person_name"],
        "opened": f"{moment(shift['opened_at']):%Y-%m-%d %H:%M}",
        "training": tr(TRAINING) if training else "",
    }


def _lines(totals: Sequence[Total], currency: str) -> list[dict[str, str]]:
    return [
        {
            "kind": tr(KINDS[total.kind]),
            "method": tr(METHODS.get(total.method, METHODS["other"])),
            "times": str(total.number),
            "amount": amount_text(total.amount, currency),
        }
        for total in totals
    ]
