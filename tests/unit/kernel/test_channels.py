"""Who sees a row, and how much of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table

from domain import registry
from domain.customers.model import customer
from domain.kernel.channels import audience, masked, party_channel
from domain.kernel.ids import HQ_PARTY_ID
from domain.kernel.tables import blank, sync_info, synced_tables
from domain.orders.model import orders
from domain.parties.model import party

registry.commands()
T1, SHOP, NEIGHBOUR = "t1", "shop", "neighbour"
PATHS = {SHOP: [T1, HQ_PARTY_ID], NEIGHBOUR: [T1, HQ_PARTY_ID], T1: [HQ_PARTY_ID], HQ_PARTY_ID: []}


class Tree:
    """A network of four."""

    def ancestors(self, party_id: str) -> Sequence[str]:
        return PATHS[party_id]


def seen(table: Table, row: dict[str, Any]) -> dict[str, str]:
    return dict(audience(sync_info(table).rules, row, Tree()))


def test_sale_is_seen_by_the_seller_and_above_and_not_beside() -> None:
    found = seen(orders, {"seller_id": SHOP, "buyer_id": None})
    assert found == {f"party:{SHOP}": "full", f"down:{T1}": "down", "hq": "full"}


def test_replenishment_is_seen_whole_by_both_sides() -> None:
    found = seen(orders, {"seller_id": T1, "buyer_id": SHOP})
    assert found == {f"party:{T1}": "full", f"party:{SHOP}": "full", "hq": "full"}


def test_customer_is_the_dealers_own_and_headquarters_sees_him_masked() -> None:
    row = {"id": "1", "party_id": SHOP, "name": "李建国", "phone": "13812346621", "note": "x"}
    assert seen(customer, row) == {f"party:{SHOP}": "full", "hq": "hq"}
    hidden = masked(row, sync_info(customer).masks["hq"])
    assert (hidden["name"], hidden["phone"], hidden["note"]) == ("李**", "138****6621", None)
    own = masked({**row, "party_id": HQ_PARTY_ID}, sync_info(customer).masks["hq"])
    assert (own["name"], own["phone"]) == ("李建国", "13812346621")


def test_unmasked_entry_wins() -> None:
    assert seen(customer, {"party_id": HQ_PARTY_ID})["hq"] in {"full", "hq"}
    assert seen(party, {"id": T1}) == {f"party:{T1}": "full", f"up:{T1}": "up", "hq": "full"}
    assert party_channel(HQ_PARTY_ID) == "hq"


def test_every_table_says_who_sees_it_and_masks_only_columns_that_it_has() -> None:
    tables = synced_tables()
    for table in tables:
        info = sync_info(table)
        assert bool(info.rules) != bool(info.inherit), table.name
        columns = set(blank(table))
        assert {rule.column for rule in info.rules if rule.column} <= columns
        for mask in info.masks.values():
            assert set(mask) <= columns
        named = {rule.mask for rule in info.rules} - {"full"}
        assert named <= set(info.masks), table.name
