"""Building the demo network the product's own way: the server's command lines, then commands of enrolled PCs."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from desktop.app.demo.counter import DemoCounter
from desktop.app.demo.data import DemoData
from desktop.app.demo.server import Server
from desktop.platform.passwords import hash_password
from domain import registry
from domain.catalogue.handlers import NewProduct, decide_add_price_list, decide_add_products, decide_set_prices
from domain.customers import queries as customer_queries
from domain.customers.handlers import decide_add_customer
from domain.kernel.context import DecideContext, Decision
from domain.orders.pricing import Wanted
from domain.orders.replenishment_handlers import decide_approve, decide_replenishment
from domain.orders.sale_handlers import decide_sale, take_payments
from domain.orders.shipping_handlers import decide_receive, decide_ship
from domain.parties import queries
from domain.parties.handlers import decide_add_dealer, decide_add_person
from domain.stock.handlers import decide_take_in

ADMIN, SHOP, UPLINE, BELOW = "admin", "CD", "HD", "LQ"
HISTORY_DAYS = 120
METHODS = ("cash", "cash", "wechat", "alipay")
JIAO = 1000
"""In 1/10000 of a yuan: prices are whole tenths."""
NOTE = 1000
"""Minor units of the notes that people pay with."""
TRADE_LISTS = (("P1", "1", 70), ("P2", "2", 78), ("P3", "3", 86))
"""(code, tier, per cent of the base price)."""

Say = Callable[..., None]
"""Tells a step by the key of its words, with what they name."""


@dataclass(frozen=True, slots=True)
class Homes:
    """Folders of the demo's PCs."""

    folder: Path

    def of(self, code: str) -> Path:
        """The home folder of a dealer's PC."""
        return self.folder / f"pc-{code.lower()}"


