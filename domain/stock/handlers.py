"""Decide and apply for stock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from domain.catalogue import queries as catalogue, queries_kept as kept_goods
from domain.kernel.channels import Row
from domain.kernel.commands import applies, projects
from domain.kernel.context import ApplyContext, DecideContext, Decision
from domain.kernel.errors import Invalid, NotFound
from domain.kernel.events import reacts
from domain.parties import queries as parties
from domain.parties.events import PartyAdded
from domain.stock import queries_lots as lots
from domain.stock.commands import Adjust, AdjustedLine, Count, CountedLine, TakeIn, TakenLine
from domain.stock.model import place, stock_count_line, stock_document
from domain.stock.pieces import Change, changes_of, check_serials, compared, parts_of
from domain.stock.rules import (
    KINDS,
    MAIN,
    Move,
    flag_below_zero,
    parted,
    place_id,
    project_moves,
    spot,
    write_lots,
    write_moves,
)
from domain.stock.tracks import TAKEN_TWICE
from domain.stock.watching import watch_pieces


class Lotted(NamedTuple):
    """Goods as entered: product code, thousandths, and where the product asks for it their lot, its last good day, and
    the serial of every piece."""

    code: str
    quantity: int
    lot: str = ""
    expires_on: str | None = None
    serials: tuple[str, ...] = ()


Line = tuple[str, int] | Lotted
"""(product code, quantity in thousandths), or more."""


@reacts(PartyAdded)
def open_places(ctx: ApplyContext, event: PartyAdded) -> None:
    """Every party has one standard place of each kind."""
    ctx.rows.insert(
        place,
        [
            {
                "id": place_id(event.party_id, kind),
                "party_id": event.party_id,
                "code": MAIN if kind == "warehouse" else kind.upper(),
                "name": "",
                "kind": kind,
            }
            for kind in KINDS
        ],
    )


def resolve(ctx: DecideContext, codes: Sequence[str], *, to_sell: bool = False) -> dict[str, Row]:
    """Products by the codes or bar codes a person gave; unless *to_sell* also those that the party has, or had, and is
    no longer authorised for.

    Raises:
        NotFound: ``unknown_product`` with the first code that nothing has.
    """
    known = catalogue.products_by_codes(ctx.connection, codes)
    for code in codes:
        if code not in known:
            exact = catalogue.find_exact(ctx.connection, code, ctx.actor.party_id)
            kept = {} if exact or to_sell else kept_goods.by_codes(ctx.connection, [code], ctx.actor.party_id)
            if exact is None and not kept:
                raise NotFound("unknown_product", code=code)
            known[code] = exact[0] if exact else kept[code]
    return known


def own_party(ctx: DecideContext) -> Row:
    """The actor's party."""
    row = parties.party_by_id(ctx.connection, ctx.actor.party_id)
    if row is None:
        raise NotFound("unknown_dealer", code=ctx.actor.party_id)
    return row


def _frame(ctx: DecideContext, prefix: str) -> dict[str, Any]:
    mine = own_party(ctx)
    return {
        "document_id": ctx.new_id(),
        "number": ctx.next_number(prefix),
        "party_id": mine["id"],
        "home": mine["home"],
    }


def decide_take_in(
    ctx: DecideContext, lines: Sequence[Line], *, supplier: str = "", note: str = "", kind: str = "intake"
) -> Decision:
    """Goods came in.

    Raises:
        NotFound: ``unknown_product``. Invalid: ``no_lines``, ``quantity_not_positive``; what the product asks for:
            ``lot_missing``, ``expiry_missing``, ``serials_missing``, ``serial_twice``.
    """
    entered = _some(lines)
    known = resolve(ctx, [line.code for line in entered])
    for line in entered:
        if line.quantity <= 0:
            raise Invalid("quantity_not_positive", code=line.code)
    until = lots.expiries(ctx.connection, ctx.actor.party_id, [known[line.code]["id"] for line in entered])
    for line in entered:
        check_asked(known[line.code], line, until)
    taken = tuple(
        TakenLine(
            product_id=known[line.code]["id"],
            quantity=line.quantity,
            lot=line.lot,
            expires_on=line.expires_on or until.get((known[line.code]["id"], line.lot)),
            serials=line.serials,
        )
        for line in entered
    )
    frame = _frame(ctx, "IN")
    payload = TakeIn(**frame, kind=kind, supplier=supplier, note=note, lines=taken)  # type: ignore[arg-type]
    return Decision(payload, payload.document_id, payload.number)


