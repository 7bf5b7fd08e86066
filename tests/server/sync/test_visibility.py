"""Who sees which rows, how much of them: feed and snapshot against a table declared by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from domain.catalogue.handlers import decide_edit_product
from domain.catalogue.model import product
from domain.catalogue.provisional import decide_add_provisional
from domain.catalogue.range_handlers import decide_assign_range, decide_set_range
from domain.catalogue.ranges import Grant
from domain.customers.account import decide_pay_account
from domain.customers.handlers import decide_add_customer, decide_edit_customer
from domain.kernel import wire
from domain.kernel.channels import Row
from domain.kernel.ids import IdSource
from domain.kernel.tables import metadata, row_values, sync_info, synced_tables
from domain.orders.model import order_line
from domain.orders.pricing import Wanted
from domain.orders.replenishment_handlers import decide_approve, decide_replenishment
from domain.orders.return_handlers import decide_return
from domain.orders.returning import Back
from domain.orders.shipping_handlers import decide_receive, decide_ship
from domain.parties.handlers import decide_set_policy
from domain.parties.moving import decide_move_dealer
from domain.stock.handlers import Lotted, decide_adjust, decide_count, decide_take_in
from domain.tills.handlers import decide_open_shift, decide_set_policy as decide_set_till_policy
from server_stub.sync.device_health import DeviceHealth
from tests.server.sync.test_feed import Reader
from tests.support.factories.attachments import attach_record
from tests.support.factories.parties import DEALERS, PARTIES, person_for
from tests.support.factories.products import RICE, SOAP, TEA
from tests.support.network import Counter, Network

Sight = str | None
"""``full``, the name of a mask, or None for "does not see it"."""


def play(network: Network) -> None:
    """Every party sells, counts and orders from its upline, which ships; goods come short. Before, one dealer left its
    upline and came back, and rice became a matter of N1 and its downline; a shop elsewhere did not know it yet.
    """
    shops: dict[str, Counter] = {}
    office = network.counter("staff")
    limit_rice(network, office)
    for there_and_back in ("HQ", "E1"):
        office.perform(partial(decide_move_dealer, party_id=network.party_id("E11"), to_code=there_and_back))
    office.sync()
    for code in PARTIES:
        shop = shops[code] = network.counter("admin" if code == "HQ" else person_for(code, "owner"))
        taken = shop.take_in((TEA, 90_000), (SOAP, 20_000))
        shop.perform(lambda ctx: decide_take_in(ctx, [Lotted(TEA, 1000, "L1", "2030-01-31")]))
        attach_record(shop, "stock_document", taken.document_id)
        shop.perform(partial(decide_add_provisional, name="散装糖", unit="", price=90_000, code="4006381333931"))
        added = shop.perform(lambda ctx: decide_add_customer(ctx, name="李建国", phone="13812346621", note="爱喝茶"))
        shop.sell((TEA, 1000), customer_id=added.document_id, payments=[("cash", 2000)], note="急")
        attach_record(shop, "order", shop.sell((SOAP, 50_000)).document_id)
        shop.perform(lambda ctx: decide_set_till_policy(ctx, rounding="fen"))
        shop.perform(lambda ctx: decide_open_shift(ctx, float_amount=100_00))
        shop.perform(partial(decide_pay_account, customer_id=added.document_id, amount=5_00))
        sold = shop.sell((TEA, 1000), payments=[("cash", 100_00)])
        line = next(row for row in shop.rows(order_line).values() if row["order_id"] == sold.document_id)
        back = [Back(line["id"], 500)]
        shop.perform(partial(decide_return, original_id=sold.document_id, back=back, reason="太多"))
        shop.perform(lambda ctx: decide_count(ctx, [(TEA, 80_000)]))
        shop.perform(lambda ctx: decide_adjust(ctx, [(TEA, -1000)], reason="破损"))
        if code != "HQ":
            ordered = shop.perform(lambda ctx: decide_replenishment(ctx, [Wanted(TEA, 10_000)]))
            attach_record(shop, "order", ordered.document_id)
        else:
            shop.perform(lambda ctx: decide_set_policy(ctx, lease_days=14))
        shop.sync()
        if code in ("HQ", "M1"):
            write_twice(network, shop, added.document_id)
    orders = metadata.tables["orders"]
    for upline in shops.values():
        upline.sync()
        mine = [row["id"] for row in upline.rows(orders).values() if row["state"] == "submitted"]
        for order_id in mine:
            if upline.rows(orders)[order_id]["seller_id"] == upline.party_id:
                upline.perform(partial(decide_approve, order_id=order_id))
                upline.perform(partial(decide_ship, order_id=order_id))
        upline.sync()
    for shop in shops.values():
        shop.sync()
        for shipment in shop.rows(metadata.tables["shipment"]).values():
            if shipment["buyer_id"] == shop.party_id:
                shop.perform(partial(decide_receive, shipment_id=shipment["id"], lines=[(TEA, 9000)]))
        shop.sync()
    report(network, shops)


def report(network: Network, shops: dict[str, Counter]) -> None:
    """What the PCs told of themselves stands in their rows."""
    reports = DeviceHealth(network.db, network.clock, IdSource(network.clock))
    for shop in shops.values():
        reports.note(shop.store.known.device_id, shop.store.health())
    reports.flush()


def write_twice(network: Network, shop: Counter, customer_id: str) -> None:
    """Two PCs of one shop write the same field of a customer, of headquarters that of a product too."""
    there = shop.store.known.party_code
    rival = network.counter("staff" if there == "HQ" else person_for(there, "clerk"))
    customer = partial(decide_edit_customer, customer_id=customer_id, name="李建国", phone="13812346621", grade="")
    for pc, word in ((shop, "一"), (rival, "二")):
        pc.perform(partial(customer, note=word))
        if there == "HQ":
            pc.perform(partial(decide_edit_product, code=SOAP, **soap(shop, spec=word)))
    for pc in (shop, rival, shop):
        pc.sync()


def soap(shop: Counter, **changes: Any) -> dict[str, Any]:
    """The fields of soap as a form has them, some changed."""
    known = next(row for row in shop.rows(product).values() if row["code"] == SOAP)
    fields = {name: known[name] for name in ("name", "spec", "unit", "category_id", "tax_rate_bp")}
    return {**fields, "stocked": bool(known["stocked"]), **changes}


def limit(network: Network, office: Counter, code: str, *grants: Grant) -> str:
    """Headquarters puts a product into a range of its own; returns the range's id."""
    made = office.perform(lambda ctx: decide_set_range(ctx, name="专供", grants=grants))
    [goods] = [row["id"] for row in office.rows(product).values() if row["code"] == code]
    office.perform(lambda ctx: decide_assign_range(ctx, range_id=made.document_id, product_ids=[goods]))
    office.sync()
    network.intake.db_number()
    return made.document_id


