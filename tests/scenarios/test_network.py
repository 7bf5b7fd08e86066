"""A network's day: two shops sell offline, order from their upline, receive short; headquarters sees all of it.

Everything through the two command lines, a real server process and real HTTP.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from desktop.store.ledger import SAVED
from domain.orders.model import claim
from tests.scenarios.conservation import check_nothing_lost_or_doubled
from tests.support.network import PASSWORD, rows_of
from tests.support.processes import Pc, Server, environment_of, office, run_process, running_server

ORDER_KEYS = {"id", "number", "state", "total", "lines"}
ITEM_KEYS = {"id", "number", "kind", "state", "sync", "amount", "customer", "at"}
SYNC_KEYS = {"online", "pushed", "accepted", "excepted", "refused", "parked", "pulled", "cursor"}
STOCK_KEYS = {"code", "place", "on_hand", "reserved", "available", "as_of"}


def found_network(database: str, home: Path) -> None:
    """Headquarters → T1 → two shops, their people, two products; with the server's command line."""

    def do(*words: str, stdin: str = "") -> Any:
        said = office(database, home, *words, stdin=stdin)
        assert said.code == 0, (words, said)
        return said.data

    do("init", "--admin-password-stdin", stdin=PASSWORD + "\n")
    assert office(database, home, "init", "--admin-password-stdin", stdin="x\n").code == 1, "once only"
    for code, name, parent in (("T1", "一级", "HQ"), ("S1", "城东店", "T1"), ("S2", "城西店", "T1")):
        do("dealer", "add", "--code", code, "--name", name, "--parent", parent)
    people = {"t1": ("T1", "owner"), "s1": ("S1", "clerk"), "s1-stock": ("S1", "warehouse"), "s2": ("S2", "owner")}
    for name, (dealer, role) in people.items():
        words = ("user", "add", "--dealer", dealer, "--role", role, "--name", name, "--password-stdin")
        do(*words, stdin=PASSWORD + "\n")
    do("product", "add", "--code", "TEA", "--name", "龙井茶", "--price", "10.00", "--barcode", "6901234567892")
    do("product", "add", "--code", "RICE", "--name", "大米", "--price", "3.3333")


def stock_of(pc: Pc, code: str = "TEA", place: str = "MAIN") -> tuple[str, str, str]:
    """(on hand, reserved, available) as the counter shows them."""
    for item in pc.do("stock", "list")["items"]:
        assert set(item) >= STOCK_KEYS
        if (item["code"], item["place"]) == (code, place):
            return item["on_hand"], item["reserved"], item["available"]
    return "0", "0", "0"


def state_of(pc: Pc, order_id: str) -> tuple[str, str]:
    """(state, sync) of an order in a counter's list."""
    return next((i["state"], i["sync"]) for i in pc.do("orders", "list")["items"] if i["id"] == order_id)


@pytest.fixture
def network(empty_database: str, tmp_path: Path) -> Any:
    """A served network made from nothing."""
    found_network(empty_database, tmp_path / "server-home")
    with running_server(tmp_path, empty_database) as server:
        yield server


def enrolled(server: Server, folder: Path) -> dict[str, Pc]:
    """Everybody's PC, enrolled, its first round done."""
    pcs = {}
    for user in ("admin", "t1", "s1", "s1-stock", "s2"):
        pc = pcs[user] = Pc(folder / user)
        told = pc.enrol(server, user)
        assert told["user"] == user
        assert set(pc.do("sync")) >= SYNC_KEYS
    return pcs


def test_a_day_of_a_network(network: Server, tmp_path: Path) -> None:
    pcs = enrolled(network, tmp_path)
    network.stop()
    sell_offline(pcs)
    network.start()
    for user in ("s1", "s1-stock", "s2"):
        told = pcs[user].do("sync")
        assert told["online"]
        assert told["refused"] == told["parked"] == 0
    order_id = replenish(pcs)
    check_what_everybody_sees(pcs, order_id)
    check_nothing_lost_or_doubled(network.database, pcs["s2"])
    assert not network.complaints()


def sell_offline(pcs: dict[str, Pc]) -> None:
    """The server is not there; the shops work."""
    said = pcs["s1"].run("sync")
    assert said.code == 1
    assert said.data["online"] is False
    assert said.err
    pcs["s1-stock"].do("intake", "direct", "--line", "TEA:20", "--supplier", "本地")
    assert stock_of(pcs["s1-stock"]) == ("20", "0", "20"), "own moves count before the server knows of them"
    sale = pcs["s1"].do("order", "sale", "--line", "TEA:2", "--line", "RICE:1.5@3.20", "--pay", "cash:50")
    assert set(sale) >= ORDER_KEYS
    assert (sale["state"], sale["total"], len(sale["lines"])) == ("completed", "24.80", 2)
    by_scan = pcs["s1"].do("order", "sale", "--line", "6901234567892:1")
    assert by_scan["lines"][0]["code"] == "TEA"
    for _ in range(3):
        pcs["s2"].acknowledged.append(pcs["s2"].do("order", "sale", "--line", "TEA:1")["number"])
    outbox = pcs["s1"].do("outbox", "list")
    assert set(outbox) >= {"unsent", "amount", "oldest", "items"}
    assert (outbox["unsent"], outbox["amount"], len(outbox["items"])) == (2, "34.80", 2)
    listed = pcs["s1"].do("orders", "list")
    assert (listed["total"], {item["sync"] for item in listed["items"]}) == (2, {SAVED})
    assert all(set(item) >= ITEM_KEYS for item in listed["items"])
    pcs["s1-stock"].do("stock", "count", "--line", "TEA:19")
    assert stock_of(pcs["s1-stock"]) == ("19", "0", "19"), "n at this moment"


