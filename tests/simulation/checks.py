"""What must hold when everything has come to rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec
import zstandard
from sqlalchemy import Connection, Table, bindparam, func, select, text

from desktop.store import ledger_tables as ledgers
from desktop.store.cache import get_meta
from desktop.sync import equality
from desktop.sync.snapshot import SINCE
from domain.catalogue.model import product
from domain.customers.model import customer
from domain.kernel.channels import CATALOGUE, HQ, Row
from domain.kernel.clock import date_of
from domain.kernel.envelope import GENESIS, Body
from domain.kernel.history import USUAL_MONTHS, history_of, month_before
from domain.kernel.ids import HQ_PARTY_ID
from domain.kernel.queries_filled import filled
from domain.kernel.queries_scope import ALL_ROWS, PREFIX, Scope
from domain.kernel.tables import metadata, row_values, sync_info, synced_tables
from domain.orders.model import orders, payment, shipment
from domain.parties.model import party, person
from domain.parties.queries import ids_below
from domain.stock.model import stock_balance, stock_document
from domain.stock.rules import place_id
from domain.tills.model import shift, till_entry
from server_stub.audit.service import audit
from server_stub.sync import models
from server_stub.sync.device import SERVER_DEVICE_ID
from server_stub.sync.network import subscription_of
from tests.simulation.books import Books
from tests.simulation.books_counter import Shift

if TYPE_CHECKING:
    from tests.simulation.pc import Pc
    from tests.simulation.world import World


class Broken(AssertionError):
    """A promise was broken; the text says which."""


def expect(holds: bool, promise: str, detail: object = "") -> None:
    """Raise Broken unless *holds*."""
    if not holds:
        raise Broken(f"{promise}: {detail}" if detail != "" else promise)


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
        _check_books(world, connection)
        shown = Shown(connection)
        for pc in world.pcs:
            _check_cache(pc, shown, month_before(date_of(world.office.clock.now_ms()), USUAL_MONTHS))
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


PENDING = select(ledgers.command.c.document_id).where(
    ledgers.command.c.status.in_(ledgers.OPEN),
    ledgers.command.c.kind.in_(["stock.take_in", "stock.count", "stock.adjust"]),
)
LAST = select(func.max(ledgers.command.c.sequence))
SHOWN = select(stock_document.c.id).where(stock_document.c.id.in_(bindparam("ids", expanding=True)))


def check_pending(pc: Pc) -> None:
    """At any time while the program runs: what is sealed and not answered shows at its counter.

    Of documents of stock only, which everybody may write: others may rightly not apply again after a change of roles.
    Nothing is looked at twice while the program did nothing in between.
    """
    if not pc.on or pc.store._behind or not pc.at_work:
        return  # when it is behind, the next command brings the cache up first
    pc.at_work = False
    with pc.store.ledger.transaction() as connection:
        waiting = set(connection.execute(PENDING).scalars())
        last = connection.execute(LAST).scalar() or 0
    with pc.store.read() as cache:
        layers = set(cache.exec_driver_sql("SELECT DISTINCT sequence FROM undo").scalars())
        shown = set(cache.execute(SHOWN, {"ids": sorted(waiting)}).scalars()) if waiting else set()
    expect(max(layers, default=0) <= last, f"{pc}: no layer without its command", sorted(layers))
    expect(waiting == shown, f"{pc}: what is pending shows", sorted(waiting - shown))


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
    "orders.submit_replenishment",
    "orders.ship",
    "stock.take_in",
    "stock.count",
    "stock.adjust",
    "orders.complete_return",
    "tills.open_shift",
)


# -- the server's tables against the books -----------------------------------------------------------------------------


def keep_books(world: World, connection: Connection) -> Books:
    """The books, from the envelopes, in the order in which the server decided; a parked one is decided twice."""
    books = Books()
    parked: set[str] = set()
    for status, device_id, raw, packed, params in connection.execute(DECIDED):
        body = msgspec.json.decode(zstandard.decompress(raw) if packed else raw, type=Body)
        by_server = device_id == SERVER_DEVICE_ID
        poisoned = body.id in world.poison.ids and body.id not in parked
        parked.add(body.id)
        if status == "parked" and world.office.restores and not poisoned:
            continue  # it waits for what the server lost, and is decided when that has come
        clashed = frozenset(msgspec.json.decode(params).get("values", ())) if status == "exception" else frozenset()
        books.book(body, status, poisoned=poisoned, by_server=by_server, clashed=clashed)
    return books


DECIDED = text(
    "SELECT l.status, r.device_id, e.body, e.packed, o.params FROM simulation_log l"
    " JOIN receipt r ON r.command_id = l.command_id JOIN envelope e ON e.hash = r.hash"
    " JOIN outcome o ON o.id = l.command_id ORDER BY l.n"
)
"""Every decision in the order of the server: one per command, and one more for each time that it was taken again."""


def _check_books(world: World, connection: Connection) -> None:
    books = keep_books(world, connection)
    expect(not books.surprises, "every outcome is what the books say", books.surprises[:3])
    _same("stock", _balances(connection), _goods(books))
    _same("reserved", _reserved(connection), {key: value for key, value in books.promised.items() if value})
    found = {
        row["id"]: (row["kind"], row["state"], row["total"]) for row in connection.execute(select(orders)).mappings()
    }
    _same("orders", found, {key: (one.kind, one.state, one.total) for key, one in books.orders.items()})
    _same("money", _money(connection), {key: value for key, value in books.money.items() if value})
    _same("shifts", _shifts(connection), books.till.shifts)
    _same("the till", _till_entries(connection), dict(books.till.entries))
    above = {row["id"]: row["parent_id"] for row in connection.execute(select(party)).mappings() if row["parent_id"]}
    _same("uplines", above, books.parents)
    owners = {row["id"]: row["party_id"] for row in connection.execute(select(customer)).mappings()}
    _same("customers", owners, books.customers)
    roles = {row["id"]: row["role"] for row in connection.execute(select(person)).mappings()}
    _same("roles", roles, {key: role for key, (role, _) in books.people.items()})
    listed = {row["id"]: (row["code"], row["status"]) for row in connection.execute(select(product)).mappings()}
    _same("products", {key: code for key, (code, _) in listed.items()}, books.products)
    wrong = [key for key, (_, status) in listed.items() if status not in books.listed[key]]
    expect(not wrong, "products are listed as the books say", [(key, listed[key], books.listed[key]) for key in wrong])


def _shifts(connection: Connection) -> dict[str, Shift]:
    return {
        row["id"]: Shift(row["party_id"], row["float_amount"], row["state"], row["variance"])
        for row in connection.execute(select(shift)).mappings()
    }


def _till_entries(connection: Connection) -> dict[tuple[str, str, str], tuple[int, int]]:
    columns = (till_entry.c.shift_id, till_entry.c.kind, till_entry.c.method)
    found = connection.execute(select(*columns, func.count(), func.sum(till_entry.c.amount)).group_by(*columns))
    return {(one, kind, method): (int(number), int(amount)) for one, kind, method, number, amount in found}


def _same(what: str, found: dict[Any, Any], wanted: dict[Any, Any]) -> None:
    differing = [key for key in {**found, **wanted} if found.get(key) != wanted.get(key)]
    detail = [(key, found.get(key), wanted.get(key)) for key in differing[:3]]
    expect(not differing, f"{what} at the server is what the books say", detail)


def _goods(books: Books) -> dict[tuple[str, str], int]:
    return {(place_id(party, place), one): value for (party, place, one), value in books.goods.items() if value}


def _balances(connection: Connection) -> dict[tuple[str, str], int]:
    rows = connection.execute(select(stock_balance)).mappings()
    return {(row["place_id"], row["product_id"]): row["quantity"] for row in rows if row["quantity"]}


def _reserved(connection: Connection) -> dict[tuple[str, str], int]:
    rows = connection.execute(select(stock_balance)).mappings()
    return {(row["party_id"], row["product_id"]): row["reserved"] for row in rows if row["reserved"]}


def _money(connection: Connection) -> dict[tuple[str, str], int]:
    taken: Counter[tuple[str, str]] = Counter()
    statement = select(orders.c.seller_id, payment.c.method, payment.c.amount).join(
        orders, orders.c.id == payment.c.order_id
    )
    for seller, method, amount in connection.execute(statement):
        taken[seller, method] += amount
    return {key: value for key, value in taken.items() if value}


# -- caches ------------------------------------------------------------------------------------------------------------


def _check_cache(pc: Pc, server: Shown, since: str) -> None:
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
            mine = {row["id"]: row_values(table, dict(row)) for row in cache.execute(select(table)).mappings()}
            theirs = server.rows(table, channels)
            must = server.rows(table, channels, past) if history_of(table) else theirs
            wrong = [key for key in {**mine, **must} if mine.get(key) != theirs.get(key)]
            detail = [(mine.get(key), theirs.get(key)) for key in wrong[:2]]
            expect(not wrong, f"{pc}: {table.name} of the cache is the server's", (len(wrong), detail))
        _check_privacy(pc, cache)
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


def _check_privacy(pc: Pc, cache: Connection) -> None:
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
