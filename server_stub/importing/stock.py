"""Opening stock of one dealer's warehouse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from domain.catalogue import queries as catalogue
from domain.kernel.context import DecideContext, Decision
from domain.stock.handlers import decide_take_in
from server_stub.importing import repository
from server_stub.importing.kinds import LONGEST_CODE, LONGEST_TEXT, File, Item, complaint
from server_stub.importing.mapping import StockMapping
from server_stub.importing.reader import Reject


class Found(NamedTuple):
    """So many thousandths of a product were there."""

    code: str
    quantity: int


class StockImporter:
    """Goods that are there when the books are opened; the product must be known, by its code or a bar code."""

    most = 2000
    for_party = True

    def __init__(self, file: File) -> None:
        mapping: StockMapping = file.mapping
        self._mapping, self._columns, self._file = mapping, file.columns, file

    def read(self, row: int, values: list[str]) -> Item | Reject | None:
        """The line; refused where the code is missing or the quantity is not above zero."""
        code, document = self._columns.text(values, "code"), self._columns.text(values, "document")
        if self._mapping.codes.upper_case:
            code = code.upper()
        if not code or len(code) > LONGEST_CODE:
            return self._columns.reject(row, values, "code", "too_long" if code else "missing_code")
        if len(document) > LONGEST_TEXT:
            return self._columns.reject(row, values, "document", "too_long")
        broken = complaint(self._file, values, {"code": code, "document": document})
        if broken is not None:
            return self._columns.reject(row, values, *broken)
        quantity = self._file.values.quantity(self._columns.text(values, "quantity"))
        if quantity is None or quantity <= 0:
            rule = "bad_quantity" if quantity is None else "quantity_not_positive"
            return self._columns.reject(row, values, "quantity", rule)
        content = self._file.identities.content((document, code, str(quantity)), values)
        identity = self._file.identities.identity(content)
        return Item(row, identity, Found(code, quantity), 100 + self._file.identities.weight)

    def screen(self, connection: Connection, items: Sequence[Item]) -> list[Reject]:
        """Lines whose product nobody knows."""
        known = set(catalogue.products_by_codes(connection, [item.entry.code for item in items]))
        known |= repository.barcodes_taken(connection, {item.entry.code for item in items} - known)
        return [
            self._columns.named(item.row, "code", item.entry.code, "unknown_product")
            for item in items
            if item.entry.code not in known
        ]

    def decide(self, ctx: DecideContext, items: Sequence[Item]) -> Decision:
        """The dealer's opening stock."""
        return decide_take_in(ctx, [item.entry for item in items], kind="opening")
