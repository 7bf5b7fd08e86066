"""What a line of another system's past is, and what ``--strict`` has against it.

Source of the rules, their order and their keys: issue 2, "The retail file's lines".
"""

from __future__ import annotations

from collections.abc import Callable

from domain.orders.history import PastLine
from domain.orders.history_commands import LineKind
from server_stub.importing.mapping import DocumentRules, SalesMapping, pattern

Complaint = tuple[str, str]
"""(rule, the mapping's name of the column that breaks it)."""


def line_kind(rules: DocumentRules, number: str, quantity: int, price: int) -> LineKind:
    """Adjustment, cancellation, write-off, free goods, sale: the first that fits."""
    if rules.adjustment_prefix and number.startswith(rules.adjustment_prefix):
        return "charge"
    if rules.cancellation_prefix and number.startswith(rules.cancellation_prefix):
        return "return"
    if quantity < 0:
        return rules.negative_quantity
    return "sale" if price else "free"


def strict_rules(mapping: SalesMapping) -> Callable[[PastLine], Complaint | None]:
    """A function that gives the first rule which a line breaks.

    Raises:
        Invalid: ``mapping_bad`` when a pattern is no regular expression.
    """
    document, goods = pattern(mapping.strict.document), pattern(mapping.strict.goods)
    prefix = mapping.documents.cancellation_prefix
    named, bought = bool(mapping.columns.name), bool(mapping.columns.customer)

    def complaint(line: PastLine) -> Complaint | None:
        cancels = bool(prefix) and line.number.startswith(prefix)
        broken: tuple[tuple[bool, str, str], ...] = (
            (document is not None and not document.fullmatch(line.number), "bad_invoice_number", "document"),
            (line.unit_price < 0, "negative_price", "price"),
            (line.quantity < 0 and not cancels, "negative_quantity_without_cancellation", "quantity"),
            (line.quantity > 0 and cancels, "positive_quantity_on_cancellation", "quantity"),
            (named and not line.name, "missing_description", "name"),
            (line.unit_price == 0, "zero_price", "price"),
            (goods is not None and not goods.fullmatch(line.code), "service_code", "code"),
            (bought and not line.customer, "missing_customer", "customer"),
        )
        return next(((rule, column) for fits, rule, column in broken if fits), None)

    return complaint
