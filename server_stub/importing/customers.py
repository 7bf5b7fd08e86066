"""New customers of one dealer."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from domain.customers import queries as customers
from domain.customers.bulk import NewCustomer, decide_add_customers
from domain.kernel.context import DecideContext, Decision
from server_stub.importing.identity import key_of
from server_stub.importing.kinds import LONGEST_CODE, LONGEST_NOTE, LONGEST_TEXT, File, Item, complaint
from server_stub.importing.reader import Reject

FIELDS = ("code", "name", "phone", "grade", "note", "consent")
LONGEST = {"code": LONGEST_CODE, "note": LONGEST_NOTE}


class CustomersImporter:
    """A number that the dealer's customers have is refused: importing adds customers, it never changes one."""

    most = 1000
    for_party = True

    def __init__(self, file: File) -> None:
        self._columns, self._file = file.columns, file

    def read(self, row: int, values: list[str]) -> Item | Reject | None:
        """The customer; refused where number or name is missing or the file has given the number to another."""
        fields = {name: self._columns.text(values, name) for name in FIELDS}
        for name in ("code", "name"):
            if not fields[name]:
                return self._columns.reject(row, values, name, f"missing_{name}")
        for name, text in fields.items():
            if len(text) > LONGEST.get(name, LONGEST_TEXT):
                return self._columns.reject(row, values, name, "too_long")
        broken = complaint(self._file, values, fields)
        if broken is not None:
            return self._columns.reject(row, values, *broken)
        content = self._file.identities.content(tuple(fields.values()), values)
        if self._file.identities.times(content) > 1:
            return None
        if self._file.identities.times(key_of(fields["code"])) > 1:
            return self._columns.reject(row, values, "code", "code_twice")
        return Item(row, content, NewCustomer(**fields), 200 + self._file.identities.weight)

    def screen(self, connection: Connection, items: Sequence[Item]) -> list[Reject]:
        """Customers whose number is taken."""
        codes = [item.entry.code for item in items]
        taken = customers.customers_by_codes(connection, self._file.party["id"], codes)
        return [
            self._columns.named(item.row, "code", item.entry.code, "code_taken")
            for item in items
            if item.entry.code in taken
        ]

    def decide(self, ctx: DecideContext, items: Sequence[Item]) -> Decision:
        """The dealer's new customers."""
        return decide_add_customers(ctx, [item.entry for item in items])
