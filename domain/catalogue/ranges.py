"""Who may sell what: goods stand in a range or in none, and a range is granted to dealers, subtrees and grades."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from domain.kernel.channels import Row
from domain.kernel.commands import Payload, Short
from domain.kernel.ids import HQ_PARTY_ID

GrantKind = Literal["dealer", "below", "grade"]


class Grant(Payload, frozen=True, kw_only=True):
    """``dealer``: this party; ``below``: this party and everybody under it; ``grade``: whoever has this grade."""

    kind: GrantKind
    value: Short


_GRANTS = msgspec.json.Decoder(tuple[Grant, ...])


def grants_text(grants: Iterable[Grant]) -> str:
    """Grants as a range's row keeps them: each once, in one order, so that the same grants are the same text."""
    each = {(grant.kind, grant.value): grant for grant in grants}
    return msgspec.json.encode([each[key] for key in sorted(each)]).decode()


def grants_of(goods_range: Row) -> tuple[Grant, ...]:
    """The grants of a range's row."""
    return _GRANTS.decode(goods_range["grants"])


def is_granted(grants: Sequence[Grant], party: Row) -> bool:
    """Whether a party may sell the goods of a range; headquarters always may."""
    if party["id"] == HQ_PARTY_ID:
        return True
    above = party["path"].split("/")
    for grant in grants:
        match grant.kind:
            case "dealer" if grant.value == party["id"]:
                return True
            case "below" if grant.value == party["id"] or grant.value in above:
                return True
            case "grade" if grant.value and grant.value == party["grade"]:
                return True
    return False


@dataclass(frozen=True, slots=True)
class Sellers:
    """The ranges of a network by id."""

    ranges: dict[str, Row]

    def may_sell(self, range_id: str | None, party: Row) -> bool:
        """Whether a party may sell goods of this range; goods without one are for everyone."""
        if not range_id:
            return True
        found = self.ranges.get(range_id)
        return found is not None and is_granted(grants_of(found), party)
