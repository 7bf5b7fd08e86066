"""What a person typed last stands on his PC until the server has spoken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import select, text

from desktop.store import ledger_tables as ledgers
from domain.kernel.envelope import Body
from domain.kernel.tables import metadata
from tests.simulation.books import Asked
from tests.simulation.books_office import CUSTOMER, DEALER, DESCRIPTION, LISTING, PERSON, given_in
from tests.simulation.promises import expect

if TYPE_CHECKING:
    from tests.simulation.pc import Pc

EDITS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "catalogue.set_listing": LISTING,
    "catalogue.edit_product": DESCRIPTION,
    "parties.edit_dealer": DEALER,
    "parties.edit_person": PERSON,
    "customers.edit": ("customer", "customer_id", CUSTOMER),
}
"""Kind → (table, field with the record's id, fields)."""
WAITING = select(ledgers.command).where(ledgers.IS_OPEN, ledgers.command.c.kind.in_(sorted(EDITS)))
ON_TOP = text("SELECT table_name, row_id, MAX(sequence) FROM undo WHERE op <> 'R' GROUP BY table_name, row_id")


def check_pending_edits(pc: Pc) -> None:
    """Every record shows what its newest layer wrote, where that is an edit.

    One that does not apply again, because somebody's role is another by now, has no layer and is not looked at.

    Raises:
        Broken: something else is shown.
    """
    if pc.store._behind:
        return  # the next command brings the cache up first
    with pc.store.ledger.transaction() as connection:
        waiting = {row["sequence"]: dict(row) for row in connection.execute(WAITING).mappings()}
    if not waiting:
        return
    with pc.store.read() as cache:
        for table_name, row_id, sequence in cache.execute(ON_TOP):
            told = _told(waiting[sequence]) if sequence in waiting else None
            if told is None or told[:2] != (table_name, row_id):
                continue
            table = metadata.tables[table_name]
            row: Any = cache.execute(select(table).where(table.c.id == row_id)).mappings().first()
            shown = {name: row[name] for name in told[2]} if row is not None else None
            expect(shown == told[2], f"{pc}: an edit that is pending shows", (table_name, shown, told[2]))


def _told(command: Any) -> tuple[str, str, dict[str, Any]]:
    """(table, id, fields) of an edit."""
    body = msgspec.json.decode(bytes(command["body"]), type=Body)
    table, column, names = EDITS[body.kind]
    fields = Asked(body, command["personal"]).fields
    return table, fields[column], given_in({**fields, **(fields["personal"] or {})}, names)