def _taken_moves(take: TakeIn) -> list[Move]:
    origin = spot(take.party_id, "adjustment" if take.kind == "opening" else "supplier")
    target = spot(take.party_id, "warehouse")
    moves: list[Move] = []
    for index, line in enumerate(take.lines, 1):
        whole = Move(line.product_id, line.quantity, origin, target, take.kind, take.document_id, index, line.lot)
        moves += parted(whole, parts_of(line.lot, line.quantity, line.serials))
    return moves


@applies(TakeIn)
def apply_take_in(ctx: ApplyContext, take: TakeIn) -> None:
    """Write the document and its moves."""
    units = sum(line.quantity for line in take.lines)
    _write_document(ctx, take, take.kind, len(take.lines), units, reason=take.supplier)
    write_lots(
        ctx, take.party_id, take.document_id, [(line.product_id, line.lot, line.expires_on) for line in take.lines]
    )
    write_moves(ctx, _taken_moves(take), take.home)


@projects(TakeIn)
def project_take_in(ctx: ApplyContext, take: TakeIn) -> None:
    """Move the balances; a piece that was here already is an exception."""
    project_moves(ctx, _taken_moves(take))
    watch_pieces(ctx, _taken_moves(take), take.document_id, take.party_id, (TAKEN_TWICE,))


def decide_count(ctx: DecideContext, lines: Sequence[Line], *, note: str = "") -> Decision:
    """What was counted now; the book is the balance this PC knows plus its own moves.

    Raises:
        NotFound: ``unknown_product``. Invalid: ``no_lines``, ``negative_quantity``, ``code_twice`` (of one lot),
            ``lot_missing``, ``serials_missing``, ``serial_twice``.
    """
    entered = _some(lines)
    known = resolve(ctx, [line.code for line in entered])
    keys = [(known[line.code]["id"], line.lot) for line in entered]
    if len(set(keys)) != len(keys):
        raise Invalid("code_twice")
    held = _held(ctx, [product_id for product_id, _ in keys])
    booked = lots.serials_at(ctx.connection, _here(ctx), {product_id for product_id, _ in keys})
    counted = []
    for line, (product_id, lot) in zip(entered, keys, strict=True):
        if line.quantity < 0:
            raise Invalid("negative_quantity", code=line.code)
        _check_lot(known[line.code], lot, held[product_id])
        book = held[product_id].get(lot, 0)
        missing: tuple[str, ...] = ()
        foreign: tuple[str, ...] = ()
        if known[line.code]["by_serial"]:
            check_serials(line.code, line.quantity, line.serials)
            missing, foreign = compared(booked.get((product_id, lot), ()), line.serials)
        counted.append(
            CountedLine(
                product_id=product_id,
                counted=line.quantity,
                book=book,
                lot=lot,
                serials=line.serials,
                missing=missing,
                foreign=foreign,
            )
        )
    payload = Count(**_frame(ctx, "CT"), note=note, lines=tuple(counted))
    return Decision(payload, payload.document_id, payload.number)


def _counted_moves(count: Count) -> list[Move]:
    differences = [
        changes_of(line.product_id, line.counted - line.book, line.lot, line.missing, line.foreign)
        for line in count.lines
    ]
    return _adjusting(count.party_id, count.document_id, "count", differences)


def _adjusting(party_id: str, document_id: str, reason: str, lines: Sequence[Sequence[Change]]) -> list[Move]:
    """The moves of each line's changes."""
    here, outside = spot(party_id, "warehouse"), spot(party_id, "adjustment")
    moves = []
    for index, changes in enumerate(lines, 1):
        for product_id, change, lot, serial in changes:
            ends = (outside, here) if change > 0 else (here, outside)
            moves.append(Move(product_id, abs(change), *ends, reason, document_id, index, lot, serial))
    return moves


@applies(Count)
def apply_count(ctx: ApplyContext, count: Count) -> None:
    """Write what was counted, and the differences as moves."""
    _write_document(ctx, count, "count", len(count.lines), sum(line.counted for line in count.lines))
    ctx.rows.insert(
        stock_count_line,
        [
            {
                "id": ctx.derive("counted", index),
                "document_id": count.document_id,
                "product_id": line.product_id,
                "lot": line.lot,
                "counted": line.counted,
                "book": line.book,
            }
            for index, line in enumerate(count.lines)
        ],
    )
    write_moves(ctx, _counted_moves(count), count.home)


@projects(Count)
def project_count(ctx: ApplyContext, count: Count) -> None:
    """Move the balances; a difference that drives one below zero is an exception."""
    flag_below_zero(ctx, project_moves(ctx, _counted_moves(count)), count.document_id)
    watch_pieces(ctx, _counted_moves(count), count.document_id, count.party_id)


