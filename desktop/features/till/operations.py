"""What is done at the till, one function each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from desktop.store import forms
from desktop.store.store import Performed, Store
from domain.kernel.channels import Row
from domain.parties import queries as parties, roles
from domain.tills import queries
from domain.tills.commands import Total
from domain.tills.handlers import decide_close_shift, decide_move_cash, decide_open_shift, decide_set_policy

SHOWN = 200
HELD = "sale-held"
"""The kind of the orders put aside at this till, of whomever."""
OPENING, COUNTING = "till.open", "till.count"
"""Names of the forms in which somebody takes the till over and counts it."""
DOCUMENTS = frozenset({"sale", "return", "void", "credit"})


@dataclass(frozen=True, slots=True)
class TillStatus:
    """How the till stands.

    Attributes:
        shift: the open one, None when there is none.
        documents: sales, returns, voids and account payments in it.
        totals: what went through it by kind and means; empty for whoever is to count blind.
        shifts: past and present ones that this person may see, newest first.
        manages: whether this person manages the shop.
    """

    shift: Row | None
    documents: int
    totals: Sequence[Total]
    shifts: Sequence[Row]
    manages: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """What the shop chose for its till (a row of :data:`domain.tills.model.till_policy`), and whether headquarters
    forbids expired goods everywhere."""

    chosen: Row
    never_expired: bool


def rules(store: Store) -> Rules:
    """The rules in force here."""
    with store.read() as connection:
        chosen = queries.policy_of(connection, store.known.party_id)
        forbidden = parties.network_rules(connection)["expired_sale"] == queries.NEVER
    return Rules(chosen, forbidden)


def set_rules(store: Store, **chosen: Any) -> Performed:
    """Choose what the till may do; raises what :func:`decide_set_policy` raises."""
    return store.perform(lambda ctx: decide_set_policy(ctx, **chosen))


def status(store: Store) -> TillStatus:
    """How the till stands, for the person signed in: only who manages the shop sees figures before the count."""
    with store.read() as connection:
        actor = store.actor(connection)
        manages = actor.role in roles.MANAGING
        here = queries.open_shift(connection, actor.device_id)
        totals = queries.totals(connection, here["id"]) if here else ()
        shifts = queries.shifts_of(connection, actor.party_id, SHOWN)
    documents = sum(total.number for total in totals if total.kind in DOCUMENTS)
    seen = [row for row in shifts if manages or row["person_id"] == actor.person_id]
    return TillStatus(here, documents, totals if manages else (), seen, manages)


def totals_of(shift: Row) -> tuple[Total, ...]:
    """The lines of a closed shift's Z report, as they were sealed."""
    return msgspec.json.decode(shift["report"], type=tuple[Total, ...]) if shift["report"] else ()


def open_shift(store: Store, float_amount: int) -> Performed:
    """Take over the till; raises what :func:`decide_open_shift` raises."""
    drafts = forms.ended(OPENING)
    return store.perform(lambda ctx: decide_open_shift(ctx, float_amount=float_amount), drafts=drafts)


def move_cash(store: Store, kind: str, amount: int, reason: str, approver: tuple[str, str] | None = None) -> Performed:
    """Cash in, out, or the drawer opened for nothing, agreed to by *approver* (id, name); raises what
    :func:`decide_move_cash` raises."""
    drafts = forms.ended(moving(kind))
    return store.perform(
        lambda ctx: decide_move_cash(ctx, kind=kind, amount=amount, reason=reason, approver=approver), drafts=drafts
    )


def close_shift(store: Store, coins: Mapping[int, int], other: int, reason: str) -> Performed:
    """Close with what was counted; raises what :func:`decide_close_shift` raises."""
    drafts = forms.ended(COUNTING)
    return store.perform(lambda ctx: decide_close_shift(ctx, coins=coins, other=other, reason=reason), drafts=drafts)


def held(store: Store) -> int:
    """How many orders are put aside at this till."""
    return len(store.ledger.drafts(HELD))


def moving(kind: str) -> str:
    """The name of the form by which cash is moved so."""
    return f"till.{kind}"
