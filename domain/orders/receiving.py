"""What came of a shipment against what was sent, lot by lot and piece by piece; worked out once, at the receiver."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from domain.kernel.channels import Row
from domain.kernel.context import DecideContext
from domain.kernel.errors import Invalid
from domain.kernel.money import QUANTITY_SCALE
from domain.orders import queries
from domain.orders.commands import ReceivedLine
from domain.orders.queries_parts import serials_on_way
from domain.stock.handlers import Line, Lotted, resolve
from domain.stock.pieces import check_serials, compared

Key = tuple[str, str]
"""(product id, lot)."""


@dataclass(slots=True)
class Incoming:
    """What is still to come of a shipment.

    Attributes:
        expected: thousandths.
        until: last good days.
        serials: those that were sent and have not come.
    """

    expected: dict[Key, int] = field(default_factory=lambda: defaultdict(int))
    until: dict[Key, str | None] = field(default_factory=dict)
    serials: dict[Key, set[str]] = field(default_factory=dict)

    def sent(self, product_id: str) -> set[str]:
        """The serials of a product, of all lots."""
        return {one for key, mine in self.serials.items() if key[0] == product_id for one in mine}

    def whole(self, product_id: str) -> int:
        """Thousandths of a product, of all lots."""
        return sum(quantity for key, quantity in self.expected.items() if key[0] == product_id)


def incoming(ctx: DecideContext, shipment_id: str) -> Incoming:
    """Read it."""
    found = Incoming(serials=serials_on_way(ctx.connection, shipment_id))
    for line in queries.shipment_lines_of(ctx.connection, shipment_id):
        found.expected[line["product_id"], line["lot"]] += line["quantity"] - line["received"]
        found.until[line["product_id"], line["lot"]] = line["expires_on"]
    return found


def received_lines(
    ctx: DecideContext, due: Incoming, lines: Sequence[Line] | None, *, final: bool
) -> tuple[ReceivedLine, ...]:
    """What came: as it was sent when *lines* is None, else as found; *final* False leaves the rest expected.

    Raises:
        NotFound: ``unknown_product``. Invalid: ``negative_quantity``, ``no_lines``, ``serial_twice``, and
            ``serials_missing`` for pieces of which another number came than was sent.
    """
    if lines is None:
        found, named = dict(due.expected), {key[0]: sorted(due.sent(key[0])) for key in due.serials}
    else:
        entered = [Lotted(*line) for line in lines]
        known = resolve(ctx, [line.code for line in entered])
        named = _named(due, entered, known)
        found = _found(due, entered, known)
    pieces = _pieces(due, found, named)
    keys = [one for one in {**due.expected, **found} if found.get(one, 0) or (final and due.expected.get(one, 0))]
    if not keys:
        raise Invalid("no_lines")
    return tuple(_line(due, found, pieces, one, final=final) for one in keys)


def _line(
    due: Incoming, found: Mapping[Key, int], pieces: Mapping[Key, Sequence[str]], one: Key, *, final: bool
) -> ReceivedLine:
    serials = tuple(pieces.get(one, ()))
    missing, foreign = compared(due.serials.get(one, ()), serials)
    return ReceivedLine(
        product_id=one[0],
        lot=one[1],
        expires_on=due.until.get(one),
        expected=due.expected.get(one, 0),
        received=found.get(one, 0),
        serials=serials,
        missing=missing if final else (),
        foreign=foreign,
    )


def _named(due: Incoming, entered: Sequence[Lotted], known: Mapping[str, Row]) -> dict[str, list[str]]:
    """Product id → the serials that came. Nobody need name them where as many came as were sent: they are those."""
    named: dict[str, list[str]] = defaultdict(list)
    quantity: dict[str, int] = defaultdict(int)
    codes: dict[str, str] = {}
    for line in entered:
        product_id = known[line.code]["id"]
        codes[product_id] = line.code
        named[product_id] += line.serials
        quantity[product_id] += line.quantity
    for product_id, code in codes.items():
        sent = due.sent(product_id)
        if not named[product_id] and sent and quantity[product_id] == due.whole(product_id):
            named[product_id] = sorted(sent)
        elif named[product_id] or (sent and quantity[product_id]):
            check_serials(code, quantity[product_id], named[product_id])
    return named


def _found(due: Incoming, entered: Sequence[Lotted], known: Mapping[str, Row]) -> dict[Key, int]:
    """What came of each product and lot; goods of no lot that was said are those that were shipped, one lot after the
    other, and what is over is of the last."""
    found: dict[Key, int] = defaultdict(int)
    for line in sorted(entered, key=lambda line: not line.lot):
        if line.quantity < 0:
            raise Invalid("negative_quantity", code=line.code)
        product_id = known[line.code]["id"]
        if line.lot:
            due.until[product_id, line.lot] = line.expires_on or due.until.get((product_id, line.lot))
            found[product_id, line.lot] += line.quantity
            continue
        left, last = line.quantity, (product_id, "")
        for key in [key for key in due.expected if key[0] == product_id]:
            part = min(left, max(0, due.expected[key] - found[key]))
            found[key] += part
            left, last = left - part, key
        found[last] += left
    return found


def _pieces(due: Incoming, found: dict[Key, int], named: Mapping[str, Sequence[str]]) -> dict[Key, list[str]]:
    """The serials of each lot: a piece is of the lot with which it was sent, a foreign one of the last. Where a product
    has several lots, what came of each follows from that."""
    pieces: dict[Key, list[str]] = defaultdict(list)
    for product_id, serials in named.items():
        keys = [key for key in found if key[0] == product_id]
        if not serials or not keys:
            continue
        for serial in serials:
            mine = [key for key in keys if serial in due.serials.get(key, ())]
            pieces[mine[0] if mine else keys[-1]].append(serial)
        if len(keys) > 1 and len(serials) * QUANTITY_SCALE == sum(found[key] for key in keys):
            found.update({key: len(pieces[key]) * QUANTITY_SCALE for key in keys})
    return pieces
