"""Rules of stock: where goods are, and how moves are made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from domain.catalogue.kept import keep
from domain.catalogue.model import product
from domain.catalogue.queries import merged_into
from domain.kernel.channels import Row
from domain.kernel.context import ApplyContext
from domain.kernel.ids import stable_id
from domain.stock.commands import Part
from domain.stock.model import lot, stock_balance, stock_move
from domain.stock.shortages import BELOW_ZERO, end_shortages

Arrived: TypeAlias = Callable[[ApplyContext, str, Sequence[str]], None]
"""Told whose warehouse goods came to, and the products' ids."""
_followers: list[Arrived] = []
KINDS = ("warehouse", "transit", "customer", "supplier", "scrap", "adjustment")
COUNTED = frozenset({"warehouse", "transit"})
MAIN = "MAIN"


def place_id(party_id: str, kind: str) -> str:
    """The place of each kind that every party has; its warehouse is called ``MAIN``."""
    return stable_id("place", party_id, kind)


def balance_id(place: str, product_id: str, lot: str = "") -> str:
    """The balance of a product and lot at a place."""
    return stable_id("balance", place, product_id, lot)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place as one end of a move: whose it is and whether goods are counted there."""

    place: str
    party_id: str
    counted: bool


def spot(party_id: str, kind: str) -> Spot:
    """A party's standard place of *kind*."""
    return Spot(place_id(party_id, kind), party_id, kind in COUNTED)


@dataclass(frozen=True, slots=True)
class Move:
    """One movement of goods: *quantity* in thousandths, positive, from one spot to another.

    What is moved as a shop's own product, once that was merged, is moved as what it turned out to be; *exact* means
    this very product.
    """

    product_id: str
    quantity: int
    origin: Spot
    target: Spot
    reason: str
    source_id: str
    line_no: int = 0
    lot: str = ""
    serial: str = ""
    exact: bool = False


def parted(move: Move, parts: Sequence[Part]) -> list[Move]:
    """The move of a line as one for each of its parts; the whole of it when it has none."""
    return [replace(move, quantity=one.quantity, lot=one.lot, serial=one.serial) for one in parts] or [move]


def write_lots(ctx: ApplyContext, party_id: str, source_id: str, said: Iterable[tuple[str, str, str | None]]) -> None:
    """What a document says about lots that came to a party: (product id, lot, last good day)."""
    ctx.rows.insert(
        lot,
        [
            {
                "id": ctx.derive("lot", index),
                "party_id": party_id,
                "product_id": product_id,
                "code": code,
                "expires_on": expires_on,
                "source_id": source_id,
                "at": ctx.at,
            }
            for index, (product_id, code, expires_on) in enumerate(one for one in said if one[1])
        ],
    )


def write_moves(ctx: ApplyContext, moves: Sequence[Move], home: int, role: str = "move") -> None:
    """Write moves as the actor's party; the same rows on both sides."""
    party_id = ctx.actor.party_id
    rows: list[Row] = []
    for index, move in enumerate(followed(ctx, moves)):
        others = {move.origin.party_id, move.target.party_id} - {party_id}
        rows.append(
            {
                "id": ctx.derive(role, index),
                "party_id": party_id,
                "counterparty_id": min(others) if others else None,
                "home": home,
                "product_id": move.product_id,
                "lot": move.lot,
                "serial": move.serial,
                "quantity": move.quantity,
                "from_place": move.origin.place,
                "to_place": move.target.place,
                "reason": move.reason,
                "source_id": move.source_id,
                "line_no": move.line_no,
                "business_date": ctx.business_date,
                "at": ctx.at,
            }
        )
    ctx.rows.insert(stock_move, rows)


