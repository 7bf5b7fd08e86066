"""Books kept beside the product: what must be there, worked out from the sealed commands alone, in the server's order.

Nothing here calls a handler or reads a table of effects. A command's expected outcomes come from these books; only its
outcome decides whether its effects are booked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from domain.kernel.envelope import Body, unpack_personal
from tests.simulation import (
    books_above as above,
    books_bookings as bookings,
    books_clashes as clashes,
    books_counter as counter,
    books_office as office,
    books_orders as replenishment,
    books_pieces as pieces,
    books_stock as stock,
    books_told as told,
)
from tests.simulation.expected import DONE, DONE_OR_FLAGGED, FLAGGED, NOT_ALLOWED, PARKED
from tests.simulation.records import Record
from tests.simulation.roles import ALL, ROLES

Fields = dict[str, Any]
Change = tuple[str, str, str, int]
"""(party, product, lot, ± thousandths) of a warehouse."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A command as it was sealed: its body, and its detachable part as it is kept."""

    body: Body
    personal: bytes | None = None

    @property
    def fields(self) -> Fields:
        """The payload; under ``personal`` the detachable part, None without one."""
        told = unpack_personal(self.personal)
        return {
            **msgspec.json.decode(bytes(self.body.payload)),
            "personal": msgspec.json.decode(told) if told is not None else None,
        }


