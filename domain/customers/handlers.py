"""Decide and apply for customers."""

from __future__ import annotations

from domain.customers import queries
from domain.customers.commands import AddCustomer, CustomerData, EditCustomer, SetCredit
from domain.customers.model import customer
from domain.kernel import merging
from domain.kernel.channels import Row
from domain.kernel.commands import applies
from domain.kernel.context import Actor, ApplyContext, DecideContext, Decision
from domain.kernel.errors import Invalid, NotFound
from domain.parties import roles


def decide_add_customer(
    ctx: DecideContext, *, name: str, phone: str = "", note: str = "", grade: str = "", consent: str = ""
) -> Decision:
    """A new customer of the actor's party.

    Raises:
        Invalid: ``no_name``.
    """
    if not name.strip():
        raise Invalid("no_name")
    payload = AddCustomer(
        customer_id=ctx.new_id(), party_id=ctx.actor.party_id, grade=grade.strip(), consent=consent.strip()
    )
    data = CustomerData(name=name.strip(), phone=phone.strip(), note=note.strip())
    return Decision(payload, document_id=payload.customer_id, personal=data)


def _personal(ctx: ApplyContext) -> Row:
    data: CustomerData | None = ctx.personal
    if data is None:
        return {}
    pinyin, initials = ctx.search_keys(data.name) if ctx.search_keys else ("", "")
    return {"name": data.name, "phone": data.phone, "note": data.note, "pinyin": pinyin, "initials": initials}


@applies(AddCustomer)
def apply_add_customer(ctx: ApplyContext, add: AddCustomer) -> None:
    """Write the customer; without the personal part (erased) its name stays empty."""
    ctx.rows.insert(
        customer,
        {
            "id": add.customer_id,
            "party_id": add.party_id,
            "code": add.code,
            "grade": add.grade,
            "consent": add.consent,
            "created_at": ctx.at,
            **_personal(ctx),
        },
    )


def decide_edit_customer(
    ctx: DecideContext, *, customer_id: str, name: str, phone: str, note: str, grade: str, status: str = "active"
) -> Decision:
    """Change a customer's file.

    Raises:
        NotFound: ``unknown_customer``. Invalid: ``no_name``.
    """
    row = queries.customer_by_id(ctx.connection, customer_id)
    if row is None or row["party_id"] != ctx.actor.party_id:
        raise NotFound("unknown_customer", id=customer_id)
    if not name.strip():
        raise Invalid("no_name")
    payload = EditCustomer(customer_id=customer_id, grade=grade.strip(), status=status)  # type: ignore[arg-type]
    data = CustomerData(name=name.strip(), phone=phone.strip(), note=note.strip())
    return Decision(payload, customer_id, personal=data, base=(("customer", customer_id, row["version"]),))


@applies(EditCustomer)
def apply_edit_customer(ctx: ApplyContext, edit: EditCustomer) -> None:
    """Write the file."""
    fields = {"grade": edit.grade, "status": edit.status}
    data: CustomerData | None = ctx.personal
    if data is not None:
        fields |= {"name": data.name, "phone": data.phone, "note": data.note}
    writes = merging.edit(ctx, customer, edit.customer_id, fields, party_id=ctx.actor.party_id)
    write_customer(ctx, edit.customer_id, writes)


def _may_write(actor: Actor, row: Row, field: str) -> bool:
    allowed = roles.MANAGING if field == "credit_limit" else roles.SELLING
    return bool(row["party_id"] == actor.party_id) and actor.role in allowed


@merging.edits(customer, _may_write)
def write_customer(ctx: ApplyContext, customer_id: str, writes: Row) -> None:
    """Write fields of a customer's file; a new name gets new keys on the server."""
    if ctx.search_keys and "name" in writes:
        writes["pinyin"], writes["initials"] = ctx.search_keys(writes["name"])
    ctx.rows.update(customer, customer_id, **writes)


def decide_set_credit(ctx: DecideContext, *, customer_id: str, credit_limit: int) -> Decision:
    """How much a customer may owe.

    Raises:
        NotFound: ``unknown_customer``. Invalid: ``negative_amount``.
    """
    row = queries.customer_by_id(ctx.connection, customer_id)
    if row is None or row["party_id"] != ctx.actor.party_id:
        raise NotFound("unknown_customer", id=customer_id)
    if credit_limit < 0:
        raise Invalid("negative_amount")
    payload = SetCredit(customer_id=customer_id, credit_limit=credit_limit)
    return Decision(payload, customer_id, base=(("customer", customer_id, row["version"]),))


@applies(SetCredit)
def apply_set_credit(ctx: ApplyContext, chosen: SetCredit) -> None:
    """Write the limit."""
    fields = {"credit_limit": chosen.credit_limit}
    writes = merging.edit(ctx, customer, chosen.customer_id, fields, party_id=ctx.actor.party_id)
    ctx.rows.update(customer, chosen.customer_id, **writes)