def followed(ctx: ApplyContext, moves: Sequence[Move]) -> Sequence[Move]:
    """The moves, of the product of the network where a shop's own turned out to be one."""
    known = ctx.turned_out
    asked = {move.product_id for move in moves if not move.exact} - known.keys()
    own = merged_into(ctx.rows.connection, asked)
    ctx.rows.looked_at(product, own)  # what headquarters makes of them changes what is pending here
    known.update(dict.fromkeys(asked) | own)
    if not any(known.values()):
        return moves
    return [
        move if move.exact else replace(move, product_id=known[move.product_id] or move.product_id) for move in moves
    ]


def on_arrival(follow: Arrived) -> Arrived:
    """Register the decorated function as one that is told of goods that came to a warehouse, in the transaction in
    which they did (server only): what waits for them is a matter of higher rooms."""
    _followers.append(follow)
    return follow


def project_moves(ctx: ApplyContext, moves: Sequence[Move]) -> list[Row]:
    """Move the balances (server only), and tell who waits for goods; returns those that a fact drove below zero."""
    changes: list[Row] = []
    came: dict[str, set[str]] = defaultdict(set)
    for move in followed(ctx, moves):
        for end, sign in ((move.origin, -1), (move.target, 1)):
            if end.counted:
                changes.append(_change(ctx, end, move.product_id, move.lot, quantity=sign * move.quantity))
        if move.target.place == place_id(move.target.party_id, "warehouse"):
            came[move.target.party_id].add(move.product_id)
    after = _count(ctx, changes)
    _end_shortages(ctx, changes, after, moves)
    for party_id in sorted(came):
        for follow in _followers:
            follow(ctx, party_id, sorted(came[party_id]))
    losing = {change["id"] for change in changes if change["quantity"] < 0}
    return [row for row in after if row["quantity"] < 0 and row["id"] in losing]


def _end_shortages(ctx: ApplyContext, changes: Sequence[Row], after: Sequence[Row], moves: Sequence[Move]) -> None:
    """Tell of what was below zero and is not any more; taking over from a shop's own product puts nothing right."""
    moved: dict[str, int] = defaultdict(int)
    for change in changes:
        moved[change["id"]] += change["quantity"]
    risen: dict[str, set[str]] = defaultdict(set)
    for row in after:
        if row["quantity"] >= 0 > row["quantity"] - moved[row["id"]]:
            risen[row["party_id"]].add(row["product_id"])
    if not any(move.exact for move in moves):
        for party_id in sorted(risen):
            end_shortages(ctx, party_id, risen[party_id], moves[0].source_id)


def reserve(ctx: ApplyContext, party_id: str, lines: Sequence[tuple[str, int]]) -> None:
    """Promise (product id, ± thousandths) of a party's main warehouse (server only)."""
    main = spot(party_id, "warehouse")
    changes = [_change(ctx, main, product_id, "", reserved=quantity) for product_id, quantity in lines if quantity]
    _count(ctx, changes)


def _count(ctx: ApplyContext, changes: Sequence[Row]) -> list[Row]:
    after = ctx.rows.count(stock_balance, changes, ("quantity", "reserved"))
    keep(ctx, {(row["party_id"], row["product_id"]) for row in after if row["version"] == 1})
    return after


def _change(ctx: ApplyContext, end: Spot, product_id: str, lot: str, *, quantity: int = 0, reserved: int = 0) -> Row:
    return {
        "id": balance_id(end.place, product_id, lot),
        "party_id": end.party_id,
        "place_id": end.place,
        "product_id": product_id,
        "lot": lot,
        "quantity": quantity,
        "reserved": reserved,
        "as_of": ctx.received_at,
    }


def flag_below_zero(ctx: ApplyContext, short: Sequence[Row], document_id: str) -> None:
    """One exception per document that names how many products went below zero and the first of them."""
    for party_id in sorted({row["party_id"] for row in short}):
        mine = [row for row in short if row["party_id"] == party_id]
        first = min(mine, key=lambda row: str(row["product_id"]))
        ctx.flag(
            BELOW_ZERO,
            document_id,
            party_id,
            products=len(mine),
            product_id=first["product_id"],
            on_hand=first["quantity"],
        )
