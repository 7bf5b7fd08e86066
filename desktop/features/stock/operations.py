"""Stock and intake: what warehouse staff do, and what they look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec
from sqlalchemy import Connection

from desktop.features.stock.sheet import ADJUST, COUNT, DIRECT, RECEIVE, Sheet, SheetLine
from desktop.store import searching
from desktop.store.doubts import COMING, LEAVING, Doubt, doubts
from desktop.store.ledger import DraftsAfter
from desktop.store.scanning import Found
from desktop.store.store import Performed, Store
from domain.catalogue import queries as catalogue, queries_kept
from domain.catalogue.units import OWN, Unit, pack
from domain.kernel.channels import Row
from domain.orders import queries as orders
from domain.orders.queries_parts import moves_of_serial, serials_on_way
from domain.orders.shipping_handlers import decide_receive
from domain.parties import queries as parties
from domain.stock import queries, queries_lots as lots, queries_pages
from domain.stock.handlers import Line, Lotted, decide_adjust, decide_count, decide_take_in
from domain.stock.pieces import compared
from domain.stock.rules import place_id


def receive(
    store: Store,
    shipment_id: str,
    lines: Sequence[Line] | None = None,
    *,
    final: bool = True,
    drafts: DraftsAfter | None = None,
) -> Performed:
    """Take in a shipment, by id or number; None for "everything as shipped"."""
    with store.read() as connection:
        row = orders.shipment_by_id(connection, shipment_id)
    found = str(row["id"]) if row else shipment_id
    return store.perform(lambda ctx: decide_receive(ctx, found, lines, final=final), drafts=drafts)


def take_in(
    store: Store, lines: Sequence[Line], *, supplier: str = "", note: str = "", drafts: DraftsAfter | None = None
) -> Performed:
    """Take in goods from a local supplier."""
    return store.perform(lambda ctx: decide_take_in(ctx, lines, supplier=supplier, note=note), drafts=drafts)


def count(store: Store, lines: Sequence[Line], *, note: str = "", drafts: DraftsAfter | None = None) -> Performed:
    """Record what was counted now."""
    return store.perform(lambda ctx: decide_count(ctx, lines, note=note), drafts=drafts)


def adjust(
    store: Store, lines: Sequence[Line], *, reason: str, note: str = "", drafts: DraftsAfter | None = None
) -> Performed:
    """Put the book right, with a reason."""
    return store.perform(lambda ctx: decide_adjust(ctx, lines, reason=reason, note=note), drafts=drafts)


def incoming(store: Store) -> list[Row]:
    """Shipments on their way here."""
    with store.read() as connection:
        return orders.incoming_shipments(connection, store.known.party_id)


def shipment_lines(store: Store, shipment_id: str) -> list[Row]:
    """What a shipment holds."""
    with store.read() as connection:
        return orders.shipment_lines_of(connection, shipment_id)


def list_stock(store: Store, search: str = "") -> list[Row]:
    """Own stock by product and place, own unsent moves included."""
    with store.read() as connection:
        return queries.list_stock(connection, store.known.party_id, search=search)


def list_documents(store: Store, limit: int = 200) -> list[Row]:
    """Intakes, counts and adjustments with their state of upload, newest first."""
    with store.read() as connection:
        rows = queries.list_stock_documents(connection, store.known.party_id, limit)
    states = store.ledger.status_of([row["id"] for row in rows])
    return [{**row, "sync": states[row["id"]]["status"] if row["id"] in states else "confirmed"} for row in rows]


def document_lines(store: Store, document: Row) -> list[Row]:
    """What a stock document moved, or counted: code, name, quantity (±), and for a count ``counted`` and ``book``."""
    here = place_id(store.known.party_id, "warehouse")
    with store.read() as connection:
        if document["kind"] == COUNT:
            return queries.count_lines_of(connection, document["id"])
        moves = queries.moves_of(connection, document["id"])
    return [{**row, "quantity": row["quantity"] if row["to_place"] == here else -row["quantity"]} for row in moves]


# -- the stock list ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Level:
    """A product and what is here of it, in thousandths; ``as_of`` in ms, 0 for never told; ``unsent`` own moves;
    ``authorised``: this shop may sell it.
    """

    product_id: str
    code: str
    name: str
    unit: str
    quantity: int
    reserved: int
    available: int
    as_of: int
    unsent: bool
    authorised: bool = True


def count_levels(store: Store) -> int:
    """How many products the list has."""
    with store.read() as connection:
        return queries_pages.count_stocked(connection, _here(store))


def page_levels(
    store: Store, after: tuple[str, str] | None, skip: int, n: int, *, descending: bool = False
) -> list[Level]:
    """A page of the list, by code."""
    with store.read() as connection:
        rows = queries_pages.page_stocked(connection, _here(store), after, skip, n, descending=descending)
    return _levels(store, rows)


def search_levels(store: Store, text: str, limit: int = 200) -> list[Level]:
    """Products found by name, code, bar code or initials; those that are not here too, with 0."""
    with store.read() as connection:
        hits = searching.find(connection, text, limit, party_id=store.known.party_id)
        known = catalogue.products_by_ids(connection, [hit.product_id for hit in hits])
        unsold = queries_kept.named_like(connection, text, limit)
    return _levels(store, [*(known[hit.product_id] for hit in hits if hit.product_id in known), *unsold][:limit])


def _here(store: Store) -> str:
    return place_id(store.known.party_id, "warehouse")


def _levels(store: Store, rows: Sequence[Row]) -> list[Level]:
    ids = [row["id"] for row in rows]
    with store.read() as connection:
        told = queries.on_hand(connection, _here(store), ids)
        unsent = queries_pages.unsent_products(connection, _here(store), ids)
    return [
        Level(
            row["id"], row["code"], row["name"], row["unit"], told[row["id"]]["quantity"], told[row["id"]]["reserved"],
            told[row["id"]]["available"], told[row["id"]]["as_of"], row["id"] in unsent,
            bool(row.get("authorised", 1)),
        )
        for row in rows
    ]  # fmt: skip


def serial_history(store: Store, serial: str) -> list[Row]:
    """Everything that befell a serial, oldest first; see :func:`domain.orders.queries_parts.moves_of_serial`."""
    with store.read() as connection:
        return moves_of_serial(connection, serial.strip())


# -- sheets ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A line of a sheet as shown, in thousandths of the product's own unit.

    Attributes:
        unit, factor: the unit in which it is shown and entered, and what is in one of it.
        expected: what is still to come with the shipment, None for other kinds.
        book: what the books say is here, of the lot when the product is counted by lot.
        missing, foreign: serials that were sent or are in the books and were not scanned; those scanned that are not.
        doubts: what the records say against the pieces.
        authorised: whether this shop may sell it.
        problem: what the product asks for and nobody said: ``lot``, ``day``, ``serial``, or empty.
    """

    code: str
    name: str
    barcode: str
    unit: str
    factor: int
    quantity: int
    expected: int | None
    book: int
    lot: str = ""
    expires_on: str | None = None
    serials: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    problem: str = ""
    authorised: bool = True

    @property
    def key(self) -> str:
        """What the line is known by."""
        return f"{self.code}\t#{self.lot}" if self.lot else self.code

    @property
    def pack(self) -> Unit:
        """The line's unit."""
        return pack(self.unit, self.factor)

    @property
    def difference(self) -> int:
        """Scanned less expected."""
        return self.quantity - (self.expected or 0)