class Builder:
    """Makes the network on a server that is being served."""

    def __init__(self, folder: Path, server: Server, data: DemoData, environment: Mapping[str, str], say: Say) -> None:
        self.homes = Homes(folder)
        self._server = server
        self._data = data
        self._environment = environment
        self._say = say
        self._draw = random.Random(42)  # noqa: S311 - made-up sales, the same at each run  # nosec B311
        registry.commands()

    def build(self) -> None:
        """Everything: dealers, people, products, prices, stock, customers, months of orders."""
        with ExitStack() as stack:
            headquarters = self._open(stack, "HQ", ADMIN)
            self._headquarters(headquarters)
            upline, shop, below = (self._open(stack, code, self._owner(code)) for code in (UPLINE, SHOP, BELOW))
            self._stock(headquarters, upline, shop, below)
            self._customers(shop)
            self._sales(shop, 3)
            self._sales(below, 1, every=4)
            self._replenish(upline, shop, below)
            headquarters.sync()

    def _open(self, stack: ExitStack, code: str, user: str) -> DemoCounter:
        counter = DemoCounter(self.homes.of(code), self._environment)
        stack.callback(counter.close)
        counter.enrol(self._server.url, user, self._data.password)
        return counter

    def _owner(self, code: str) -> str:
        return next(name for dealer, name, role in self._data.people if dealer == code and role == "owner")

    # -- headquarters ------------------------------------------------------------------------------------------------

    def _headquarters(self, office: DemoCounter) -> None:
        office.at(HISTORY_DAYS + 2)
        for dealer in self._data.dealers:
            self._add_dealer(office, dealer)
        secret = hash_password(self._data.password)
        for code, name, role in self._data.people:
            self._add_person(office, code, name, role, secret)
        self._say("demo.step.people", dealers=len(self._data.dealers), people=len(self._data.people))
        office.perform(lambda ctx: decide_add_products(ctx, self._data.products))
        self._prices(office)
        office.sync()
        self._say("demo.step.products", products=len(self._data.products), lists=len(TRADE_LISTS) + 3)

    def _add_dealer(self, office: DemoCounter, dealer: Mapping[str, str]) -> None:
        office.perform(
            lambda ctx: decide_add_dealer(
                ctx,
                code=dealer["code"],
                name=dealer["name"],
                parent_code=dealer["parent"],
                region=dealer.get("region", ""),
                grade=dealer.get("grade", ""),
            )
        )

    def _add_person(self, office: DemoCounter, code: str, name: str, role: str, secret: str) -> None:
        office.perform(lambda ctx: decide_add_person(ctx, party_code=code, name=name, role=role, password_hash=secret))

    def _prices(self, office: DemoCounter) -> None:
        products = self._data.products
        for code, tier, share in TRADE_LISTS:
            self._add_list(office, (code, self._data.lists[code], "trade", "tier", tier), products, share)
        self._add_list(office, ("GOLD", self._data.lists["GOLD"], "trade", "grade", self._data.gold), products[::3], 75)
        with office.profile.store.read() as connection:
            shop = queries.party_by_code(connection, SHOP) or {}
        shop_id = str(shop.get("id", ""))
        self._add_list(office, ("CD-OWN", self._data.lists["CD-OWN"], "retail", "dealer", shop_id), products[::9], 95)

    def _add_list(
        self, office: DemoCounter, made: tuple[str, str, str, str, str], products: list[NewProduct], share: int
    ) -> None:
        code, name, usage, scope, value = made
        office.perform(
            lambda ctx: decide_add_price_list(ctx, code=code, name=name, usage=usage, scope=scope, scope_value=value)
        )
        prices = [(one.code, (one.price or 0) * share // 100 // JIAO * JIAO, 0) for one in products]
        office.perform(lambda ctx: decide_set_prices(ctx, list_code=code, prices=prices))

    # -- stock, customers, orders ------------------------------------------------------------------------------------

    def _stock(self, *counters: DemoCounter) -> None:
        """Opening stock, the more the higher up; some goods are nearly gone."""
        for height, counter in enumerate(reversed(counters)):
            counter.at(HISTORY_DAYS + 1)
            lines = [(one.code, self._opening(height)) for one in self._data.products]
            counter.perform(lambda ctx, lines=lines: decide_take_in(ctx, lines, kind="opening"))  # type: ignore[misc]
            counter.sync()
        self._say("demo.step.stock", places=len(counters))

    def _opening(self, height: int) -> int:
        return self._draw.choice((6, 24, 48, 60, 96)) * (1, 3, 10, 40)[height] * 1000

    def _customers(self, shop: DemoCounter) -> None:
        shop.at(HISTORY_DAYS, 10)
        for name, phone in self._data.customers:
            shop.perform(
                lambda ctx, name=name, phone=phone: decide_add_customer(ctx, name=name, phone=phone)  # type: ignore[misc]
            )
        shop.sync()
        self._say("demo.step.customers", customers=len(self._data.customers))

    def _sales(self, counter: DemoCounter, most: int, every: int = 1) -> None:
        """Sales of the past months, a few on each day that has some."""
        with counter.profile.store.read() as connection:
            own = counter.profile.store.known.party_id
            customers = [row["id"] for row in customer_queries.find_customers(connection, own)]
        made = 0
        for day in range(HISTORY_DAYS - 1, 0, -every):
            counter.at(day, self._draw.randint(8, 11), self._draw.randint(0, 59))
            for _ in range(self._draw.randint(1, most)):
                wanted = list(self._basket())
                who = self._draw.choice(customers) if customers and self._draw.random() < 0.4 else None
                how = self._draw.choice(METHODS)
                counter.perform(lambda ctx, wanted=wanted, who=who, how=how: _paid_sale(ctx, wanted, who, how))  # type: ignore[misc]
                counter.clock.ms += self._draw.randint(5, 90) * 60_000
                made += 1
        counter.sync()
        self._say("demo.step.sales", orders=made, dealer=counter.profile.store.known.party_name)

    def _basket(self) -> Iterator[Wanted]:
        """Some goods, the common ones more often."""
        for one in self._draw.sample(self._data.products[:160], self._draw.randint(1, 4)):
            yield Wanted(one.code, self._draw.choice((1, 1, 1, 2, 2, 3)) * 1000)

    def _replenish(self, upline: DemoCounter, shop: DemoCounter, below: DemoCounter) -> None:
        """One order received, one on its way, one waiting at the upline, one waiting at the shop."""
        codes = [one.code for one in self._data.products]
        orders = []
        for days_ago, goods in ((21, codes[0:40:5]), (2, codes[40:80:8]), (1, codes[90:130:10])):
            shop.at(days_ago, 15)
            wanted = [Wanted(code, 12_000) for code in goods]
            orders.append(shop.perform(lambda ctx, wanted=wanted: decide_replenishment(ctx, wanted)).document_id)  # type: ignore[misc]
        below.at(0, -1)
        below.perform(lambda ctx: decide_replenishment(ctx, [Wanted(code, 6_000) for code in codes[10:60:10]]))
        shop.sync()
        below.sync()
        upline.sync()
        shipments = []
        for days_ago, order_id in ((20, orders[0]), (1, orders[1])):
            upline.at(days_ago, 10)
            upline.perform(lambda ctx, order_id=order_id: decide_approve(ctx, order_id))  # type: ignore[misc]
            upline.sync()
            shipped = upline.perform(lambda ctx, order_id=order_id: decide_ship(ctx, order_id))  # type: ignore[misc]
            shipments.append(shipped.document_id)
        upline.sync()
        shop.sync()
        shop.at(19, 11)
        shop.perform(lambda ctx: decide_receive(ctx, shipments[0], None, final=True))
        shop.sync()
        self._say("demo.step.replenishment", orders=len(orders) + 1)


def _paid_sale(ctx: DecideContext, wanted: list[Wanted], customer_id: str | None, method: str) -> Decision:
    """A sale paid in full; cash is given in whole ten-yuan notes."""
    decided = decide_sale(ctx, wanted, customer_id=customer_id)
    total = decided.amount
    tendered = -(-total // NOTE) * NOTE if method == "cash" else total
    payments = take_payments(total, ((method, tendered),))
    return replace(decided, payload=msgspec.structs.replace(decided.payload, payments=payments))
