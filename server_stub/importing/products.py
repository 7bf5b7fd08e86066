"""New products with their base retail prices and bar codes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from domain.catalogue import queries as catalogue
from domain.catalogue.commands import BarcodeSpec
from domain.catalogue.handlers import NewProduct, decide_add_products
from domain.kernel.context import DecideContext, Decision
from domain.kernel.money import QUANTITY_SCALE
from server_stub.importing import repository
from server_stub.importing.identity import key_of
from server_stub.importing.kinds import LONGEST_CODE, LONGEST_TEXT, File, Item, complaint
from server_stub.importing.mapping import ProductsMapping, pattern
from server_stub.importing.reader import Reject

WHOLE_RATE = 100 * QUANTITY_SCALE
BASIS_POINT = QUANTITY_SCALE // 100
NEEDED = ("price", "unit", "tax_percent")
"""A product can be made without these, sold at no price, by no unit, untaxed: not what ``--strict`` takes."""


class ProductsImporter:
    """A code that is taken is refused: importing adds products, it never changes one."""

    most = 1000
    for_party = False

    def __init__(self, file: File) -> None:
        mapping: ProductsMapping = file.mapping
        self._mapping, self._columns, self._file = mapping, file.columns, file
        self._service = pattern(*mapping.codes.services)

    def read(self, row: int, values: list[str]) -> Item | Reject | None:
        """The product; refused where it is incomplete or the file has given its code or bar code to another."""
        fields = {name: self._columns.text(values, name) for name in ("code", "name", "barcode", "spec", "unit")}
        if self._mapping.codes.upper_case:
            fields["code"] = fields["code"].upper()
        wrong = _wrong_text(fields)
        if wrong:
            return self._columns.reject(row, values, *wrong)
        price_text, tax_text = (self._columns.text(values, name) for name in ("price", "tax_percent"))
        price = self._file.values.price(price_text) if price_text else None
        if price_text and (price is None or price < 0):
            return self._columns.reject(row, values, "price", "bad_price" if price is None else "negative_price")
        tax = self._file.values.quantity(tax_text) if tax_text else 0
        if tax is None or tax % BASIS_POINT or not 0 <= tax <= WHOLE_RATE:
            return self._columns.reject(row, values, "tax_percent", "bad_tax")
        broken = complaint(self._file, values, fields, NEEDED, free=price == 0)
        if broken is not None:
            return self._columns.reject(row, values, *broken)
        content = self._file.identities.content((*fields.values(), str(price), str(tax)), values)
        if self._file.identities.times(content) > 1:
            return None
        for name in ("code", "barcode"):
            if fields[name] and self._file.identities.times(key_of(name, fields[name])) > 1:
                return self._columns.reject(row, values, name, f"{name}_twice")
        new = NewProduct(
            code=fields["code"],
            name=fields["name"],
            price=price,
            spec=fields["spec"],
            unit=fields["unit"],
            tax_rate_bp=tax // BASIS_POINT,
            stocked=self._service is None or self._service.fullmatch(fields["code"]) is None,
            barcodes=[BarcodeSpec(code=fields["barcode"])] if fields["barcode"] else [],
        )
        return Item(row, content, new, 200 + self._file.identities.weight)

    def screen(self, connection: Connection, items: Sequence[Item]) -> list[Reject]:
        """Products whose code or bar code is taken."""
        codes = set(catalogue.products_by_codes(connection, [item.entry.code for item in items]))
        packs = {pack.code for item in items for pack in item.entry.barcodes}
        taken = repository.barcodes_taken(connection, packs)
        rejects = []
        for item in items:
            new: NewProduct = item.entry
            if new.code in codes:
                rejects.append(self._columns.named(item.row, "code", new.code, "code_taken"))
            elif any(pack.code in taken for pack in new.barcodes):
                rejects.append(self._columns.named(item.row, "barcode", new.barcodes[0].code, "barcode_taken"))
        return rejects

    def decide(self, ctx: DecideContext, items: Sequence[Item]) -> Decision:
        """Headquarters' new products."""
        return decide_add_products(ctx, [item.entry for item in items], self._mapping.currency)


def _wrong_text(fields: dict[str, str]) -> tuple[str, str] | None:
    """(field, rule) of the first text that is missing or too long."""
    for name in ("code", "name"):
        if not fields[name]:
            return name, f"missing_{name}"
    for name, text in fields.items():
        if len(text) > (LONGEST_CODE if name in ("code", "barcode") else LONGEST_TEXT):
            return name, "too_long"
    return None
