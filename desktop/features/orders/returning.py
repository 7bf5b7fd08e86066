"""Taking back what was sold: what may come back, what is given back for it, and the step itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop.features.orders.return_draft import DRAFT, Refund, ReturnDraft
from desktop.features.orders.units import with_own_unit
from desktop.store import forms
from desktop.store.credit import CreditDraft
from desktop.store.store import Decide, Performed, Store
from domain.catalogue import queries as catalogue
from domain.kernel.channels import Row
from domain.kernel.context import DecideContext, Decision
from domain.kernel.errors import NotFound
from domain.orders import queries
from domain.orders.booking_handlers import decide_call_off
from domain.orders.commands import Approval, Refund as VoidRefund, VoidSale
from domain.orders.queries_parts import parts_left
from domain.orders.return_commands import CompleteReturn, Refunded
from domain.orders.return_handlers import decide_free_return, decide_return
from domain.orders.returning import Back, FreeBack, left_by_method, lines_back, lots_out, refunds_for, rounding_back
from domain.orders.voiding_handlers import decide_void
from domain.stock.commands import Part


@dataclass(frozen=True, slots=True)
class Returnable:
    """A sale with what is left to come back of it.

    Attributes:
        stocked: product id → whether it is kept in stock.
        left: means → minor units that may still go back by it.
        parts: line id → the lots and serials of it that are still out.
    """

    order: Row
    lines: list[Row]
    stocked: Mapping[str, bool]
    left: Mapping[str, int]
    parts: Mapping[str, Sequence[Part]]

    def serials_of(self, line_id: str) -> list[str]:
        """The serials of a line's pieces that are still out."""
        return [part.serial for part in self.parts.get(line_id, ()) if part.serial]

    def lots_of(self, line_id: str) -> dict[str, int]:
        """The lots of a line that are still out with their thousandths, where there is a choice: several, and no
        serials that tell them apart."""
        lots = lots_out(self.parts.get(line_id, ()))
        return dict(sorted(lots.items())) if len(lots) > 1 and not self.serials_of(line_id) else {}

    def refund(self, back: Sequence[Back]) -> tuple[Refunded, ...]:
        """What is given back for these lines, by means; nothing for nothing.

        Raises:
            Invalid, Refused: see :mod:`domain.orders.returning`.
        """
        if not back:
            return ()
        goods = sum(line.amount for line in lines_back(self.lines, back, self.stocked, self.parts))
        return refunds_for(goods + rounding_back(self.order, self.lines, back, goods), self.left)


def returnable(store: Store, order_id: str) -> Returnable:
    """Read it.

    Raises:
        NotFound: ``unknown_order``.
    """
    with store.read() as connection:
        order = queries.order_by_id(connection, order_id)
        if order is None:
            raise NotFound("unknown_order", id=order_id)
        lines = with_own_unit(connection, queries.lines_of(connection, order_id))
        stocked = catalogue.stocked_by_id(connection, [line["product_id"] for line in lines])
        left = left_by_method(queries.payments_of_order_and_returns(connection, order_id))
        parts = parts_left(connection, order_id, lines)
    return Returnable(order, lines, stocked, left, parts)


def take_back(
    store: Store,
    order_id: str,
    back: Sequence[Back],
    *,
    reason: str,
    to_exchange: bool = False,
    approvals: Sequence[Approval] = (),
) -> Performed:
    """Goods come back; the errors are those of :func:`domain.orders.return_handlers.decide_return`.

    What stays for the next sale is in the ledger with the return, in one commit.
    """
    return _give_back(
        store,
        lambda ctx: decide_return(ctx, order_id, back, reason=reason, to_exchange=to_exchange, approvals=approvals),
        forms.PREFIX + form_of(order_id),
    )


def form_of(order_id: str) -> str:
    """The name of the form in which somebody enters what comes back of a sale."""
    return f"return.{order_id}"


def void(store: Store, order_id: str, reason: str, approvals: Sequence[Approval] = ()) -> Performed:
    """Take a sale back whole; the errors are those of :func:`domain.orders.voiding_handlers.decide_void`."""
    return _give_back(store, lambda ctx: decide_void(ctx, order_id, reason=reason, approvals=approvals))


def take_back_free(store: Store, draft: ReturnDraft, refund: Refund, approvals: Sequence[Approval] = ()) -> Performed:
    """Goods come back whose sale nobody can show; the draft ends in the same commit.

    Raises what :func:`domain.orders.return_handlers.decide_free_return` raises; the draft stays then.
    """
    back = [
        FreeBack(line.code, line.quantity, line.price, line.to, line.pack, line.lot, line.serials)
        for line in draft.lines
    ]
    return _give_back(
        store,
        lambda ctx: decide_free_return(
            ctx,
            back,
            method=refund.method,
            reason=refund.reason,
            customer_id=draft.customer_id,
            approvals=approvals,
        ),
        ends=DRAFT,
    )


def _give_back(store: Store, decide: Decide, ends: str = "") -> Performed:
    credit = CreditDraft()

    def decided(ctx: DecideContext) -> Decision:
        decision = decide(ctx)
        credit.told(refunds_of(decision.payload))
        return decision

    return store.perform(decided, drafts=credit.drafts(ends))


def call_off(store: Store, order_id: str, reason: str, *, keep: bool, approvals: Sequence[Approval] = ()) -> Performed:
    """A customer's order is off. Raises what :func:`domain.orders.booking_handlers.decide_call_off` raises."""
    return store.perform(
        lambda ctx: decide_call_off(ctx, order_id, reason=reason, keep=keep, approvals=approvals),
        drafts=forms.ended(call_off_form(order_id)),
    )


def call_off_form(order_id: str) -> str:
    """Name of the form in which somebody says why an order is off."""
    return f"orders.call_off.{order_id}"


def refunds_of(payload: object) -> Sequence[Refunded | VoidRefund]:
    """What a return or void gives back, by means."""
    return payload.refunds if isinstance(payload, CompleteReturn | VoidSale) else ()