@dataclass(slots=True)
class Books:
    """The network's books.

    Attributes:
        goods: thousandths by (party, ``warehouse`` or ``transit``, product, lot).
        promised: thousandths by (party, product).
        money: minor units taken, by (party, method).
        records: what several people edit, by (table, id).
        clashes: fields of these that two people wrote.
        documents: whose each stock document is.
        lots: what was said of the lots of a (party, product): (when, row id, lot, last good day).
        out: how often a (product, serial) is with customers.
        pieces: how often each came to a party and left it.
        statuses: what became of each command.
        came: (party, product) that came to a warehouse with the last command.
        surprises: commands whose outcome the books do not explain.
    """

    goods: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    promised: Counter[tuple[str, str]] = field(default_factory=Counter)
    money: Counter[tuple[str, str]] = field(default_factory=Counter)
    orders: dict[str, replenishment.Order] = field(default_factory=dict)
    shipments: dict[str, replenishment.Shipment] = field(default_factory=dict)
    records: dict[tuple[str, str], Record] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)
    lots: dict[tuple[str, str], list[tuple[int, str, str, str | None]]] = field(default_factory=dict)
    out: Counter[tuple[str, str]] = field(default_factory=Counter)
    pieces: pieces.Pieces = field(default_factory=pieces.Pieces)
    statuses: dict[str, str] = field(default_factory=dict)
    clashes: dict[str, clashes.Clash] = field(default_factory=dict)
    surprises: list[str] = field(default_factory=list)
    sales: dict[str, counter.Sale] = field(default_factory=dict)
    till: counter.Till = field(default_factory=counter.Till)
    above: above.Above = field(default_factory=above.Above)
    bookings: dict[str, bookings.Booking] = field(default_factory=dict)
    told: dict[str, told.Told] = field(default_factory=dict)
    came: set[tuple[str, str]] = field(default_factory=set)

    def book(self, asked: Asked, status: str, code: str, *, may_park: bool, by_server: bool) -> None:
        """Take one command with its outcome into the books."""
        body = asked.body
        if code == above.DISMISSED:
            above.dismiss(self, body, status)
            return
        fields = asked.fields
        expected = self._expected(body, fields, by_server=by_server)
        if status not in expected and not (may_park and status == "parked"):
            self.surprise(body, f"is {status} {code}, not {sorted(expected)}")
        if status in DONE_OR_FLAGGED and body.kind in EFFECTS:
            EFFECTS[body.kind](self, body, fields)
            bookings.arrive(self, self.came)
            self.came.clear()
        above.note(self, body, status)

    def note_versions(self, made: Iterable[tuple[str, str, int]], device: str) -> None:
        """The last command made these versions (table, id, version) of rows that several people edit."""
        for table, row_id, version in made:
            if (table, row_id) in self.records:
                self.records[table, row_id].note(version, device)

    def surprise(self, body: Body, what: str) -> None:
        """Something about a command that the books do not explain."""
        self.surprises.append(f"{body.kind} {body.id} #{body.sequence} {what}")

    def _expected(self, body: Body, fields: Fields, *, by_server: bool) -> frozenset[str]:
        if any(self.statuses.get(one) == "parked" for one in body.depends_on):
            return PARKED
        if not by_server and not self._role_fits(body):
            return NOT_ALLOWED
        return CHECKS.get(body.kind, _always)(self, body, fields)

    def _role_fits(self, body: Body) -> bool:
        who = self.fields_of("person", body.person)
        return who is not None and who["party"] == body.party and who["role"] in ROLES.get(body.kind, ALL)

    # -- what others ask ---------------------------------------------------------------------------------------------

    def fields_of(self, table: str, row_id: str) -> Fields | None:
        """A row that several people edit, as it is now."""
        known = self.records.get((table, row_id))
        return known.fields if known is not None else None

    def of_table(self, table: str) -> dict[str, Fields]:
        """All rows of a table that several people edit, as they are now."""
        return {row_id: known.fields for (of, row_id), known in self.records.items() if of == table}

    def followed(self, product: str) -> str:
        """What a product turned out to be."""
        known = self.fields_of("product", product)
        return (known["merged_into"] if known else "") or product

    def move(self, party: str, place: str, product: str, quantity: int, lot: str = "") -> None:
        """Goods come (or go, when negative), of what the product turned out to be."""
        self.goods[party, place, self.followed(product), lot] += quantity
        if place == "warehouse" and quantity > 0:
            self.came.add((party, self.followed(product)))

    def on_hand(self, party: str, product: str) -> int:
        """What a warehouse has of a product, whatever the lot."""
        return sum(value for key, value in self.goods.items() if key[:3] == (party, "warehouse", product))

    def new_order(self, kind: str, seller: str, state: str, total: int) -> replenishment.Order:
        """An order that nobody but the seller knows."""
        return replenishment.Order(kind, seller, "", state, total)

    def ancestors(self, party: str) -> list[str]:
        """The parties above one, the nearest first."""
        found = []
        while party in self.parents:
            party = self.parents[party]
            found.append(party)
        return found

    def below_zero(self, changes: list[Change]) -> frozenset[str]:
        """The outcome of changes of warehouses: flagged when a balance that loses ends below zero."""
        after: Counter[tuple[str, str, str]] = Counter()
        losing = set()
        for party, product, lot, quantity in changes:
            key = (party, self.followed(product), lot)
            after[key] += quantity
            if quantity < 0:
                losing.add(key)
        short = any(self.goods[party, "warehouse", one, lot] + after[party, one, lot] < 0 for party, one, lot in losing)
        return FLAGGED if short else DONE


Check = Callable[[Books, Body, Fields], frozenset[str]]
Effect = Callable[[Books, Body, Fields], None]


def _always(_books: Books, _body: Body, _fields: Fields) -> frozenset[str]:
    return DONE


CHECKS: dict[str, Check] = {
    **stock.CHECKS,
    **replenishment.CHECKS,
    **counter.CHECKS,
    **office.CHECKS,
    **above.CHECKS,
    **clashes.CHECKS,
    **bookings.CHECKS,
    **told.CHECKS,
}
EFFECTS: dict[str, Effect] = {
    **stock.EFFECTS,
    **replenishment.EFFECTS,
    **counter.EFFECTS,
    **office.EFFECTS,
    **above.EFFECTS,
    **clashes.EFFECTS,
    **bookings.EFFECTS,
    **told.EFFECTS,
}
