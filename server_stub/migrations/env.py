"""How Alembic runs here: on the connection it is handed, inside the transaction of whoever handed it."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.migration import MigrationContext
from alembic.operations import MigrationScript, ops

from domain.kernel.tables import IdType
from server_stub.migrations import schema


def render_item(kind: str, thing: Any, autogenerate: AutogenContext) -> str | Literal[False]:
    """Write the domain's id type by its name; everything else as Alembic does."""
    if kind == "type" and isinstance(thing, IdType):
        autogenerate.imports.add("from domain.kernel.tables import IdType")
        return "IdType()"
    return False


def drop_notes(_context: MigrationContext, _revision: object, scripts: list[MigrationScript]) -> None:
    """Leave out what the domain notes on its tables (audience, blank values): it is no part of the schema."""
    for script in scripts:
        for upgrade in script.upgrade_ops_list:
            for operation in upgrade.ops:
                if isinstance(operation, ops.CreateTableOp):
                    operation.info.clear()


def run() -> None:
    """Configure and run."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=schema.load(),
        render_item=render_item,
        process_revision_directives=drop_notes,
        compare_type=True,
        # SQLite changes tables by copying them; making them needs no copy.
        render_as_batch=context.config.attributes.get("batch", False),
    )
    # The transaction is the caller's: a migration takes place as a whole or not at all, on both databases.
    context.run_migrations()


run()