def decide_adjust(
    ctx: DecideContext, lines: Sequence[Line], *, reason: str, note: str = "", serials_unsaid: bool = False
) -> Decision:
    """Put the book right by ± quantities; *serials_unsaid*: of goods whose serials the book does not know either.

    Raises:
        NotFound: ``unknown_product``. Invalid: ``no_lines``, ``no_reason``, ``zero_quantity``, ``lot_missing``,
            ``serials_missing``, ``serial_twice``.
    """
    entered = _some(lines)
    if not reason.strip():
        raise Invalid("no_reason")
    known = resolve(ctx, [line.code for line in entered])
    held = _held(ctx, [row["id"] for row in known.values()])
    for line in entered:
        if line.quantity == 0:
            raise Invalid("zero_quantity", code=line.code)
        _check_lot(known[line.code], line.lot, held[known[line.code]["id"]])
        if known[line.code]["by_serial"] and not (serials_unsaid and not line.serials):
            check_serials(line.code, abs(line.quantity), line.serials)
    adjusted = tuple(
        AdjustedLine(product_id=known[line.code]["id"], quantity=line.quantity, lot=line.lot, serials=line.serials)
        for line in entered
    )
    payload = Adjust(**_frame(ctx, "AD"), reason=reason.strip(), note=note, lines=adjusted)
    return Decision(payload, payload.document_id, payload.number)


def _adjusted_moves(adjust: Adjust) -> list[Move]:
    changes = []
    for line in adjust.lines:
        less, more = (line.serials, ()) if line.quantity < 0 else ((), line.serials)
        changes.append(changes_of(line.product_id, line.quantity, line.lot, less, more))
    return _adjusting(adjust.party_id, adjust.document_id, "adjustment", changes)


@applies(Adjust)
def apply_adjust(ctx: ApplyContext, adjust: Adjust) -> None:
    """Write the document and its moves."""
    units = sum(line.quantity for line in adjust.lines)
    _write_document(ctx, adjust, "adjustment", len(adjust.lines), units, reason=adjust.reason)
    write_moves(ctx, _adjusted_moves(adjust), adjust.home)


@projects(Adjust)
def project_adjust(ctx: ApplyContext, adjust: Adjust) -> None:
    """Move the balances."""
    flag_below_zero(ctx, project_moves(ctx, _adjusted_moves(adjust)), adjust.document_id)
    watch_pieces(ctx, _adjusted_moves(adjust), adjust.document_id, adjust.party_id)


def _some(lines: Sequence[Line]) -> list[Lotted]:
    if not lines:
        raise Invalid("no_lines")
    return [Lotted(*line) for line in lines]


def _here(ctx: DecideContext) -> str:
    return place_id(ctx.actor.party_id, "warehouse")


def _held(ctx: DecideContext, ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """Product id → lot → thousandths that the books have here."""
    here = lots.lots_here(ctx.connection, ctx.actor.party_id, _here(ctx), ids)
    return {product_id: {one.lot: one.quantity for one in found} for product_id, found in here.items()}


def _check_lot(product: Row, lot: str, held: Mapping[str, int]) -> None:
    """A product that asks for lots is counted and put right by lot; what lies here without one may be told apart so."""
    if product["by_lot"] and not lot and "" not in held:
        raise Invalid("lot_missing", code=product["code"])


def check_asked(product: Row, line: Lotted, until: Mapping[tuple[str, str], str | None]) -> None:
    """Whether goods that come in bring what their product asks for; *until* are the lots that are known.

    Raises:
        Invalid: ``lot_missing``, ``expiry_missing``, ``serials_missing``, ``serial_twice``.
    """
    if product["by_lot"] and not line.lot:
        raise Invalid("lot_missing", code=line.code)
    if product["by_expiry"] and not (line.expires_on or until.get((product["id"], line.lot))):
        raise Invalid("expiry_missing", code=line.code)
    if product["by_serial"]:
        check_serials(line.code, line.quantity, line.serials)


def _write_document(
    ctx: ApplyContext, of: TakeIn | Count | Adjust, kind: str, lines: int, units: int, reason: str = ""
) -> None:
    ctx.rows.insert(
        stock_document,
        {
            "id": of.document_id,
            "party_id": of.party_id,
            "number": of.number,
            "kind": kind,
            "place_id": place_id(of.party_id, "warehouse"),
            "reason": reason,
            "note": of.note,
            "person_name": ctx.actor.person_name,
            "line_count": lines,
            "units": units,
            "business_date": ctx.business_date,
            "at": ctx.at,
        },
    )
