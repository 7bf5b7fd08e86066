"""Tables without rows need not be asked one by one."""

from __future__ import annotations

from sqlalchemy import create_engine, insert

from domain import registry
from domain.kernel.queries_filled import filled
from domain.kernel.tables import complete, metadata, synced_tables

registry.commands()


def test_every_table_with_a_row_is_found_and_no_other() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        metadata.create_all(connection, tables=synced_tables())
        assert filled(connection) == []
        for number, table in enumerate(synced_tables()):
            row = {name: "" if value is None else value for name, value in complete(table, {"id": str(number)}).items()}
            connection.execute(insert(table), row)
            assert filled(connection) == synced_tables()[: number + 1]
    engine.dispose()
