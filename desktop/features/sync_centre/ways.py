"""The ways out of what did not go through as it was sealed: which there are, and taking them.

What each means, by kind of document: docs/decisions (ways out).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from desktop.features.sync_centre.comparison import original
from desktop.store.again import again, kept_with
from desktop.store.handled import CHANGED, REASSIGNED, SEEN, VOIDED, Handling, settle
from desktop.store.scanning import Found
from desktop.store.store import Performed, Store
from domain.catalogue import queries as catalogue
from domain.catalogue.units import pack
from domain.kernel.channels import Row
from domain.kernel.context import Actor
from domain.kernel.errors import Invalid, NotFound
from domain.kernel.merging import FIELD_CLASH
from domain.kernel.money import QUANTITY_SCALE
from domain.orders.commands import CompleteSale, SoldLine, SubmitReplenishment
from domain.orders.voiding_handlers import decide_reassign, decide_void
from domain.parties import roles
from domain.stock.commands import Adjust, AdjustedLine, Count, CountedLine, TakeIn, TakenLine
from domain.stock.handlers import Line, Lotted, decide_adjust

SALE, REPLENISHMENT = "orders.complete_sale", "orders.submit_replenishment"
STOCK = frozenset({"stock.take_in", "stock.count", "stock.adjust"})
SCREENS: Mapping[str, str] = {"orders": "orders", "stock": "stock", "customers": "customers", "catalogue": "products",
                              "parties": "network", "tills": "till", "attachments": "orders"}  # fmt: skip
"""Noun of a command → the screen that shows its document."""


def ways_of(row: Row, actor: Actor) -> tuple[str, ...]:
    """What this person may do about an entry of the inbox."""
    kind, manager = row["kind"], actor.role in roles.MANAGING
    if row["status"] == "parked":
        return ("wait",)
    found: list[str] = []
    if row["status"] == "refused":
        found += ["change"] if kind == REPLENISHMENT else ["open"]
        found += ["void"] if manager else []
    elif row["status"] == "exception" and kind == SALE:
        found += ["reassign"] if actor.role in roles.SELLING else []
        found += ["change", "void"] if manager else []
    elif row["code"] == FIELD_CLASH:
        found += ["choose"]
    elif row["status"] == "exception":
        found += ["void"] if manager and kind in STOCK else []
    return (*found, "dismiss")


def screen_of(row: Row) -> str:
    """The screen that shows what a command was about."""
    return SCREENS.get(str(row["kind"]).partition(".")[0], "sync_centre")


def dismiss(store: Store, command_id: str) -> None:
    """Somebody has seen it and dealt with it; the document stays."""
    settle(store.ledger, Handling(command_id, SEEN), store.known.person_name, store.clock.now_ms())


def void(store: Store, command_id: str, reason: str) -> Performed:
    """Take a recorded document back: a sale with goods and money, a stock document by its opposite.

    Raises:
        Invalid: ``no_reason``. NotFound, Refused: see :func:`decide_void`, :func:`decide_adjust`.
    """
    handling = Handling(command_id, VOIDED, _given(reason))
    sealed = original(store, command_id)
    payload = sealed.payload if sealed is not None else None
    if isinstance(payload, TakeIn | Count | Adjust):
        lines, note = _opposite(store, payload), payload.number
        return store.perform(
            lambda ctx: decide_adjust(ctx, lines, reason=reason, note=note, serials_unsaid=True), answers=handling
        )
    order_id = _sale(store, command_id).order_id
    return store.perform(lambda ctx: decide_void(ctx, order_id, reason=reason), answers=handling)


def strike_off(store: Store, command_id: str, reason: str) -> None:
    """What the server refused had no effect: a manager says that nothing will come of it. It stays in the history.

    Raises:
        Invalid: ``no_reason``.
    """
    handling = Handling(command_id, VOIDED, _given(reason))
    settle(store.ledger, handling, store.known.person_name, store.clock.now_ms())


def _given(reason: str) -> str:
    if not reason.strip():
        raise Invalid("no_reason")
    return reason.strip()


def _opposite(store: Store, payload: TakeIn | Count | Adjust) -> list[Line]:
    """What puts a document right again, lot by lot and piece by piece."""
    back = [one for line in payload.lines for one in _back(line) if one.quantity]
    with store.read() as connection:
        known = catalogue.products_by_ids(connection, [one.code for one in back])
    return [one._replace(code=known[one.code]["code"]) for one in back]


def _back(line: TakenLine | CountedLine | AdjustedLine) -> list[Lotted]:
    """The opposite of a line, by the product's id: pieces that came go, those that went come back, and the rest."""
    if not isinstance(line, CountedLine):
        return [Lotted(line.product_id, -line.quantity, line.lot, serials=line.serials)]
    pieces = (line.missing, QUANTITY_SCALE), (line.foreign, -QUANTITY_SCALE)
    found = [Lotted(line.product_id, sign * len(serials), line.lot, serials=serials) for serials, sign in pieces]
    rest = line.book - line.counted - sum(one.quantity for one in found)
    return [*found, Lotted(line.product_id, rest, line.lot)]


def take_back_to_change(store: Store, command_id: str, reason: str) -> Performed:
    """Take a sale back whole to enter it anew: what was entered is a draft in the same commit.

    Raises what :func:`decide_void` raises.
    """
    sale = _sale(store, command_id)
    handling = Handling(command_id, CHANGED, _given(reason))
    return store.perform(
        lambda ctx: decide_void(ctx, sale.order_id, reason=reason), drafts=kept_with(again(sale)), answers=handling
    )


def reassign(store: Store, command_id: str, customer_id: str | None) -> Performed:
    """Give a sale to another customer, None for the walk-in. Raises what :func:`decide_reassign` raises."""
    order_id = _sale(store, command_id).order_id
    handling = Handling(command_id, REASSIGNED)
    return store.perform(lambda ctx: decide_reassign(ctx, order_id, customer_id), answers=handling)


def _sale(store: Store, command_id: str) -> CompleteSale:
    sealed = original(store, command_id)
    if sealed is None or not isinstance(sealed.payload, CompleteSale):
        raise NotFound("unknown_order", id=command_id)
    return sealed.payload


def entered(store: Store, command_id: str) -> dict[str, object]:
    """What a person entered, as the entry screen takes it up again; empty when there is no such screen."""
    sealed = original(store, command_id)
    payload = sealed.payload if sealed is not None else None
    if isinstance(payload, SubmitReplenishment):
        return {"lines": _found(payload.lines), "note": payload.note, "answers": command_id}
    return {}


def _found(lines: Sequence[SoldLine]) -> list[Found]:
    return [Found(line.code, line.quantity, unit=pack(line.unit, line.factor)) for line in lines]
