"""Lines of past documents."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from domain.kernel.context import DecideContext, Decision
from domain.kernel.money import line_amount
from domain.orders.history import DAY_MS, Past, PastLine, decide_history
from server_stub.importing.classify import line_kind, strict_rules
from server_stub.importing.kinds import LONGEST_CODE, LONGEST_TEXT, File, Item
from server_stub.importing.mapping import SalesMapping, pattern
from server_stub.importing.reader import Reject
from server_stub.importing.values import MOST, whole_number

OVERHEAD, REPEATED = 400, 3
"""Bytes that a line adds to a command at most beside its text, and how often its text may stand there: a document, a
product and a customer of its own."""


class SalesImporter:
    """Every line is taken as it stands: history is a fact. What cannot be read at all is refused."""

    most = 5000
    for_party = False

    def __init__(self, file: File) -> None:
        mapping: SalesMapping = file.mapping
        self._file, self._columns = file, file.columns
        self._texts = [file.columns.position(name) for name in ("document", "code", "name", "customer", "country")]
        self._quantity, self._price, self._date = map(file.columns.position, ("quantity", "price", "date"))
        self._documents = mapping.documents
        self._upper, self._whole = mapping.codes.upper_case, mapping.customers.whole_number
        self._walk_in = frozenset(mapping.customers.walk_in)
        self._complaint = strict_rules(mapping) if file.strict else None
        service = pattern(*mapping.codes.services)
        self._past = Past(
            mapping.source,
            file.party,
            mapping.currency,
            lambda code: service is not None and service.fullmatch(code) is not None,
        )

    def read(self, row: int, values: list[str]) -> Item | Reject | None:
        """The line; refused where it lacks a number or one cannot be read."""
        # Fields that the mapping names no column for stand behind the last one.
        given = [*values, ""]
        read = self._file.values
        number, code, name, customer, country = [read.line(given[at]) for at in self._texts]
        if self._upper:
            code = code.upper()
        if self._whole:
            customer = whole_number(customer)
        if customer in self._walk_in:
            customer = ""
        wrong = _wrong_text(number, code, name, customer, country)
        if wrong:
            return self._columns.reject(row, values, *wrong)
        quantity, price, moment = (
            read.quantity(given[self._quantity]),
            read.price(given[self._price]),
            read.moment(given[self._date]),
        )
        if quantity is None or price is None or moment is None:
            field = "quantity" if quantity is None else "price" if price is None else "date"
            return self._columns.reject(row, values, field, f"bad_{field}")
        amount = line_amount(quantity, price, self._past.currency)
        if abs(amount) >= MOST:
            return self._columns.reject(row, values, "price", "amount_too_large")
        kind = line_kind(self._documents, number, quantity, price)
        line = PastLine(kind, number, code, name, quantity, price, amount, *moment, customer, country)
        if self._complaint is not None:
            broken = self._complaint(line)
            if broken:
                return self._columns.reject(row, values, broken[1], broken[0])
        identities = self._file.identities
        told = (number, code, name, str(quantity), str(price), str(moment[0]), customer, country)
        identity = identities.identity(identities.content(told, values, moment[0] // DAY_MS))
        return Item(row, identity, line, OVERHEAD + REPEATED * identities.weight, number)

    def screen(self, _connection: Connection, _items: Sequence[Item]) -> list[Reject]:
        """Nothing: products and customers that nobody knew are made."""
        return []

    def decide(self, ctx: DecideContext, items: Sequence[Item]) -> Decision:
        """Documents of the seller."""
        return decide_history(ctx, [item.entry for item in items], self._past)


def _wrong_text(number: str, code: str, name: str, customer: str, country: str) -> tuple[str, str] | None:
    """(field, rule) of the first text that is missing or too long."""
    if not number:
        return "document", "missing_document"
    if not code:
        return "code", "missing_code"
    if len(number) > LONGEST_CODE:
        return "document", "too_long"
    if len(code) > LONGEST_CODE:
        return "code", "too_long"
    if len(customer) > LONGEST_CODE:
        return "customer", "too_long"
    if len(name) > LONGEST_TEXT or len(country) > LONGEST_TEXT:
        return ("name" if len(name) > LONGEST_TEXT else "country"), "too_long"
    return None