def replenish(pcs: dict[str, Pc]) -> str:
    """S1 orders from T1, which approves and ships; two pieces are missing on arrival."""
    s1, t1, receiving = pcs["s1"], pcs["t1"], pcs["s1-stock"]
    t1.do("intake", "direct", "--line", "TEA:100")
    order = s1.do("order", "replenish", "--line", "TEA:10")
    assert order["state"] == "submitted"
    order_id = str(order["id"])
    s1.do("sync")
    t1.do("sync")
    assert state_of(t1, order_id) == ("submitted", "confirmed")
    assert t1.do("order", "approve", order_id)["state"] == "approved"
    t1.do("sync")
    assert state_of(t1, order_id)[0] == "allocated"
    assert stock_of(t1) == ("100", "10", "90")
    shipment = t1.do("order", "ship", order_id, "--carrier", "顺丰")["shipment"]
    t1.do("sync")
    assert stock_of(t1) == ("90", "0", "90")
    assert stock_of(t1, place="TRANSIT")[0] == "10"
    receiving.do("sync")
    [incoming] = receiving.do("intake", "list")["items"]
    assert (incoming["number"], incoming["lines"][0]["expected"]) == (shipment["number"], "10")
    receiving.do("intake", "receive", shipment["id"], "--line", "TEA:8")
    for pc in (receiving, t1, s1):
        assert pc.do("sync")["online"]
    assert receiving.do("intake", "list")["items"] == []
    return order_id


def check_what_everybody_sees(pcs: dict[str, Pc], order_id: str) -> None:
    """The upline and headquarters see it, the neighbour does not; stock is right on all sides."""
    for user in ("s1", "t1", "admin"):
        pcs[user].do("sync")
        assert state_of(pcs[user], order_id) == ("received", "confirmed"), user
    # 20 in, 3 sold (of which the counting PC knew nothing), counted 19 of 20 in its book, 8 received
    assert stock_of(pcs["s1"])[0] == "24"
    assert stock_of(pcs["t1"])[0] == "90"
    assert stock_of(pcs["t1"], place="TRANSIT")[0] == "2", "what is short stays in transit until the claim is settled"
    pcs["s2"].do("sync")
    assert stock_of(pcs["s2"])[0] == "-3"
    neighbour = pcs["s2"].do("orders", "list")
    assert neighbour["total"] == 3
    assert {item["kind"] for item in neighbour["items"]} == {"retail"}
    everything = pcs["admin"].do("orders", "list")
    assert everything["total"] == 6
    profile = pcs["s2"].profile()
    with profile.store.read() as connection:
        seen = {table: connection.exec_driver_sql(f"SELECT COUNT(*) FROM {table}").scalar() for table in FOREIGN}
    profile.close()
    assert seen == dict.fromkeys(FOREIGN, 0)
    profile = pcs["t1"].profile()
    with profile.store.read() as connection:
        [short] = rows_of(connection, claim).values()
    profile.close()
    assert (short["kind"], short["quantity"]) == ("short", 2000)
    inbox = pcs["s2"].do("inbox", "list")["items"]
    assert len(inbox) == 3, "sold below zero"
    assert set(inbox[0]) >= {"id", "document", "code", "message", "ways"}
    assert {item["code"] for item in inbox} == {"stock_below_zero"}


FOREIGN = ("shipment", "shipment_line", "claim", "customer", "stock_count_line")
"""Tables of which the neighbour S2 has nothing of its own, so anything would be somebody else's."""


def test_exit_codes_as_processes(tmp_path: Path) -> None:
    """0 done, 1 refused with a message, 2 wrong usage; nothing ever asks."""
    home = environment_of(tmp_path / "pc")
    refused = run_process("desktop.app.cli", ["order", "sale", "--line", "TEA:1", "--json"], home)
    assert refused.code == 1
    assert refused.out == ""
    assert "not_enrolled" in refused.err or refused.err.strip()
    assert run_process("desktop.app.cli", ["order", "sale"], home).code == 2
    assert run_process("server_stub.cli", ["dealer", "add", "--code", "X", "--name", "Y"], home).code == 1
    made = run_process("server_stub.cli", ["init", "--admin-password-stdin", "--json"], home, stdin="geheim-1\n")
    assert (made.code, made.data["dealer"]) == (0, "HQ")
    no_password = run_process("server_stub.cli", ["init", "--admin-password-stdin"], home)
    assert no_password.code == 1