def limit_rice(network: Network, office: Counter) -> None:
    """Rice is for N1 and its downline from now on; a shop elsewhere sells and orders it before it knows."""
    late = network.counter("e11-clerk")
    limit(network, office, RICE, Grant(kind="below", value=network.party_id("N1")))
    late.sell((RICE, 1000))
    late.perform(lambda ctx: decide_replenishment(ctx, [Wanted(RICE, 1000)]))
    late.sync()


@dataclass
class Eyes:
    """One viewer and the whole truth, from which follows what he may see."""

    network: Network
    viewer: str
    truth: dict[str, dict[str, Row]]

    def __post_init__(self) -> None:
        self.codes = {self.network.party_id(code): code for code in PARTIES}

    @property
    def hq(self) -> bool:
        return self.viewer == "HQ"

    def mine(self, party_id: str | None) -> bool:
        return self.codes.get(party_id or "") == self.viewer

    def above(self, party_id: str) -> bool:
        """Whether the viewer stands anywhere above a party (headquarters apart)."""
        code = DEALERS.get(self.codes[party_id])
        while code is not None and code != "HQ":
            if code == self.viewer:
                return True
            code = DEALERS.get(code)
        return False

    def own(self, row: Row) -> Sight:
        return "full" if self.hq or self.mine(row["party_id"]) else None

    def clash(self, row: Row) -> Sight:
        """Headquarters does not see what two PCs of a shop wrote about a customer."""
        if self.mine(row["party_id"]) or not self.hq:
            return self.own(row)
        return "hq" if sync_info(metadata.tables[row["table_name"]]).personal else "full"

    def goods(self, row: Row) -> Sight:
        """What a shop made itself is its own and its uplines'; goods of a range are for N1 and everybody below it, see
        :func:`play`.
        """
        owner = row["party_id"]
        if owner is not None:
            return "full" if self.hq or self.mine(owner) or self.above(owner) else None
        return "full" if self.hq or row["range_id"] is None or "N1" in (self.viewer, *self.uplines) else None

    @property
    def uplines(self) -> list[str]:
        """Codes of the parties above the viewer."""
        found, code = [], DEALERS.get(self.viewer)
        while code is not None:
            found.append(code)
            code = DEALERS.get(code)
        return found

    def office(self, _row: Row) -> Sight:
        return "full" if self.hq else None

    def party(self, row: Row) -> Sight:
        if self.hq or self.mine(row["id"]) or self.above(row["id"]):
            return "full"
        return "up" if DEALERS.get(self.viewer) == self.codes[row["id"]] else None

    def customer(self, row: Row) -> Sight:
        if self.mine(row["party_id"]):
            return "full"
        return "hq" if self.hq else None

    def order(self, row: Row) -> Sight:
        if self.hq or self.mine(row["seller_id"]) or self.mine(row["buyer_id"]):
            return "full"
        return "down" if self.above(row["seller_id"]) else None

    def order_side(self, row: Row) -> Sight:
        sight = self.order(self.truth["orders"][row["order_id"]])
        return sight if sight == "full" else None

    def shipment(self, row: Row) -> Sight:
        return "full" if self.hq or self.mine(row["seller_id"]) or self.mine(row["buyer_id"]) else None

    def move(self, row: Row) -> Sight:
        return "full" if self.hq or self.mine(row["party_id"]) or self.mine(row["counterparty_id"]) else None


