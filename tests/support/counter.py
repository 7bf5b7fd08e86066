"""A filled counter without a server: the store of a tier-2 shop that has an upline and a shop below it.

Rows that the network would have sent are written straight into the cache with version 1; everything else is made by
real commands.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QListView, QWidget
from sqlalchemy import Table

from desktop.platform.changes import Changes
from desktop.platform.messages import Messages
from desktop.platform.settings import Settings
from desktop.platform.shortcuts import Shortcuts
from desktop.platform.task import Task
from desktop.platform.threads import Threads
from desktop.platform.ui_thread import UiThread
from desktop.platform.workbench import Workbench
from desktop.store import search_index
from desktop.store.identity import Identity, Secrets
from desktop.store.people import People
from desktop.store.store import Store
from desktop.store.stretching import Cost
from desktop.store.vault import Vault
from desktop.widgets.accessible import unnamed_controls
from domain import registry
from domain.catalogue.model import barcode, price, price_list, product
from domain.customers.model import customer
from domain.kernel.clock import FixedClock
from domain.kernel.errors import DomainError
from domain.kernel.ids import HQ_PARTY_ID, stable_id
from domain.kernel.tables import blank
from domain.orders.model import order_line, order_transition, orders, payment, shipment, shipment_line
from domain.parties.model import party, person
from domain.stock.model import place, stock_balance
from domain.stock.rules import KINDS, MAIN, balance_id, place_id
from server_stub.catalogue.pinyin import search_keys

NOW = 1_795_000_000_000
T1, SHOP, BELOW = stable_id("p", "T1"), stable_id("p", "S1"), stable_id("p", "S11")
PARTIES = (
    (HQ_PARTY_ID, "HQ", "总部", 0, None, ""),
    (T1, "T1", "华东一级", 1, HQ_PARTY_ID, HQ_PARTY_ID),
    (SHOP, "S1", "城东店", 2, T1, f"{T1}/{HQ_PARTY_ID}"),
    (BELOW, "S11", "柳桥小店", 3, SHOP, f"{SHOP}/{T1}/{HQ_PARTY_ID}"),
)
GOODS = (
    ("A001", "金龙鱼 东北大米 5kg", "袋", "6902969882347", 468_000, 390_000, 40_000, "jlydbdm"),
    ("A002", "海天 生抽 1.28L", "瓶", "6902265360100", 155_000, 121_000, 48_000, "htsc"),
    ("A003", "蒙牛 纯牛奶 250ml×24", "箱", "6907992100272", 599_000, 482_000, 12_000, "mncnn"),
    ("A004", "心相印 抽纸 20 包", "提", "6903244981002", 320_000, 255_000, 3_000, "xxycz"),
    ("A005", "美的 电热水壶 1.7L", "台", "6937220900015", 1_290_000, 1_050_000, 0, "mddrsh"),
    ("A006", "散称 红富士苹果", "kg", "6900000000018", 113_600, 82_000, 15_500, "schfspg"),
)  # fmt: skip
CUSTOMERS = (
    ("C1", "李建国", "13812346621", "金卡", "ljg"),
    ("C2", "张记餐馆", "13905710088", "", "zjcg"),
    ("C3", "陈秀英", "15067123409", "银卡", "cxy"),
)
CASE_BARCODE = "16902265360107"
"""A case of twelve of A002."""


def product_id(code: str) -> str:
    """The id of a product of this counter."""
    return stable_id("product", code)


class Counter(QObject):
    """A store with everything around it.

    Attributes:
        workbench: what screens are given.
        posted: codes of the messages that were shown.
        moved: (address, password) of each wish to go to another address of the server.
        no_move: why such a wish is refused, None to grant it.
    """

    def __init__(self, folder: Path, *, code: str = "S1", role: str = "owner") -> None:
        super().__init__()
        registry.commands()
        self.clock = FixedClock(NOW, "2026-11-18")
        self.folder = folder
        self.secrets = _secrets()
        self.store = Store(folder / "data", self.secrets, self.clock)
        party_id, _, name = next((row[0], row[1], row[2]) for row in PARTIES if row[1] == code)
        person_id = stable_id("person", code, role)
        self.store.set_identity(
            Identity("d" * 8, 3, 1, party_id, code, name, person_id, "王芳", role, "db", "http://127.0.0.1:1")
        )
        self._fill(person_id, party_id, role)
        self.ui = UiThread()
        self.messages = Messages(self.ui)
        self.posted: list[str] = []
        self.messages.posted.connect(lambda notice: self.posted.append(notice.code))
        self.threads = Threads(self.ui, self.messages.report)
        settings = Settings(folder / "settings.json")
        changes = Changes(self.ui)
        self.vault = Vault(folder / "vault.bin", lambda: self.secrets.device_key, self.clock, cost=Cost(8, 1))
        self.people = People(self.vault, lambda: self.store, lambda: self.secrets.database_key)
        self.moved: list[tuple[str, str]] = []
        self.no_move: DomainError | None = None
        self.workbench = Workbench(
            self.store,
            self.threads,
            changes,
            self.messages,
            settings,
            Shortcuts(settings),
            self.people,
            self._sign_in_at,
        )

    def _sign_in_at(self, server: str, password: str) -> Task[Identity]:
        def move() -> Identity:
            self.moved.append((server, password))
            if self.no_move is not None:
                raise self.no_move
            self.store.set_identity(replace(self.store.known, server=server))
            return self.store.known

        return self.threads.network.task(move)

    def close(self) -> None:
        """End lanes, close files."""
        self.threads.close()
        self.store.close()

    def reopen(self) -> Store:
        """The same files after a kill: what was in memory is gone."""
        self.store.close()
        self.store = Store(self.folder / "data", self.secrets, self.clock)
        self.workbench.store = self.store
        return self.store

    def write(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        """Rows as the network sends them."""
        self.write_into(self.store, table, rows)

    @staticmethod
    def write_into(store: Store, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        """The same, into any store."""
        full = [{**blank(table), **row, "version": 1} for row in rows]
        with store.cache.write() as connection:
            connection.execute(table.insert(), full)

    def _fill(self, person_id: str, party_id: str, role: str) -> None:
        names = ("id", "code", "name", "tier", "parent_id", "path")
        self.write(party, [{**dict(zip(names, row, strict=True)), "home": 1, "currency": "CNY"} for row in PARTIES])
        self.write(person, [{"id": person_id, "party_id": party_id, "name": "王芳", "role": role}])
        self._fill_goods()
        self._fill_stock()
        self._fill_customers()
        with self.store.cache.write() as connection:
            search_index.rebuild(connection)

    def _fill_goods(self) -> None:
        self.write(
            product,
            [
                {"id": product_id(code), "code": code, "name": name, "unit": unit, "initials": initials,
                 "pinyin": search_keys(name)[0], "status": "listed", "stocked": 1, "tax_rate_bp": 1300}
                for code, name, unit, _, _, _, _, initials in GOODS
            ],
        )  # fmt: skip
        codes = [(code, bar, 1000) for code, _, _, bar, *_ in GOODS] + [("A002", CASE_BARCODE, 12_000)]
        self.write(
            barcode,
            [{"id": stable_id("bar", bar), "product_id": product_id(code), "code": bar, "factor": factor}
             for code, bar, factor in codes],
        )  # fmt: skip
        lists = [("RETAIL", "零售价", "retail"), ("TRADE", "二级批发价", "trade")]
        self.write(
            price_list,
            [{"id": stable_id("list", code), "code": code, "name": name, "usage": usage, "scope": "base",
              "currency": "CNY", "status": "active"} for code, name, usage in lists],
        )  # fmt: skip
        prices = [("RETAIL", code, retail) for code, _, _, _, retail, *_ in GOODS]
        prices += [("TRADE", code, trade) for code, _, _, _, _, trade, *_ in GOODS]
        self.write(
            price,
            [{"id": stable_id("price", of, code), "price_list_id": stable_id("list", of),
              "product_id": product_id(code), "price": value, "valid_from": "2026-11-01", "set_at": NOW}
             for of, code, value in prices],
        )  # fmt: skip

    def _fill_stock(self) -> None:
        everyone = [row[0] for row in PARTIES]
        self.write(
            place,
            [{"id": place_id(owner, kind), "party_id": owner, "code": MAIN if kind == "warehouse" else kind.upper(),
              "kind": kind} for owner in everyone for kind in KINDS],
        )  # fmt: skip
        here = place_id(SHOP, "warehouse")
        self.write(
            stock_balance,
            [{"id": balance_id(here, product_id(code)), "party_id": SHOP, "place_id": here,
              "product_id": product_id(code), "quantity": quantity, "reserved": 2_000 if code == "A001" else 0,
              "as_of": NOW - 40 * 60_000} for code, _, _, _, _, _, quantity, _ in GOODS if quantity],
        )  # fmt: skip

    def _fill_customers(self) -> None:
        self.write(
            customer,
            [{"id": stable_id("customer", code), "party_id": SHOP, "code": code, "name": name, "phone": phone,
              "grade": grade, "initials": initials, "created_at": NOW, "consent": ""}
             for code, name, phone, grade, initials in CUSTOMERS],
        )  # fmt: skip

    def add_orders(self, number: int) -> None:
        """Old retail sales, one a minute, the newest an hour ago."""
        rows, lines, paid = [], [], []
        for index in range(number):
            order_id, at = stable_id("order", str(index)), NOW - 3_600_000 - index * 60_000
            who = stable_id("customer", "C1") if index % 5 == 0 else None
            rows.append({"id": order_id, "number": f"S1-03-S{number - index:06d}", "kind": "retail",
                         "seller_id": SHOP, "customer_id": who, "state": "completed", "payment_state": "paid",
                         "delivery_state": "full", "currency": "CNY", "total": 9_360, "line_count": 1, "units": 2000,
                         "business_date": "2026-11-17", "ordered_at": at, "person_name": "王芳"})  # fmt: skip
            lines.append(_line(order_id, 1, "A001", 2_000, 468_000, 9_360, stable_id("line", order_id)))
            paid.append({"id": stable_id("pay", order_id), "order_id": order_id, "method": "cash", "amount": 9_360,
                         "tendered": 10_000, "at": at})  # fmt: skip
        self.write(orders, rows)
        self.write(order_line, lines)
        self.write(payment, paid)

    def add_request(self, name: str = "1", state: str = "submitted", **changes: Any) -> str:
        """A replenishment order from the shop below; its id."""
        order_id = stable_id("request", name)
        row = {"id": order_id, "number": f"S11-01-R{int(name):06d}", "kind": "replenishment", "seller_id": SHOP,
               "buyer_id": BELOW, "state": state, "currency": "CNY", "total": 70_900, "line_count": 2,
               "units": 25_000, "business_date": "2026-11-18", "ordered_at": NOW - int(name) * 60_000,
               "person_name": "赵敏", "home": 1}  # fmt: skip
        self.write(orders, [{**row, **changes}])
        ids = [stable_id("line", order_id, code) for code in ("A002", "A004")]
        self.write(
            order_line,
            [_line(order_id, 1, "A002", 20_000, 121_000, 24_200, ids[0]),
             _line(order_id, 2, "A004", 5_000, 255_000, 12_750, ids[1])],
        )  # fmt: skip
        self.write(order_transition, [{"id": stable_id("step", order_id), "order_id": order_id, "from_state": "draft",
                                       "to_state": "submitted", "person_name": "赵敏",
                                       "at": NOW - 60_000}])  # fmt: skip
        return order_id

    def add_shipment(self) -> str:
        """A shipment of the upline on its way here: 40 bags of rice and 48 bottles of soy sauce; its id."""
        order_id, found = stable_id("own", "1"), stable_id("shipment", "1")
        self.write(orders, [{"id": order_id, "number": "S1-03-R000001", "kind": "replenishment", "seller_id": T1,
                             "buyer_id": SHOP, "state": "shipped", "delivery_state": "full", "currency": "CNY",
                             "total": 214_080, "line_count": 2, "units": 88_000, "ordered_at": NOW - 90_000_000,
                             "business_date": "2026-11-17", "person_name": "王芳"}])  # fmt: skip
        ids = {code: stable_id("line", order_id, code) for code in ("A001", "A002")}
        wanted = (("A001", 40_000, 390_000, 156_000), ("A002", 48_000, 121_000, 58_080))
        self.write(order_line, [{**_line(order_id, no, code, quantity, each, amount, ids[code]), "shipped": quantity}
                                for no, (code, quantity, each, amount) in enumerate(wanted, 1)])  # fmt: skip
        self.write(shipment, [{"id": found, "order_id": order_id, "number": "SH-T1-03-000482", "seller_id": T1,
                               "buyer_id": SHOP, "carrier": "顺丰", "tracking": "SF1450023377", "state": "shipped",
                               "line_count": 2, "units": 88_000, "shipped_at": NOW - 80_000_000}])  # fmt: skip
        names = {code: (name, unit) for code, name, unit, *_ in GOODS}
        self.write(shipment_line, [{"id": stable_id("sl", found, code), "shipment_id": found,
                                    "order_line_id": ids[code], "line_no": no, "product_id": product_id(code),
                                    "product_code": code, "product_name": names[code][0], "unit": names[code][1],
                                    "quantity": quantity}
                                   for no, (code, quantity, *_) in enumerate(wanted, 1)])  # fmt: skip
        return found


class Fresh(Counter):
    """A PC that was just enrolled: nothing has come down yet."""

    def _fill(self, person_id: str, party_id: str, role: str) -> None:
        """Later."""

    def receive(self) -> None:
        """The first synchronisation brings everything."""
        known = self.store.known
        Counter._fill(self, known.person_id, known.party_id, "owner")
        self.workbench.changes.broadcast(dict.fromkeys(("party", "product", "barcode", "price", "stock_balance")))


def unnamed(page: QWidget) -> list[QWidget]:
    """The controls of a screen that a screen reader could not name; the list inside a combo box speaks for it."""
    return [each for each in unnamed_controls(page) if not isinstance(each, QListView)]


def _line(order_id: str, no: int, code: str, quantity: int, each: int, amount: int, line_id: str) -> dict[str, Any]:
    name, unit = next((row[1], row[2]) for row in GOODS if row[0] == code)
    trace = json.dumps({"list": "零售价", "from": "2026-11-01", "price": each}, ensure_ascii=False)
    return {"id": line_id, "order_id": order_id, "line_no": no, "kind": "sale", "product_id": product_id(code),
            "product_code": code, "product_name": name, "unit": unit, "quantity": quantity, "unit_price": each,
            "amount": amount, "tax_rate_bp": 1300, "trace": trace}  # fmt: skip


def _secrets() -> Secrets:
    key = Ed25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    return Secrets(os.urandom(32), key)
