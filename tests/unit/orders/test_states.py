"""The states of an order: who may take which step from where."""

from __future__ import annotations

from itertools import product

import pytest

from domain.kernel.context import Actor
from domain.kernel.errors import Invalid
from domain.orders import states
from domain.orders.sale_handlers import payment_state, take_payments
from domain.parties import roles

ALL_STATES = {state for pair in states.TRANSITIONS for state in pair}


def actor(party: str, role: str) -> Actor:
    return Actor("p", "甲", role, party, "d")


@pytest.mark.parametrize("action", states.ACTIONS)
def test_only_the_right_side_acts_in_the_right_state(action: str) -> None:
    begins, side, allowed = states.ACTIONS[action]
    for state, party, role in product(ALL_STATES, ("seller", "buyer", "other"), roles.ALL):
        order = {"state": state, "seller_id": "seller", "buyer_id": "buyer"}
        expected = state in begins and order[side] == party and role in allowed
        assert states.may(actor(party, role), action, order) is expected


def test_ends_are_ends() -> None:
    leaving = {before for before, _ in states.TRANSITIONS}
    assert {states.RETURNED, states.VOIDED, states.REFUSED, states.CANCELLED, states.CLOSED}.isdisjoint(leaving)
    assert not states.can_go(states.PART_RETURNED, states.VOIDED), "what came back in part cannot be as if unsold"
    assert not states.can_go(states.SHIPPED, states.CANCELLED), "what has left cannot be withdrawn"
    assert not states.can_go(states.SUBMITTED, states.SHIPPED)


def test_cash_gives_change_and_nothing_else_does() -> None:
    [cash] = take_payments(1000, [("cash", 5000)])
    assert (cash.amount, cash.tendered) == (1000, 5000)
    card, rest = take_payments(1000, [("card", 400), ("cash", 1000)])
    assert (card.amount, rest.amount, rest.tendered) == (400, 600, 1000)
    with pytest.raises(Invalid, match="overpaid"):
        take_payments(1000, [("card", 1001)])
    with pytest.raises(Invalid, match="negative_payment"):
        take_payments(1000, [("cash", -1)])
    assert [payment_state(1000, paid) for paid in (0, 1, 999, 1000)] == ["unpaid", "part", "part", "paid"]
    assert payment_state(0, 0) == "paid"
