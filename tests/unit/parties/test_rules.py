"""The tree, and who may give which role."""

from __future__ import annotations

from itertools import product

from domain.kernel.ids import HQ_PARTY_ID
from domain.parties import roles
from domain.parties.rules import ancestors, may_give_role, path_below

SHOP, OTHER = "shop", "other"


def test_path_names_those_above_nearest_first() -> None:
    hq = {"id": HQ_PARTY_ID, "path": ""}
    upline = {"id": "t1", "path": path_below(hq)}
    shop = {"id": "s1", "path": path_below(upline)}
    assert ancestors(hq) == []
    assert ancestors(shop) == ["t1", HQ_PARTY_ID]


def test_nobody_gives_himself_more() -> None:
    for role, party, given_role in product(roles.ALL, (SHOP, OTHER, HQ_PARTY_ID), roles.ALL):
        allowed = may_give_role(role, SHOP, party, given_role)
        assert allowed is (role == "owner" and party == SHOP and given_role in {"clerk", "warehouse"}), (role, party)


def test_headquarters_admin_gives_roles_that_fit_the_party() -> None:
    for party, given_role in product((SHOP, HQ_PARTY_ID), roles.ALL):
        fits = given_role in (roles.AT_HQ if party == HQ_PARTY_ID else roles.AT_DEALER)
        assert may_give_role("hq_admin", HQ_PARTY_ID, party, given_role) is fits
        assert not may_give_role("hq_staff", HQ_PARTY_ID, party, given_role)
