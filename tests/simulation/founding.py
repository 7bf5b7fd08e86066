"""The network that every run begins with, made once for each process: a server's file and enrolled counters' files.

Everything in it comes from one seed, so that every process makes the same one.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from argon2.low_level import Type, hash_secret

from desktop.features.customers import operations as customers
from desktop.features.replenishment import operations as replenishment
from desktop.features.stock import operations as stock
from desktop.store import space
from desktop.store.identity import Secrets
from desktop.store.store import Performed
from domain import registry
from domain.catalogue.handlers import (
    NewProduct,
    decide_add_price_list,
    decide_add_products,
    decide_set_listing,
    decide_set_prices,
)
from domain.catalogue.queries import list_ranges, products_by_codes
from domain.catalogue.range_handlers import decide_assign_range, decide_set_range
from domain.catalogue.ranges import Grant
from domain.kernel.context import DecideContext, Decision
from domain.orders.pricing import Wanted
from domain.parties.handlers import decide_add_dealer, decide_add_person, decide_found_network
from domain.parties.queries import party_by_code
from domain.stock.handlers import Line as Goods, Lotted
from server_stub.bootstrap import prepare_database
from server_stub.kit.database import Database
from tests.simulation.line import Line, Weather
from tests.simulation.office import Office, settings_at
from tests.simulation.pc import Pc
from tests.simulation.planting import replaced
from tests.simulation.timeline import SwayingClock, Timeline
from tests.simulation.trouble import Trouble
from tests.support.factories import parties, products
from tests.support.memory import memory_folder

RESERVE = 64 * 1024
"""A small reserve of disk: it is copied with each counter and each death."""
NOON = 1_700_000_000_000
PASSWORD = "白云山-42"
SEATS = ("admin", "n1-owner", "m1-clerk", "m1-warehouse", "c1-owner", "m2-owner", "e1-owner", "e11-clerk")
"""Who has a counter: headquarters, two tier-1 dealers, shops of the second and third tier, one shop with two PCs."""
SECONDS = {"admin": "staff", "m1-clerk": "m1-owner", "m1-warehouse": "m1-owner"}
"""A colleague with a PC of his own, who edits the same records."""
UPLINES = {
    "n1-owner": "admin",
    "e1-owner": "admin",
    "m1-clerk": "n1-owner",
    "m1-warehouse": "n1-owner",
    "m2-owner": "n1-owner",
    "c1-owner": "m1-clerk",
    "e11-clerk": "e1-owner",
}
"""Who approves and ships what a seat orders, as the network was founded."""
WINE, PHONE, SILK = "WINE", "PHONE", "SILK"
SPECIAL = [
    NewProduct(WINE, "黄酒", price=88_000, by_lot=True, by_expiry=True),
    NewProduct(PHONE, "手机", price=9_990_000, by_serial=True),
    NewProduct(SILK, "丝巾", price=660_000),
]
"""Goods with lots, goods with serials, and goods that not everybody may sell."""
SPECIAL_TRADE = [(WINE, 50_000, 0), (PHONE, 8_000_000, 0), (SILK, 400_000, 0)]
NORTH, GOLD = "华北专供", "金牌专供"
"""Ranges: silk is granted to N1 and everybody below; nothing stands in the other one yet, which goes by grade."""
STOCK: list[Goods] = [
    (products.TEA, 40_000),
    (products.RICE, 20_000),
    Lotted(WINE, 10_000, "L1", "2023-12-31"),
    Lotted(WINE, 20_000, "L2", "2030-01-31"),
]
"""What everybody has to begin with; soap is sold from an empty shelf."""
BUYERS = ("李建国", "老街坊")
"""Customers of the parties whose people edit the same files."""
FIRST_ORDER = [Wanted(products.TEA, 15_000), Wanted(WINE, 12_000)]
"""What every shop has asked its upline for when a run begins."""


@dataclass(frozen=True, slots=True)
class Founded:
    """Files to be copied, and what cannot be read from them.

    Attributes:
        now: the instant at which the founding ended.
        done: what was done at each seat so far.
        tokens: sessions by seat.
    """

    folder: Path
    now: int
    secrets: dict[str, Secrets]
    tokens: dict[str, dict[str, Any]]
    done: dict[str, list[Performed]]


_place: list[str] = []


def place_files_in(folder: str) -> None:
    """Let this process make its folders in one that another process removes."""
    _place[:] = [folder]


def scratch() -> Path:
    """A new folder for files that nobody keeps."""
    return Path(tempfile.mkdtemp(prefix="dealerdesk-simulation-", dir=_place[0] if _place else memory_folder()))


def bytes_of(chance: Random) -> Callable[[int], bytes]:
    """A source of random bytes that a seed repeats."""
    return chance.randbytes


def found() -> Founded:
    """Make the network; takes a second or two."""
    registry.commands()
    folder = scratch()
    chance = Random("founding")
    timeline = Timeline(NOON)
    trouble = Trouble(on_death=lambda _machine: None)
    empty = Database(settings_at(folder).database)
    prepare_database(empty, SwayingClock(timeline), bytes_of(chance))
    empty.dispose()
    _keep_order(folder / "server.db")
    office = Office(folder, SwayingClock(timeline), bytes_of(chance), chance, trouble)
    _found_network(office, timeline)
    secrets, tokens, done = {}, {}, {}
    for seat in (*SEATS, *dict.fromkeys(SECONDS.values())):
        secrets[seat] = Secrets(chance.randbytes(32), chance.randbytes(32))
        line = Line(timeline, chance, office, Weather(), trouble)
        pc = Pc(seat, folder / seat, secrets[seat], line, trouble, chance)
        pc.enrol(PASSWORD)
        timeline.run(timeline.now + 120_000, lambda pc=pc: pc.rounds > 0)  # type: ignore[misc]  # bound at once
        pc.perform(lambda store: stock.take_in(store, STOCK, supplier="本地"))
        if seat in UPLINES:
            pc.perform(lambda store: replenishment.submit(store, FIRST_ORDER))
        for name in BUYERS if seat in SECONDS.values() else ():
            pc.perform(lambda store, name=name: customers.add(store, name=name))  # type: ignore[misc]  # bound at once
        timeline.run(timeline.now + 120_000, lambda pc=pc: pc.calm_since > 0)  # type: ignore[misc]  # bound at once
        pc.close()
        done[seat] = pc.acknowledged
        tokens[seat] = dict(pc.tokens.kept or {})
    office.stop()
    return Founded(folder, timeline.now, secrets, tokens, done)


EDITED = ("product", "party", "person", "goods_range", "customer")
"""Tables whose rows several people edit; which command made which version is kept too."""
LOG = (
    "CREATE TABLE simulation_log (n INTEGER PRIMARY KEY, command_id TEXT NOT NULL, status TEXT NOT NULL,"
    " code TEXT NOT NULL, version INTEGER NOT NULL)",
    *(
        f"CREATE TRIGGER simulation_{what.lower()}_of_receipt AFTER {what} ON receipt BEGIN"
        " INSERT INTO simulation_log (command_id, status, code, version)"
        " VALUES (new.command_id, new.status, new.code, 0); END"
        for what in ("INSERT", "UPDATE")
    ),
    *(
        f"CREATE TRIGGER simulation_{what.lower()}_of_{table} AFTER {what} ON {table} BEGIN"
        f" INSERT INTO simulation_log (command_id, status, code, version) VALUES (new.id, '{table}', '', new.version);"
        " END"
        for what in ("INSERT", "UPDATE")
        for table in EDITED
    ),
)
"""The order in which the server decided, kept by its database and by nothing of the product."""


def _keep_order(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        for statement in LOG:
            connection.execute(statement)
        connection.commit()


def _found_network(office: Office, timeline: Timeline) -> None:
    def do(decide: Any) -> None:
        timeline.now += 1000
        if office.issue(decide) is None:
            raise RuntimeError("the network could not be founded")

    digest = hash_secret(PASSWORD.encode(), b"simulation", 1, 8, 1, 32, Type.ID).decode()
    do(lambda ctx: decide_found_network(ctx, name="总部"))
    codes: dict[str, str | None] = {"HQ": None, **parties.DEALERS}
    for code, parent in codes.items():
        if parent is not None:
            do(
                lambda ctx, code=code, parent=parent: decide_add_dealer(
                    ctx, code=code, name=parties.NAMES[code], parent_code=parent
                )
            )
        for name, role in parties.people_of(code).items():
            do(
                lambda ctx, code=code, name=name, role=role: decide_add_person(
                    ctx, party_code=code, name=name, role=role, password_hash=digest
                )
            )
    do(lambda ctx: decide_add_products(ctx, products.ASSORTMENT))
    do(lambda ctx: decide_set_listing(ctx, code=products.OLD, listed=False))
    do(
        lambda ctx: decide_add_price_list(
            ctx, code="TRADE", name="批发价", usage="trade", scope="base", scope_value="", currency="CNY"
        )
    )
    do(lambda ctx: decide_add_products(ctx, SPECIAL))
    do(lambda ctx: decide_set_prices(ctx, list_code="TRADE", prices=[*products.TRADE, *SPECIAL_TRADE]))
    do(lambda ctx: decide_set_range(ctx, name=NORTH, grants=[_below(ctx, "N1")]))
    do(lambda ctx: decide_set_range(ctx, name=GOLD, grants=[Grant(kind="grade", value="gold")]))
    do(_limit_silk)


def _below(ctx: DecideContext, code: str) -> Grant:
    row = party_by_code(ctx.connection, code)
    return Grant(kind="below", value=str(row["id"] if row else ""))


def _limit_silk(ctx: DecideContext) -> Decision:
    north = next(row["id"] for row in list_ranges(ctx.connection) if row["name"] == NORTH)
    silk = products_by_codes(ctx.connection, [SILK])[SILK]["id"]
    return decide_assign_range(ctx, range_id=north, product_ids=[silk])


_made: list[Founded] = []


def founded() -> Founded:
    """The network's files, made when first wanted and thrown away with the process."""
    if not _made:
        with replaced(space, "RESERVE", RESERVE):
            _made.append(found())
    return _made[0]


def forget() -> None:
    """Remove the files."""
    while _made:
        shutil.rmtree(_made.pop().folder, ignore_errors=True)
