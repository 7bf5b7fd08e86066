"""Decide and apply for many new customers at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.customers.bulk_commands import AddCustomers, CustomerEntry, CustomerFiles
from domain.customers.commands import CustomerData
from domain.customers.model import customer
from domain.kernel.channels import Row
from domain.kernel.commands import applies
from domain.kernel.context import ApplyContext, DecideContext, Decision
from domain.kernel.errors import Invalid


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """What is known of a new customer; *code* is his number at the source."""

    code: str
    name: str
    phone: str = ""
    grade: str = ""
    note: str = ""
    consent: str = ""


def decide_add_customers(ctx: DecideContext, new: Sequence[NewCustomer]) -> Decision:
    """New customers of the actor's party.

    Raises:
        Invalid: ``no_name``.
    """
    if not all(one.name.strip() for one in new):
        raise Invalid("no_name")
    entries = tuple(
        CustomerEntry(customer_id=ctx.new_id(), code=one.code, grade=one.grade, consent=one.consent) for one in new
    )
    files = tuple(CustomerData(name=one.name.strip(), phone=one.phone, note=one.note) for one in new)
    payload = AddCustomers(party_id=ctx.actor.party_id, customers=entries)
    return Decision(payload, document_id=entries[0].customer_id, personal=CustomerFiles(files=files))


@applies(AddCustomers)
def apply_add_customers(ctx: ApplyContext, add: AddCustomers) -> None:
    """Write the customers; without the personal part (erased) their names stay empty."""
    files: tuple[CustomerData | None, ...] = ctx.personal.files if ctx.personal else ()
    files += (None,) * (len(add.customers) - len(files))
    rows = []
    for entry, data in zip(add.customers, files, strict=False):
        row: Row = {
            "id": entry.customer_id,
            "party_id": add.party_id,
            "code": entry.code,
            "grade": entry.grade,
            "consent": entry.consent,
            "created_at": ctx.at,
        }
        if data is not None:
            pinyin, initials = ctx.search_keys(data.name) if ctx.search_keys else ("", "")
            row |= {"name": data.name, "phone": data.phone, "note": data.note, "pinyin": pinyin, "initials": initials}
        rows.append(row)
    ctx.rows.insert(customer, rows)