RULES: dict[str, Callable[[Eyes, Row], Sight]] = {
    "category": lambda _eyes, _row: "full",
    "goods_range": Eyes.office,
    "product": Eyes.goods,
    "barcode": lambda eyes, row: eyes.goods(eyes.truth["product"][row["product_id"]]),
    "kept_goods": lambda eyes, row: "full" if eyes.mine(row["party_id"]) else None,
    "price_list": lambda _eyes, _row: "full",
    "price": lambda _eyes, _row: "full",
    "party": Eyes.party,
    "party_move": lambda eyes, row: (
        "full" if eyes.hq or any(eyes.mine(row[name]) for name in ("party_id", "from_id", "to_id")) else None
    ),
    "person": Eyes.own,
    "device_health": Eyes.own,
    "network_policy": lambda _eyes, _row: "full",
    "field_clash": Eyes.clash,
    "customer": Eyes.customer,
    "account_entry": Eyes.own,
    "shift": Eyes.own,
    "till_entry": lambda eyes, row: eyes.own(eyes.truth["shift"][row["shift_id"]]),
    "till_policy": Eyes.own,
    "orders": Eyes.order,
    "order_line": lambda eyes, row: eyes.order(eyes.truth["orders"][row["order_id"]]),
    "order_transition": Eyes.order_side,
    "payment": Eyes.order_side,
    "shipment": Eyes.shipment,
    "shipment_line": lambda eyes, row: eyes.shipment(eyes.truth["shipment"][row["shipment_id"]]),
    "claim": lambda eyes, row: eyes.shipment(eyes.truth["shipment"][row["shipment_id"]]),
    "place": Eyes.own,
    "stock_move": Eyes.move,
    "stock_balance": Eyes.own,
    "stock_document": Eyes.own,
    "lot": Eyes.own,
    "stock_count_line": lambda eyes, row: eyes.own(eyes.truth["stock_document"][row["document_id"]]),
    "order_attachment": Eyes.order_side,
    "stock_attachment": lambda eyes, row: eyes.own(eyes.truth["stock_document"][row["document_id"]]),
    "held_command": lambda eyes, row: "full" if eyes.hq or eyes.mine(row["upline_id"]) else None,
    "document_exception": lambda eyes, row: "full" if eyes.mine(row["upline_id"]) else eyes.own(row),
    "outcome": lambda _eyes, _row: None,
}
"""Table → how a viewer sees a row. All price lists here are for everyone; outcomes belong to the device alone."""

