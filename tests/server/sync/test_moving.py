"""A dealer moves to another upline: what is below it leaves the one's sight and enters the other's, without a flood."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from domain.customers.model import customer
from domain.kernel.errors import Refused
from domain.kernel.tables import metadata
from domain.orders.model import orders
from domain.parties.model import party, party_move
from domain.parties.moving import decide_move_dealer
from server_stub.audit.service import audit
from server_stub.sync import repository, repository_push
from server_stub.sync.network import NetworkTree
from tests.server.sync.test_visibility import play
from tests.support.factories.parties import PARTIES, person_for
from tests.support.network import Counter, Network
from tests.support.seeing import assert_agrees


def open_shops(network: Network) -> dict[str, Counter]:
    return {code: network.counter("admin" if code == "HQ" else person_for(code, "owner")) for code in PARTIES}


def move(hq: Counter, code: str, to: str) -> None:
    row = next(row for row in hq.rows(party).values() if row["code"] == code)
    hq.perform(partial(decide_move_dealer, party_id=row["id"], to_code=to))
    hq.sync()


def sellers(shop: Counter) -> set[str]:
    codes = {row["id"]: row["code"] for row in shop.rows(party).values()}
    return {codes.get(row["seller_id"], "?") for row in shop.rows(orders).values() if row["kind"] == "retail"}


def test_the_subtree_leaves_one_upline_and_enters_the_other(network: Network) -> None:
    play(network)
    shops = open_shops(network)
    assert sellers(shops["N1"]) == {"N1", "M1", "M2", "C1"}
    assert sellers(shops["E1"]) == {"E1", "E11"}
    with network.db.read() as connection:
        before = repository.head_sequence(connection)
    move(shops["HQ"], "M1", "E1")
    with network.db.read() as connection:
        assert repository.head_sequence(connection) - before <= 2, "one commit, however much there is below"
    for shop in shops.values():
        shop.sync()
        assert_agrees(network, shop)
    assert sellers(shops["N1"]) == {"N1", "M2"}
    assert sellers(shops["E1"]) == {"E1", "E11", "M1", "C1"}
    assert {row["code"] for row in shops["C1"].rows(party).values()} == {"C1", "M1"}
    assert {row["code"] for row in shops["M1"].rows(party).values()} == {"M1", "C1", "E1"}
    # What N1 sold to M1 is N1's document for ever.
    assert any(row["kind"] == "replenishment" for row in shops["N1"].rows(orders).values())
    assert not [check for check in audit(network.db) if not check.ok]


def test_what_happens_afterwards_goes_to_the_new_upline_only(network: Network) -> None:
    shops = open_shops(network)
    move(shops["HQ"], "M1", "E1")
    sold = shops["C1"].sell()
    for code in ("C1", "N1", "E1", "M1"):
        shops[code].sync()
        assert_agrees(network, shops[code])
    assert sold.document_id in shops["E1"].rows(orders)
    assert sold.document_id in shops["M1"].rows(orders)
    assert sold.document_id not in shops["N1"].rows(orders)


def test_places_and_the_date_of_the_move(network: Network) -> None:
    hq = network.counter("admin")
    home = network.rows(party)[network.party_id("C1")]["home"]
    move(hq, "M1", "HQ")
    rows = {row["code"]: row for row in network.rows(party).values()}
    above = {row["id"]: row["code"] for row in rows.values()}
    assert {code: row["tier"] for code, row in rows.items() if code in ("M1", "C1", "M2")} == {
        "M1": 1,
        "C1": 2,
        "M2": 2,
    }
    assert [above[part] for part in rows["C1"]["path"].split("/")] == ["M1", "HQ"]
    assert rows["C1"]["home"] == home, "history is kept where it began"
    (moved,) = network.rows(party_move).values()
    assert [above[moved[name]] for name in ("party_id", "from_id", "to_id")] == ["M1", "N1", "HQ"]
    assert moved["business_date"] == hq.clock.today()


@pytest.mark.parametrize(
    ("code", "to", "why"), [("M1", "N1", "already_there"), ("N1", "C1", "below_itself"), ("N1", "E1", "too_deep")]
)
def test_moves_that_make_no_tree_are_refused(network: Network, code: str, to: str, why: str) -> None:
    hq = network.counter("admin")
    with pytest.raises(Refused, match=why):
        move(hq, code, to)


def test_two_offices_move_one_dealer(network: Network) -> None:
    """The second one did not know: it is asked to look again, and nothing is half done."""
    first, second = network.counter("admin"), network.counter("staff")
    move(first, "M1", "E1")
    row = next(row for row in second.rows(party).values() if row["code"] == "M1")
    second.perform(partial(decide_move_dealer, party_id=row["id"], to_code="HQ"))
    assert second.sync().refused == 1
    assert_agrees(network, second)
    assert network.rows(party)[row["id"]]["parent_id"] == network.party_id("E1")


def test_customers_stay_with_their_dealer(network: Network) -> None:
    """An upline sees no customers, neither the old one nor the new one."""
    play(network)
    shops = open_shops(network)
    move(shops["HQ"], "M1", "E1")
    shops["E1"].sync()
    known = {row["party_id"] for row in shops["E1"].rows(customer).values()}
    assert known == {network.party_id("E1")}
    assert shops["M1"].rows(metadata.tables["customer"])


def test_what_is_remembered_of_the_tree_is_of_its_present_state(network: Network) -> None:
    """Commands of one push share what they know of the tree; a move by somebody else makes it void."""
    hq = network.counter("admin")
    shared: dict[str, Sequence[str]] = {}
    mover = network.party_id("C1")
    with network.db.write() as connection:
        assert network.party_id("N1") in NetworkTree(connection, shared).hold().ancestors(mover)
    move(hq, "M1", "E1")
    with network.db.write() as connection:
        assert network.party_id("E1") in NetworkTree(connection, shared).hold().ancestors(mover)


@pytest.mark.postgresql
def test_nobody_is_moved_while_a_command_is_under_way(network_at_pg: Network) -> None:
    """Else the command's rows would go to the old upline after it has cleared them."""
    with network_at_pg.db.write() as working:
        NetworkTree(working).hold()
        with network_at_pg.db.write() as another:
            NetworkTree(another).hold()  # commands do not wait for each other
        with pytest.raises(OperationalError), network_at_pg.db.write() as moving:
            moving.execute(text("SET LOCAL lock_timeout = '50ms'"))
            repository.own_tree(moving)


@pytest.mark.postgresql
def test_the_place_of_an_envelope_holds_the_tree_too(network_at_pg: Network) -> None:
    one, another = (network_at_pg.enrol("m1-clerk")[0].device_id for _ in range(2))
    for device_id in (one, another):
        network_at_pg.db.run(lambda connection: repository_push.lock_place(connection, device_id, 1))  # noqa: B023 - called at once
    with network_at_pg.db.write() as working:
        assert repository_push.lock_place(working, one, 1)["last_sequence"] == 0
        with network_at_pg.db.write() as other:
            other.execute(text("SET LOCAL lock_timeout = '50ms'"))
            repository_push.lock_place(other, another, 1)  # commands of other devices do not wait
            with pytest.raises(OperationalError):
                repository_push.lock_place(other, one, 1)
        with pytest.raises(OperationalError), network_at_pg.db.write() as moving:
            moving.execute(text("SET LOCAL lock_timeout = '50ms'"))
            repository.own_tree(moving)
