"""Who may see a row: channels, masks, and the rules by which each table declares them.

A channel is an audience, not a copy per dealer. A row enters every channel that its table's rules name; a device
subscribes to a set of channels. What a masked audience may not know is emptied when the row enters the channel.

==================  =====================================================  ===========================
channel             holds                                                  subscribed by
==================  =====================================================  ===========================
``catalogue``       goods that everyone may sell, categories               everyone
``range:ID``        goods that only some may sell                          those, and headquarters
``price-list:ID``   one price list with its prices                         the parties it applies to
``party:ID``        everything of one dealer, unmasked                     that dealer
``down:ID``         what the dealer's downline shares                      that dealer
``up:ID``           what the dealer shows to those directly below          its children
``hq``              the whole network, end customers masked                headquarters
``device:ID``       outcomes of the device's commands                      that device
==================  =====================================================  ===========================
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from domain.kernel.ids import HQ_PARTY_ID

Row = dict[str, Any]
Mask = Mapping[str, Callable[[Row], Any]]
"""Per column, what a masked audience gets instead of the value; made from the whole row."""

CATALOGUE = "catalogue"
HQ = "hq"


def party_channel(party_id: str) -> str:
    """The channel of a party's own rows; headquarters' own rows stand in ``hq``, unmasked."""
    return HQ if party_id == HQ_PARTY_ID else f"party:{party_id}"


def range_channel(range_id: str) -> str:
    """The channel of goods that only some may sell."""
    return f"range:{range_id}"


@dataclass(frozen=True, slots=True)
class Rule:
    """One way by which a row gets an audience.

    Attributes:
        kind: ``everyone`` · ``range`` · ``party`` · ``down`` · ``up`` · ``hq`` · ``price_list`` · ``device``.
        column: the row's column that holds the id; unused for ``everyone`` and ``hq``. Without a range: for everyone.
        mask: name of the table's mask for this audience, ``full`` for none.
        when, unless: a column: only rows that have a value there, or have none.
    """

    kind: Literal["everyone", "range", "party", "down", "up", "hq", "price_list", "device"]
    column: str = ""
    mask: str = "full"
    when: str = ""
    unless: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """What it looks at."""
        return tuple(column for column in (self.column, self.when, self.unless) if column)


@dataclass(frozen=True, slots=True)
class Inherit:
    """The row is seen by whoever sees its parent row, with this table's masks.

    Attributes:
        parent: name of the parent's table.
        column: the row's column that holds the parent's id.
        only: kinds of the parent's rules that are inherited.
    """

    parent: str
    column: str
    only: frozenset[str] = frozenset({"party", "down", "up", "hq", "everyone", "range", "price_list"})


class Tree(Protocol):
    """What the rules ask about the network."""

    def ancestors(self, party_id: str) -> Sequence[str]:
        """Ids of the parties above, nearest first, headquarters last."""


Audience = tuple[str, str]
"""(channel, mask name)."""


def audience(rules: Iterable[Rule], row: Row, tree: Tree) -> list[Audience]:
    """The channels that *row* enters by *rules*, each once; an unmasked entry wins over a masked one."""
    found: dict[str, str] = {}

    def enter(channel: str, mask: str) -> None:
        if found.get(channel) != "full":
            found[channel] = mask

    for rule in rules:
        if (rule.unless and row.get(rule.unless)) or (rule.when and not row.get(rule.when)):
            continue
        match rule.kind:
            case "everyone":
                enter(CATALOGUE, rule.mask)
            case "hq":
                enter(HQ, rule.mask)
            case "range" if not row.get(rule.column):
                enter(CATALOGUE, rule.mask)
            case _:
                owner = row.get(rule.column)
                if not owner:
                    continue
                for channel in _channels(rule, str(owner), tree):
                    enter(channel, rule.mask)
    return list(found.items())


def _channels(rule: Rule, owner: str, tree: Tree) -> list[str]:
    match rule.kind:
        case "party":
            return [party_channel(owner)]
        case "down":
            return [f"down:{above}" for above in tree.ancestors(owner) if above != HQ_PARTY_ID]
        case "up":
            return [f"up:{owner}"]
        case "price_list":
            return [f"price-list:{owner}"]
        case "range":
            return [range_channel(owner)]
        case _:
            return [f"device:{owner}"]


def masked(row: Row, mask: Mask) -> Row:
    """*row* with the mask's columns replaced."""
    return {**row, **{column: replace(row) for column, replace in mask.items()}}


def nothing(_row: Row) -> None:
    """Masker: the value is not given at all."""


def blanked(_row: Row) -> str:
    """Masker: an empty text instead of the value."""
    return ""


def middle_hidden(column: str) -> Callable[[Row], str | None]:
    """Masker: ``13812346621`` → ``138****6621``, ``李建国`` → ``李**``; rows of headquarters itself stay whole."""

    def hide(row: Row) -> str | None:
        text = row.get(column)
        if not text or row.get("party_id") == HQ_PARTY_ID:
            return text
        if len(text) >= 8:
            return str(text[:3]) + "****" + str(text[-4:])
        return str(text[:1]) + "*" * (len(text) - 1)

    return hide