HIDDEN: dict[tuple[str, str], dict[str, object]] = {
    ("party", "up"): {"grade": None, "pause_at_zero": 0},
    ("customer", "hq"): {"name": "李**", "phone": "138****6621", "note": None, "pinyin": None, "initials": None},
    ("orders", "down"): {"customer_id": None, "note": "", "person_name": "", "reason": ""},
    ("field_clash", "hq"): {"stays": "", "other": ""},
    ("order_line", "down"): {"trace": "", "reason": ""},
}
"""What a masked viewer gets instead."""


def expected(eyes: Eyes) -> dict[tuple[str, str], list[object]]:
    """All rows that the viewer may see, as he may see them."""
    found: dict[tuple[str, str], list[object]] = {}
    for name, rows in eyes.truth.items():
        for row_id, row in rows.items():
            sight = RULES[name](eyes, row)
            if sight is None:
                continue
            hidden = HIDDEN.get((name, sight), {})
            if name == "customer" and eyes.mine(row["party_id"]):
                hidden = {}
            found[name, row_id] = row_values(metadata.tables[name], {**row, **hidden})
    return found


def snapshot(network: Network, code: str) -> dict[tuple[str, str], list[object]]:
    """What a new device of a party loads."""
    actor, key, _ = network.enrol("admin" if code == "HQ" else person_for(code, "clerk"))
    transport = network.transport(actor, key)
    found: dict[tuple[str, str], list[object]] = {}
    for table, _columns in transport.snapshot_start().tables:
        after = ""
        while True:
            chunk = transport.snapshot_chunk(table, after)
            for row in wire.ROW_LIST.decode(bytes(chunk.rows)):
                assert (table, str(row[0])) not in found, "each row once"
                found[table, str(row[0])] = list(row)
            after = chunk.next
            if not after:
                break
    return found


UPWARD = {"path", "parent_id"}
"""Columns of a party that name those above it."""
OF_ALL = {"network_policy"}
"""One row with headquarters' id, for everybody."""


def test_every_table_has_a_rule() -> None:
    assert sorted(RULES) == sorted(str(table.name) for table in synced_tables())


def test_feed_and_snapshot_give_each_party_its_rows(network: Network) -> None:
    play(network)
    network.intake.db_number()
    truth = {str(table.name): network.rows(table) for table in synced_tables()}
    assert not [name for name, rows in truth.items() if not rows and name != "category"], "the play fills every table"
    for code in PARTIES:
        wanted = expected(Eyes(network, code, truth))
        assert snapshot(network, code) == wanted, f"snapshot of {code}"
        reader = Reader(network, code, from_start=True)
        reader.read_on()
        assert reader.rows == wanted, f"feed of {code}"


def test_cache_of_a_shop_has_nothing_of_its_neighbour(network: Network) -> None:
    play(network)
    shop = network.counter("m2-clerk")
    strange = {network.party_id(code) for code in PARTIES} - {network.party_id("M2"), network.party_id("N1")}
    for table in (each for each in synced_tables() if each.name not in OF_ALL):
        for row in shop.rows(table).values():
            assert not strange & {str(value) for name, value in row.items() if name not in UPWARD}, table.name
