"""What must hold when everything has come to rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, Table, bindparam, func, or_, select, text

from desktop.store import ledger_tables as ledgers
from desktop.store.cache import get_meta
from desktop.sync import equality
from desktop.sync.snapshot import SINCE
from domain.catalogue.model import product
from domain.kernel.channels import CATALOGUE, HQ, Row
from domain.kernel.clock import date_of
from domain.kernel.envelope import GENESIS, Body
from domain.kernel.history import USUAL_MONTHS, history_of, month_before
from domain.kernel.ids import HQ_PARTY_ID
from domain.kernel.queries_filled import filled
from domain.kernel.queries_scope import ALL_ROWS, PREFIX, Scope
from domain.kernel.tables import metadata, sync_info, synced_tables
from domain.orders.model import orders, shipment
from domain.parties.queries import ids_below
from domain.stock.model import stock_document
from domain.tills.model import shift
from server_stub.audit.service import audit
from server_stub.sync import models
from server_stub.sync.network import subscription_of
from tests.simulation import books_office as office
from tests.simulation.books import Books
from tests.simulation.checks_bookings import check_bookings, check_shown
from tests.simulation.checks_books import check_books, check_contents
from tests.simulation.pending_edits import check_pending_edits
from tests.simulation.promises import expect

if TYPE_CHECKING:
    from tests.simulation.pc import Pc
    from tests.simulation.world import World


def check(world: World) -> None:
    """Everything.

    Raises:
        Broken: with the first promise that does not hold.
    """
    expect(not world.office.bugs, "the server never stumbles", world.office.bugs[:1])
    with world.office.db.read() as connection:
        receipts = {row["command_id"]: dict(row) for row in connection.execute(select(models.receipt)).mappings()}
        sealed = 0
        for pc in world.pcs:
            sealed += _check_ledger(pc, receipts, _personal_parts(connection), restored=world.office.restores > 0)
        _check_numbers(world, connection)
        books = check_books(world, connection)
        check_contents(world, connection)
        check_bookings(books, connection)
        check_shown(world, books)
        shown = Shown(connection)
        for pc in world.pcs:
            _check_cache(pc, shown, month_before(date_of(world.office.clock.now_ms()), USUAL_MONTHS), books)
        again = connection.execute(select(models.device_place).where(models.device_place.c.repairs > 0)).mappings()
        told = [(row["device_id"], row["repairs"]) for row in again]
        expect(not told, "no device took anything anew because it was not the server's", told)
    world.commands = sealed
    for done in audit(world.office.db):
        expect(done.ok, f"audit: {done.name}", f"{done.different} of {done.compared}")


# -- ledgers -----------------------------------------------------------------------------------------------------------


def commands_of(pc: Pc) -> list[Row]:
    """All commands that a counter sealed, in order."""
    with pc.store.ledger.transaction() as connection:
        found = connection.execute(select(ledgers.command).order_by(ledgers.command.c.sequence)).mappings()
        return [dict(row) for row in found]


def _personal_parts(connection: Connection) -> dict[str, bytes | None]:
    kept = connection.execute(select(models.envelope.c.hash, models.envelope.c.personal))
    return {row.hash: row.personal for row in kept}


def _check_ledger(pc: Pc, receipts: dict[str, Row], personal: dict[str, bytes | None], *, restored: bool) -> int:
    commands = commands_of(pc)
    sequence, previous = 0, GENESIS
    for row in commands:
        body = msgspec.json.decode(bytes(row["body"]), type=Body)
        expect(row["sequence"] == sequence + 1, f"{pc}: the ledger has no holes", row["sequence"])
        expect(body.previous == previous, f"{pc}: the chain holds", row["sequence"])
        sequence, previous = row["sequence"], row["hash"]
        expect(row["status"] in ledgers.FINAL, f"{pc}: every command has its outcome", (row["kind"], row["status"]))
        receipt = receipts.get(row["id"])
        expect(receipt is not None, f"{pc}: every command reached the server", (row["kind"], row["sequence"]))
        if receipt is not None:
            known = (row["status"], row["hash"])
            if row["former"] or row["epoch"] > 1:
                # Sealed anew by a PC that did not know that the first envelope had come: that one has the receipt.
                known = (row["status"], receipt["hash"])
            told = (receipt["status"], receipt["hash"])
            expect(told == known, f"{pc}: both sides know one outcome", (row["kind"], told, row["status"]))
            whole = personal.get(row["hash"]) == row["personal"]
            expect(whole, f"{pc}: personal parts arrive", (row["kind"], row["sequence"]))
    kept = {row["id"] for row in commands}
    lost = [done.number or done.command_id for done in pc.acknowledged if done.command_id not in kept]
    expect(not lost, f"{pc}: what a person was told is saved is saved", lost)
    gone = [one for one in pc.left if one not in receipts and not restored]
    expect(not gone, f"{pc}: what the server had of a PC that was put back it still has", gone)
    expect(len(kept) <= len(pc.acknowledged) + pc.deaths, f"{pc}: nothing is in the ledger that nobody did", len(kept))
    return len(commands)


PENDING = select(
    func.coalesce(func.max(ledgers.command.c.sequence), 0),
    func.group_concat(ledgers.command.c.document_id).filter(
        ledgers.IS_OPEN,
        or_(*(ledgers.command.c.kind == kind for kind in ("stock.take_in", "stock.count", "stock.adjust"))),
    ),
)
NEWEST_LAYER = "SELECT COALESCE(MAX(sequence), 0) FROM undo"
SHOWN = select(stock_document.c.id).where(stock_document.c.id.in_(bindparam("ids", expanding=True)))


def check_pending(pc: Pc) -> None:
    """At any time while the program runs: what is sealed and not answered shows at its counter.

    Of documents of stock only, which everybody may write: others may rightly not apply again after a change of roles.
    Nothing is looked at twice while the program did nothing in between.
    """
    if not pc.on or pc.store.identity is None or pc.store._behind or not pc.at_work:
        return  # when it is behind, the next command brings the cache up first
    pc.at_work = False
    with pc.store.ledger.transaction() as connection:
        last, pending = connection.execute(PENDING).one()
    waiting = set(pending.split(",")) if pending else set()
    with pc.store.read() as cache:
        layer = cache.exec_driver_sql(NEWEST_LAYER).scalar_one()
        shown = set(cache.execute(SHOWN, {"ids": sorted(waiting)}).scalars()) if waiting else set()
    expect(layer <= last, f"{pc}: no layer without its command", (layer, last))
    expect(waiting == shown, f"{pc}: what is pending shows", sorted(waiting - shown))
    check_pending_edits(pc)


def _check_numbers(world: World, server: Connection) -> None:
    given: set[tuple[str, str]] = set()
    for pc in world.pcs:
        with pc.store.ledger.transaction() as connection:
            found = connection.execute(
                select(ledgers.command.c.id, ledgers.command.c.number).where(
                    ledgers.command.c.kind.in_(NUMBERED), ledgers.command.c.number != ""
                )
            )
            given.update((row.id, row.number) for row in found)
    times = Counter(number for _, number in given)
    twice = [number for number, often in times.items() if often > 1]
    expect(not twice, "no document number is given twice", twice)
    for table in (orders, stock_document, shift, shipment):
        times = Counter(server.execute(select(table.c.number).where(table.c.number != "")).scalars())
        twice = [number for number, often in times.items() if often > 1]
        expect(not twice, f"no number of {table.name} stands twice at the server", twice)


NUMBERED = (
    "orders.complete_sale",
    "orders.take_booking",
    "orders.submit_replenishment",
    "orders.ship",
    "stock.take_in",
    "stock.count",
    "stock.adjust",
    "orders.complete_return",
    "tills.open_shift",
)


# -- caches ------------------------------------------------------------------------------------------------------------


def _check_cache(pc: Pc, server: Shown, since: str, books: Books) -> None:
    """Row by row what the server shows; of what is closed and older than the months that are kept it may be less."""
    known = pc.store.known
    channels = subscription_of(server.connection, known.party_id, known.device_id).channels
    with pc.store.read() as cache:
        past = max(since, get_meta(cache, SINCE) or "")
        layers = cache.execute(text("SELECT COUNT(*) FROM undo")).scalar()
        expect(not layers, f"{pc}: no layer is left", layers)
        here = {*filled(cache), *server.filled}
        for table in synced_tables():
            if table not in here:
                continue  # neither side has a row of it
            mine = {row[0]: list(row) for row in cache.execute(select(table))}
            theirs = server.rows(table, channels)
            must = server.rows(table, channels, past) if history_of(table) else theirs
            wrong = [key for key in {**mine, **must} if mine.get(key) != theirs.get(key)]
            detail = [(mine.get(key), theirs.get(key)) for key in wrong[:2]]
            expect(not wrong, f"{pc}: {table.name} of the cache is the server's", (len(wrong), detail))
        _check_privacy(pc, cache, books)
        mended = equality.repairs(get_meta(cache, equality.REPAIRS))
        expect(not mended, f"{pc}: nothing had to be taken anew because it was not the server's", mended)


@dataclass(slots=True)
class Shown:
    """What the server shows, asked once for all that read a table by the same channels.

    Attributes:
        filled: tables of which the server has rows.
    """

    connection: Connection
    filled: frozenset[Table] = field(init=False)
    _known: dict[tuple[str, str, frozenset[str]], dict[str, list[Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.filled = frozenset(filled(self.connection))

    def rows(self, table: Table, channels: Sequence[str], since: str = "") -> dict[str, list[Any]]:
        """The rows of a table, masked as for whoever reads these channels."""
        if table not in self.filled:
            return {}
        inherit = sync_info(table).inherit
        rules = sync_info(table if inherit is None else metadata.tables[inherit.parent]).rules
        starts = tuple({PREFIX.get(rule.kind, ALL_ROWS.get(rule.kind, "")) for rule in rules})
        key = (
            str(table.name),
            since,
            frozenset(one for one in channels if one.startswith(starts) or one in (HQ, CATALOGUE)),
        )
        if key not in self._known:
            self._known[key] = visible_rows(self.connection, table, channels, since)
        return self._known[key]


def visible_rows(server: Connection, table: Table, channels: Any, since: str = "") -> dict[str, list[Any]]:
    """What the server would give this device of a table, masked as for it."""
    found: dict[str, list[Any]] = {}
    scope, after = Scope(tuple(channels), ids_below, since), ""
    while True:
        rows, after = scope.rows_after(server, table, after, 5000)
        found.update({str(row[0]): list(row) for row in rows})
        if not after:
            return found


def _check_privacy(pc: Pc, cache: Connection, books: Books) -> None:
    """Said once more without the product's rules: whose rows may be here at all."""
    mine = pc.store.known.party_id
    if mine == HQ_PARTY_ID:
        clear = cache.execute(
            text("SELECT COUNT(*) FROM customer WHERE party_id <> :me AND (name LIKE '%建国%' OR note <> '')"),
            {"me": mine},
        )
        expect(not clear.scalar(), f"{pc}: headquarters sees customers masked")
        return
    for table in ("customer", "stock_balance", "stock_document", "person"):
        foreign = cache.execute(text(f"SELECT COUNT(*) FROM {table} WHERE party_id <> :me"), {"me": mine}).scalar()
        expect(not foreign, f"{pc}: no {table} of others", foreign)
    foreign = cache.execute(
        text("SELECT COUNT(*) FROM shipment WHERE seller_id <> :me AND buyer_id <> :me"), {"me": mine}
    ).scalar()
    expect(not foreign, f"{pc}: no shipment of others", foreign)
    goods = cache.execute(select(product.c.id, product.c.code, product.c.party_id)).all()
    seen = [code for one, code, owner in goods if not owner and not office.may_sell(books, mine, one)]
    expect(not seen, f"{pc}: no goods that it may not sell", seen)
    around = {mine, *(one for one in books.parents if mine in books.ancestors(one))}
    strange = [code for _, code, owner in goods if owner and owner not in around]
    expect(not strange, f"{pc}: no goods of foreign shops", strange)
