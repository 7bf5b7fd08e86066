"""Sales that were taken back to be entered anew: in the ledger from that commit until they are in hand."""

from __future__ import annotations

from desktop.features.order_entry.credits import CURRENT
from desktop.features.order_entry.draft import DraftEdit, SaleDraft
from desktop.store.again import Again, kept
from desktop.store.store import Store

HELD = "sale-held"
"""Kind of the drafts of orders put aside."""


def taking(edit: DraftEdit, sale: Again) -> tuple[DraftEdit, SaleDraft | None]:
    """The order in hand once the sale is taken up, and the one that has to be put aside for it."""
    aside = edit.draft if edit.draft.lines else None
    taken = edit if aside is None else DraftEdit(SaleDraft())
    taken.take_again(sale)
    return taken, aside


def take(store: Store, draft_id: str, draft: SaleDraft, aside: SaleDraft | None) -> None:
    """Keep *draft*, which has what was taken back, in hand, and put what was there *aside*: one commit."""
    also = () if aside is None else ((draft_id, HELD, aside.text()),)
    store.ledger.move_draft(draft_id, (CURRENT, CURRENT, draft.text()), store.clock.now_ms(), *also)


def with_taken_back(store: Store, draft: SaleDraft) -> SaleDraft:
    """*draft*, or what was taken back and nobody took up: the program ended in between."""
    edit = DraftEdit(draft)
    for draft_id, sale in kept(store.ledger):
        edit, aside = taking(edit, sale)
        take(store, draft_id, edit.draft, aside)
    return edit.draft
