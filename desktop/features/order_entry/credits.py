"""What exchanges gave back: in the ledger from the commit of the return until a sale used it or it was paid out."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from desktop.features.order_entry.draft import SaleDraft
from desktop.store.credit import KIND, draft_id_of
from desktop.store.ledger import DraftsAfter
from desktop.store.store import Performed, Store
from domain.kernel.errors import NotFound
from domain.orders import queries
from domain.orders.credit_handlers import decide_pay_out

CURRENT = "sale"
"""Id and kind of the draft of the order in hand."""


@dataclass(frozen=True, slots=True)
class Credit:
    """What one return gave back and no sale has used, in minor units; ``account``: it may go to his account."""

    amount: int
    account: bool


def leaves(draft: SaleDraft) -> DraftsAfter:
    """The order in hand became a command, and this is what stays in hand."""
    begun = (CURRENT, CURRENT, draft.text()) if draft != SaleDraft() else None
    return DraftsAfter(ends=CURRENT, begins=lambda _: begun)


def with_credits(store: Store, draft: SaleDraft) -> SaleDraft:
    """*draft* with what returns gave back and nobody took up: the program ended in between."""
    known = dict(draft.credits)
    for row in store.ledger.drafts(KIND):
        command_id, amount = msgspec.json.decode(row["body"], type=tuple[str, int])
        if command_id not in known:
            draft = msgspec.structs.replace(draft, credits=(*draft.credits, (command_id, amount)))
        take_up(store, draft, command_id)
    return draft


def take_up(store: Store, draft: SaleDraft, command_id: str) -> None:
    """Keep *draft*, which has the return's credit, in the place of the credit: one commit."""
    store.ledger.move_draft(draft_id_of(command_id), (CURRENT, CURRENT, draft.text()), store.clock.now_ms())


def first_credit(store: Store, draft: SaleDraft) -> Credit:
    """What would be paid out first: one return at a time.

    Raises:
        NotFound: ``unknown_order``.
    """
    command_id, amount = draft.credits[0]
    with store.read() as connection:
        order = queries.order_by_id(connection, _document_of(store, command_id))
    return Credit(amount, bool(order and order["customer_id"]))


def pay_out(store: Store, draft: SaleDraft, method: str) -> Performed:
    """Pay out the first of what exchanges gave back; it leaves the draft in the same commit.

    Raises what :func:`domain.orders.credit_handlers.decide_pay_out` raises; the draft stays then.
    """
    command_id, amount = draft.credits[0]
    document_id = _document_of(store, command_id)
    rest = msgspec.structs.replace(draft, credits=draft.credits[1:])
    return store.perform(
        lambda ctx: decide_pay_out(ctx, document_id, amount, method=method, depends_on=command_id),
        drafts=leaves(rest),
    )


def _document_of(store: Store, command_id: str) -> str:
    found = store.ledger.find(command_id)
    if found is None:
        raise NotFound("unknown_order", id=command_id)
    return str(found["document_id"])
