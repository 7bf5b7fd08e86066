"""Who sees a row and to which month of history it belongs, asked many times in one go.

Both follow from the row itself or, when its table inherits, from its parent's row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache

from sqlalchemy import Table

from domain.kernel.channels import Audience, Row, Rule, Tree, audience
from domain.kernel.history import deciding, month_of
from domain.kernel.tables import sync_info, synced_tables


@cache
def is_parent(table: Table) -> bool:
    """Whether rows of other tables are seen by whoever sees a row of this one."""
    inherits = [sync_info(each).inherit for each in synced_tables()]
    return any(inherit is not None and inherit.parent == table.name for inherit in inherits)


@cache
def deciding_rules(table: Table) -> tuple[tuple[Rule, ...], tuple[str, ...]]:
    """(the rules that decide about a row of *table*, the columns they look at), of the parent's row if it inherits."""
    inherit = sync_info(table).inherit
    rules = tuple(sync_info(deciding(table)).rules)
    if inherit is not None:
        rules = tuple(rule for rule in rules if rule.kind in inherit.only)
    return rules, tuple(dict.fromkeys(column for rule in rules for column in rule.columns))


NOBODY: tuple[Sequence[Audience], str] = ((), "")


@dataclass(slots=True)
class Audiences:
    """Audiences of rows, remembered for the life of one command.

    Attributes:
        tree: the network.
        find: a parent's row, None when there is none.
    """

    tree: Tree
    find: Callable[[Table, str], Row | None]
    _known: dict[tuple[str, tuple[object, ...]], Sequence[Audience]] = field(default_factory=dict)

    def of(self, table: Table, row: Row | None) -> Sequence[Audience]:
        """The channels that *row* enters, each with its mask; none for no row and for one without its parent."""
        return self.placed(table, row)[0]

    def placed(self, table: Table, row: Row | None) -> tuple[Sequence[Audience], str]:
        """(channels with masks, month of history) of a row."""
        if row is None:
            return NOBODY
        inherit = sync_info(table).inherit
        decides = self.find(deciding(table), row[inherit.column]) if inherit else row
        if decides is None:
            return NOBODY
        rules, columns = deciding_rules(table)
        key = (table.name, tuple(decides[column] for column in columns))
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = audience(rules, decides, self.tree)
        return found, month_of(table, decides)
