"""The server's tables against the books."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import astuple
from typing import TYPE_CHECKING, Any

import msgspec
import zstandard
from sqlalchemy import Connection, func, select, text

from domain.attachments.model import SUBJECTS
from domain.catalogue.model import goods_range, product
from domain.customers.model import customer
from domain.held.model import held_command
from domain.kernel.clash import field_clash
from domain.kernel.envelope import Body
from domain.kernel.merging import FIELD_CLASH
from domain.kernel.outcome import document_exception
from domain.orders.authorisation import NOT_AUTHORISED
from domain.orders.model import order_line, orders, payment
from domain.parties.model import party, person
from domain.stock.model import stock_balance
from domain.stock.rules import place_id
from domain.tills.model import shift, till_entry
from server_stub.attachments import models as contents
from server_stub.sync.device import SERVER_DEVICE_ID
from tests.simulation import books_clashes as clashes
from tests.simulation.books import Asked, Books
from tests.simulation.books_above import DISMISSED
from tests.simulation.books_counter import Shift
from tests.simulation.books_office import ASKED, CUSTOMER, DESCRIBED, FILE
from tests.simulation.books_told import Told
from tests.simulation.promises import expect

if TYPE_CHECKING:
    from tests.simulation.world import World


def keep_books(world: World, connection: Connection) -> Books:
    """The books, from the envelopes, in the order in which the server decided; one that was held is decided again."""
    books = Books()
    made: list[tuple[str, str, int]] = []
    for log_id, status, code, version, device_id, raw, packed, personal in connection.execute(DECIDED):
        if version:
            made.append((status, log_id, version))
            continue
        body = msgspec.json.decode(zstandard.decompress(raw) if packed else raw, type=Body)
        # Or it waits for what a server that was put back has lost, and is decided when that has come.
        may_park = body.id in world.poison.ids or world.office.restores > 0
        books.book(Asked(body, personal), status, code, may_park=may_park, by_server=device_id == SERVER_DEVICE_ID)
        if code != DISMISSED:
            books.note_versions(made, body.device)
            made.clear()
    return books


DECIDED = text(
    "SELECT l.command_id, l.status, l.code, l.version, r.device_id, e.body, e.packed, e.personal FROM simulation_log l"
    " LEFT JOIN receipt r ON r.command_id = l.command_id AND l.version = 0 LEFT JOIN envelope e ON e.hash = r.hash"
    " ORDER BY l.n"
)
"""Every decision in the order of the server: one per command, and one more for each time that it was taken again;
before each the versions of rows that it made."""


def check_books(world: World, connection: Connection) -> Books:
    """Compare everything that the books know; gives them back.

    Raises:
        Broken: something differs.
    """
    books = keep_books(world, connection)
    expect(not books.surprises, "every outcome is what the books say", books.surprises[:3])
    _same("stock", _balances(connection), _goods(books))
    _same("reserved", _reserved(connection), {key: value for key, value in books.promised.items() if value})
    _same("what is promised to open orders", _allocated(connection), _reserved(connection))
    found = {
        row["id"]: (row["kind"], row["state"], row["total"]) for row in connection.execute(select(orders)).mappings()
    }
    _same("orders", found, {key: (one.kind, one.state, one.total) for key, one in books.orders.items()})
    _same("money", _money(connection), {key: value for key, value in books.money.items() if value})
    _same("shifts", _shifts(connection), books.till.shifts)
    _same("the till", _till_entries(connection), dict(books.till.entries))
    above = {row["id"]: row["parent_id"] for row in connection.execute(select(party)).mappings() if row["parent_id"]}
    _same("uplines", above, books.parents)
    _check_records(books, connection)
    _check_clashes(books, connection)
    _check_above(books, connection)
    return books


def _check_records(books: Books, connection: Connection) -> None:
    """What several people edit, field by field: of two edits of one field the one that the server took first holds."""
    people = connection.execute(select(person)).mappings()
    _same("people", {row["id"]: _named(row, PERSON) for row in people}, _kept(books, "person", PERSON))
    dealers = connection.execute(select(party).where(party.c.kind == "dealer")).mappings()
    _same("dealers", {row["id"]: _named(row, FILE) for row in dealers}, _kept(books, "party", FILE))
    goods = {row["id"]: _named(row, GOODS.values()) for row in connection.execute(select(product)).mappings()}
    _same("products", goods, _kept(books, "product", GOODS))
    ranges = {
        row["id"]: sorted((one["kind"], one["value"]) for one in msgspec.json.decode(row["grants"]))
        for row in connection.execute(select(goods_range)).mappings()
    }
    _same("ranges", ranges, {key: one["grants"] for key, one in books.of_table("goods_range").items()})
    customers = connection.execute(select(customer)).mappings()
    _same("customers", {row["id"]: _named(row, BUYER.values()) for row in customers}, _kept(books, "customer", BUYER))


def _check_clashes(books: Books, connection: Connection) -> None:
    """No value vanishes unseen: both are kept, what is told to stand there stands there, and somebody is asked to look
    as long as anything is open, and no longer.
    """
    rows = [dict(row) for row in connection.execute(select(field_clash)).mappings()]
    found = {
        row["id"]: (
            (row["table_name"], row["record_id"]),
            row["field"],
            row["command_id"],
            *(clashes.plain(row["field"], row[side]) for side in ("stays", "other")),
            row["state"],
        )
        for row in rows
    }
    _same("clashes", found, {key: astuple(one) for key, one in books.clashes.items()})
    for one in books.clashes.values():
        stands = books.records[one.record].fields[one.field]
        expect(one.state != "open" or stands == one.stays, "what stays in a clash is what stands there", one)
    asked = select(document_exception.c.document_id).where(
        document_exception.c.code == FIELD_CLASH, document_exception.c.status == "open"
    )
    about = {row["record_id"] for row in rows if row["state"] == "open"}
    _same("who is asked to look", dict.fromkeys(connection.execute(asked).scalars(), 1), dict.fromkeys(about, 1))


PERSON = ("role", "status")
BUYER = {**{name: name for name in CUSTOMER}, "party": "party_id"}
GOODS = {
    **{name: name for name in (*DESCRIBED, *ASKED, "code", "status", "merged_into")},
    "owner": "party_id",
    "range": "range_id",
}
"""How the books call it → the column."""


def _named(row: Any, columns: Iterable[str]) -> list[Any]:
    return [row[column] for column in columns]


def _kept(books: Books, table: str, names: Iterable[str]) -> dict[str, list[Any]]:
    return {key: [one[name] for name in names] for key, one in books.of_table(table).items()}


def _check_above(books: Books, connection: Connection) -> None:
    """What is held and what hangs on documents."""
    held = {row["id"]: (row["state"], row["upline_id"]) for row in connection.execute(select(held_command)).mappings()}
    _same("held commands", held, {key: (one.state, one.upline) for key, one in books.above.held.items()})
    raised = select(document_exception).where(document_exception.c.code == NOT_AUTHORISED)
    told = {
        row["id"]: Told(row["document_id"], row["party_id"], row["upline_id"], row["status"], bool(row["seen_by"]))
        for row in connection.execute(raised).mappings()
    }
    _same("what those above are told", told, books.told)
    files = {
        row["id"]: (row[subject.column], row["party_id"], row["sha256"])
        for subject in SUBJECTS.values()
        for row in connection.execute(select(subject.table)).mappings()
    }
    _same("attachments", files, books.above.files)


def check_contents(world: World, connection: Connection) -> None:
    """What a PC has of its own on documents is at the server, for its party; and all there is what its hash says.

    A PC of a suspended dealer is shown no records: its pictures wait on it until the dealer comes back.

    Raises:
        Broken: something is missing, or something else.
    """
    proved = {(row.party_id, row.sha256) for row in connection.execute(select(contents.proof))}
    named = {
        (row.party_id, row.sha256)
        for subject in SUBJECTS.values()
        for row in connection.execute(select(subject.table.c.party_id, subject.table.c.sha256))
    }
    active = set(connection.execute(select(party.c.id).where(party.c.status == "active")).scalars())
    for pc in (each for each in world.pcs if each.store.known.party_id in active):
        own = {(pc.store.known.party_id, sha256) for sha256, row in pc.store.book.all().items() if row["own"]}
        missing = sorted((own & named) - proved)
        expect(not missing, f"{pc}: every picture on a document is at the server", missing)
    whole: dict[str, bytes] = defaultdict(bytes)
    pieces = select(contents.piece).order_by(contents.piece.c.sha256, contents.piece.c.number)
    for row in connection.execute(pieces):
        whole[row.sha256] += bytes(row.data)
    wrong = [sha256 for sha256, data in whole.items() if hashlib.sha256(data).hexdigest() != sha256]
    expect(not wrong, "contents are what their hashes say", wrong)


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


def _goods(books: Books) -> dict[tuple[str, str, str], int]:
    return {
        (place_id(party, place), one, code): value for (party, place, one, code), value in books.goods.items() if value
    }


def _balances(connection: Connection) -> dict[tuple[str, str, str], int]:
    rows = connection.execute(select(stock_balance)).mappings()
    return {(row["place_id"], row["product_id"], row["lot"]): row["quantity"] for row in rows if row["quantity"]}


def _reserved(connection: Connection) -> dict[tuple[str, str], int]:
    rows = connection.execute(select(stock_balance)).mappings()
    return {(row["party_id"], row["product_id"]): row["reserved"] for row in rows if row["reserved"]}


def _allocated(connection: Connection) -> dict[tuple[str, str], int]:
    columns = (orders.c.seller_id, order_line.c.product_id)
    statement = (
        select(*columns, func.sum(order_line.c.allocated))
        .join(orders, orders.c.id == order_line.c.order_id)
        .where(order_line.c.allocated != 0)
        .group_by(*columns)
    )
    return {(seller, one): int(quantity) for seller, one, quantity in connection.execute(statement)}


def _money(connection: Connection) -> dict[tuple[str, str], int]:
    taken: Counter[tuple[str, str]] = Counter()
    statement = select(orders.c.seller_id, payment.c.method, payment.c.amount).join(
        orders, orders.c.id == payment.c.order_id
    )
    for seller, method, amount in connection.execute(statement):
        taken[seller, method] += amount
    return {key: value for key, value in taken.items() if value}
