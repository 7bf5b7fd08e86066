"""Decide and apply for a dealer that moves to another upline."""

from __future__ import annotations

from domain.kernel.commands import applies
from domain.kernel.context import ApplyContext, DecideContext, Decision
from domain.kernel.errors import NotFound, Refused
from domain.kernel.ids import HQ_PARTY_ID
from domain.parties import queries
from domain.parties.commands import MoveDealer
from domain.parties.model import party, party_move
from domain.parties.rules import check_move, path_below


def decide_move_dealer(ctx: DecideContext, *, party_id: str, to_code: str) -> Decision:
    """A dealer, with everybody below it, to below the party with *to_code*.

    Raises:
        NotFound: ``unknown_dealer``. Refused: ``already_there``, ``below_itself``, ``too_deep``.
    """
    moved = queries.party_by_id(ctx.connection, party_id)
    if moved is None or moved["id"] == HQ_PARTY_ID:
        raise NotFound("unknown_dealer", code=party_id)
    to = queries.party_by_code(ctx.connection, to_code)
    if to is None:
        raise NotFound("unknown_dealer", code=to_code)
    check_move(moved, queries.parties_below(ctx.connection, party_id), to)
    payload = MoveDealer(party_id=party_id, from_id=moved["parent_id"], to_id=to["id"])
    return Decision(payload, party_id, moved["code"], base=(("party", party_id, moved["version"]),))


@applies(MoveDealer)
def apply_move_dealer(ctx: ApplyContext, move: MoveDealer) -> None:
    """Write the places in the tree, from the top down, and that it was moved. What happened before stays."""
    moved = ctx.rows.require(party, move.party_id)
    to = ctx.rows.require(party, move.to_id)
    if moved["parent_id"] != move.from_id:
        raise Refused("moved_meanwhile", code=moved["code"])
    below = queries.parties_below(ctx.rows.connection, move.party_id)
    check_move(moved, below, to)
    places = {to["id"]: to}
    for row in (moved, *below):
        parent_id = move.to_id if row["id"] == move.party_id else row["parent_id"]
        above = places[parent_id]
        places[row["id"]] = ctx.rows.update(
            party, row["id"], parent_id=parent_id, path=path_below(above), tier=above["tier"] + 1
        )
    ctx.rows.insert(
        party_move,
        {
            "id": ctx.derive("move"),
            "party_id": move.party_id,
            "from_id": move.from_id,
            "to_id": move.to_id,
            "business_date": ctx.business_date,
            "at": ctx.at,
            "person_name": ctx.actor.person_name,
        },
    )
