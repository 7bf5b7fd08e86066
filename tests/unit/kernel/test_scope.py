"""Rules that are read on both sides must find on a counter what they found on the server."""

from __future__ import annotations

import pytest
from sqlalchemy import Table

from domain import registry
from domain.kernel.tables import metadata, sync_info, synced_tables

registry.commands()


def read_by_rules(table: Table) -> set[str]:
    """Columns that decide who sees a row of *table* or of what inherits from it."""
    inherit = sync_info(table).inherit
    own = {rule.column for rule in sync_info(table).rules if rule.column}
    return own | ({inherit.column} if inherit else set())


@pytest.mark.parametrize("table", [str(table.name) for table in synced_tables()])
def test_no_mask_hides_what_a_rule_reads(table: str) -> None:
    """A counter holds masked rows and asks the same rules of them."""
    for name, mask in sync_info(metadata.tables[table]).masks.items():
        assert not read_by_rules(metadata.tables[table]) & set(mask), name


@pytest.mark.parametrize("table", [str(table.name) for table in synced_tables()])
def test_masking_twice_is_masking_once(table: str) -> None:
    """A counter masks again what may be masked already."""
    row = {str(column.name): "13812346621" for column in metadata.tables[table].columns} | {"party_id": "x"}
    for mask in sync_info(metadata.tables[table]).masks.values():
        once = {column: hide(row) for column, hide in mask.items()}
        assert {column: hide(row | once) for column, hide in mask.items()} == once