def save_sheet(store: Store, sheet: Sheet) -> None:
    """Keep the sheet; the scan is safe when this returns. One without lines and words is dropped."""
    if sheet.lines or sheet.about:
        store.ledger.save_draft(sheet.draft_id, "stock", sheet.text(), store.clock.now_ms())
    else:
        store.ledger.drop_draft(sheet.draft_id)


def load_sheet(store: Store, kind: str, shipment_id: str = "") -> Sheet:
    """The sheet that was in hand, an empty one when there was none."""
    fresh = Sheet(kind=kind, shipment_id=shipment_id)
    kept = {row["id"]: row["body"] for row in store.ledger.drafts("stock")}
    body = kept.get(fresh.draft_id)
    return msgspec.json.decode(body, type=Sheet) if body else fresh


def started_shipments(store: Store) -> set[str]:
    """Shipments whose goods somebody has begun to scan."""
    return {row["id"].rpartition(":")[2] for row in store.ledger.drafts("stock")} - {""}


def shipment_head(store: Store, shipment_id: str) -> Row | None:
    """A shipment with ``seller_name``."""
    with store.read() as connection:
        row = orders.shipment_by_id(connection, shipment_id)
        seller = parties.party_by_id(connection, row["seller_id"]) if row else None
    return {**row, "seller_name": seller["name"] if seller else ""} if row else None


def sheet_rows(store: Store, sheet: Sheet) -> list[SheetRow]:
    """The lines of a sheet with names, books and, for a shipment, everything that is still to come."""
    with store.read() as connection:
        expected: dict[str, int] = {}
        shipped: dict[str, Unit] = {}
        if sheet.kind == RECEIVE:
            for line in orders.shipment_lines_of(connection, sheet.shipment_id):
                left = int(line["quantity"]) - int(line["received"])
                expected[line["product_code"]] = expected.get(line["product_code"], 0) + left
                shipped[line["product_code"]] = pack(line["unit"], line["factor"])
        codes = list(dict.fromkeys([*expected, *(line.code for line in sheet.lines)]))
        known = queries_kept.products_by_codes(connection, codes, store.known.party_id)
        ids = [row["id"] for row in known.values()]
        bars = catalogue.barcodes_of(connection, ids)
        book = queries.on_hand(connection, _here(store), ids)
        held = lots.lots_here(connection, store.known.party_id, _here(store), ids)
        until = lots.expiries(connection, store.known.party_id, ids)
        pieces = _pieces_there(connection, sheet, _here(store), ids)
        odd = _doubts(connection, store.known.party_id, sheet, known)
    found = []
    for code in codes:
        if code not in known:
            continue
        row = known[code]
        bar = sorted(bars.get(row["id"], []), key=lambda one: int(one["factor"]))
        by_lot = bool(row["by_lot"]) and sheet.kind != RECEIVE
        fresh = shipped.get(code, OWN)
        entered = [mine for mine in sheet.lines if mine.code == code]
        for mine in entered or [SheetLine(code=code, quantity=0, unit=fresh.name, factor=fresh.factor)]:
            here = sum(one.quantity for one in held[row["id"]] if one.lot == mine.lot)
            shown = _sheet_row(row, mine, sheet.kind, until.get((row["id"], mine.lot)))
            there = pieces.get((row["id"], mine.lot if by_lot else ""), set())
            missing, foreign = (
                compared(there, mine.serials) if mine.serials or (mine.by_serial and sheet.kind == COUNT) else ((), ())
            )
            found.append(
                replace(
                    shown,
                    missing=missing,
                    foreign=foreign,
                    doubts=odd.get(mine.key, ()),
                    barcode=bar[0]["code"] if bar else "",
                    expected=expected.get(code, 0) if sheet.kind == RECEIVE else None,
                    book=here if by_lot else book[row["id"]]["quantity"],
                )
            )
    return found


def _doubts(
    connection: Connection, party_id: str, sheet: Sheet, known: Mapping[str, Row]
) -> dict[str, tuple[Doubt, ...]]:
    """What is said against the pieces of each line that come or go; receipts and counts compare them anyway."""
    if sheet.kind not in (DIRECT, ADJUST):
        return {}
    return {
        line.key: doubts(
            connection, party_id, known[line.code]["id"], line.serials, LEAVING if line.quantity < 0 else COMING
        )
        for line in sheet.lines
        if line.code in known
    }


def _pieces_there(
    connection: Connection, sheet: Sheet, here: str, ids: Sequence[str]
) -> Mapping[tuple[str, str], set[str]]:
    """(product id, lot) → the serials that were sent, of any lot; or those that the books have here."""
    if sheet.kind == COUNT:
        return lots.serials_at(connection, here, ids)
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    if sheet.kind == RECEIVE:
        for (product_id, _), serials in serials_on_way(connection, sheet.shipment_id).items():
            found[product_id, ""] |= serials
    return found


def piece_on_way(store: Store, shipment_id: str, serial: str) -> Found | None:
    """The article of a piece that is on its way with a shipment; None for a serial that was not sent."""
    with store.read() as connection:
        sent = serials_on_way(connection, shipment_id)
        ids = sorted({product_id for (product_id, _), serials in sent.items() if serial in serials})
        known = queries_kept.products_by_ids(connection, ids)
    return Found(known[ids[0]]["code"], serial=serial, by_serial=True) if len(ids) == 1 and known else None


def _sheet_row(product: Row, line: SheetLine, kind: str, until: str | None) -> SheetRow:
    said = line.expires_on or until
    return SheetRow(
        code=line.code,
        name=product["name"],
        barcode="",
        unit=line.pack.name or product["unit"],
        factor=line.pack.factor,
        quantity=line.quantity,
        expected=None,
        book=0,
        lot=line.lot,
        expires_on=said,
        serials=line.serials,
        problem=_lacking(product, line, said, kind),
        authorised=bool(product.get("authorised", 1)),
    )


def _lacking(product: Row, line: SheetLine, until: str | None, kind: str) -> str:
    if product["by_lot"] and not line.lot and kind != RECEIVE:
        return "lot"
    if kind == DIRECT and product["by_expiry"] and not until:
        return "day"
    return "serial" if line.lacks_serial else ""


def book_sheet(store: Store, sheet: Sheet, *, final: bool = True, reason: str = "") -> Performed:
    """Make a document of a sheet; the draft goes in the same commit. Raises what the operation of its kind raises."""
    drafts = DraftsAfter(ends=sheet.draft_id)
    lines: list[Line] = [
        Lotted(line.code, line.quantity, line.lot, line.expires_on, line.serials)
        for line in sheet.lines
        if line.quantity or sheet.kind == COUNT
    ]
    if sheet.kind == RECEIVE:
        if final:
            lines = [
                Lotted(code, sheet.quantity_of(code), serials=sheet.serials_of(code))
                for code in dict.fromkeys(row.code for row in sheet_rows(store, sheet))
            ]
        return receive(store, sheet.shipment_id, lines, final=final, drafts=drafts)
    if sheet.kind == COUNT:
        return count(store, lines, drafts=drafts)
    if sheet.kind == DIRECT:
        return take_in(store, lines, supplier=sheet.about, drafts=drafts)
    return adjust(store, lines, reason=reason, drafts=drafts)
