"""Two PCs edit one record offline: other fields are merged, the same field keeps both values."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest

from desktop.store import cache as caching
from domain.catalogue.handlers import decide_edit_product
from domain.catalogue.model import product
from domain.catalogue.provisional import decide_add_provisional, decide_adopt_product
from domain.clashes.handlers import decide_settle
from domain.customers.handlers import decide_add_customer, decide_edit_customer
from domain.customers.model import customer
from domain.kernel.clash import field_clash
from domain.kernel.errors import NotEntitled, Refused
from domain.kernel.outcome import document_exception, outcome
from domain.parties.handlers import decide_edit_person
from domain.parties.model import person
from server_stub.sync import repository_edits
from tests.support.factories.products import TEA
from tests.support.network import Counter, Network
from tests.support.seeing import assert_agrees


def tea(shop: Counter) -> dict[str, Any]:
    return next(row for row in shop.rows(product).values() if row["code"] == TEA)


def edit_tea(office: Counter, **changes: Any) -> str:
    known = {name: tea(office)[name] for name in ("name", "spec", "unit", "category_id", "tax_rate_bp")}
    stocked = bool(tea(office)["stocked"])
    return office.perform(partial(decide_edit_product, code=TEA, **{**known, "stocked": stocked, **changes})).command_id


def told(office: Counter, command_id: str) -> tuple[str, str, dict[str, Any]]:
    row = office.rows(outcome)[command_id]
    return row["status"], row["code"], json.loads(row["params"])


def test_fields_that_do_not_meet_are_both_there(network: Network) -> None:
    first, second = network.counter("admin"), network.counter("staff")
    one, other = edit_tea(first, name="龙井 特级"), edit_tea(second, spec="礼盒")
    first.sync()
    second.sync()
    first.sync()
    assert (tea(first)["name"], tea(first)["spec"]) == ("龙井 特级", "礼盒")
    assert told(first, one)[0] == told(second, other)[0] == "confirmed"
    for office in (first, second):
        assert_agrees(network, office)


def test_the_same_field_keeps_both_values(network: Network) -> None:
    first, second = network.counter("admin"), network.counter("staff")
    edit_tea(first, name="龙井 一级")
    later = edit_tea(second, name="龙井 特级", unit="罐")
    assert tea(second)["name"] == "龙井 特级", "his own PC shows his value until the server has spoken"
    first.sync()
    second.sync()
    status, code, params = told(second, later)
    assert (status, code) == ("exception", "field_clash")
    assert params["values"] == {"name": {"mine": "龙井 特级", "theirs": "龙井 一级"}}
    assert (tea(second)["name"], tea(second)["unit"]) == ("龙井 一级", "罐"), "what did not clash is kept"
    first.sync()
    for office in (first, second):
        assert_agrees(network, office)


def test_two_edits_of_one_pc_are_no_clash(network: Network) -> None:
    office = network.counter("admin")
    edits = [edit_tea(office, name="一"), edit_tea(office, name="二"), edit_tea(office, name="三", spec="盒")]
    office.sync()
    assert [told(office, each)[0] for each in edits] == ["confirmed"] * 3
    assert (tea(office)["name"], tea(office)["spec"]) == ("三", "盒")


def test_a_customers_data_is_told_to_the_editor_alone(network: Network) -> None:
    """Headquarters knows customers masked: the exception that it sees names the field, not the values."""
    owner, clerk = network.counter("m1-owner"), network.counter("m1-clerk")
    added = owner.perform(partial(decide_add_customer, name="李建国", phone="13812346621")).document_id
    owner.sync()
    clerk.sync()
    change = partial(decide_edit_customer, customer_id=added, name="李建国", note="", grade="")
    owner.perform(partial(change, phone="13900000001"))
    later = clerk.perform(partial(change, phone="13700000002"))
    owner.sync()
    clerk.sync()
    assert told(clerk, later.command_id)[2]["values"] == {"phone": {"mine": "13700000002", "theirs": "13900000001"}}
    assert clerk.rows(customer)[added]["phone"] == "13900000001"
    hq = network.counter("admin")
    (seen,) = hq.rows(document_exception).values()
    assert json.loads(seen["params"]) == {"table": "customer", "fields": ["phone"]}


def test_what_was_forgotten_is_never_written_over(network: Network) -> None:
    first, second = network.counter("admin"), network.counter("staff")
    edit_tea(first, name="龙井 一级")
    later = edit_tea(second, spec="礼盒")
    first.sync()
    network.db.run(lambda connection: repository_edits.forget(connection, network.clock.ms + 1_000_000))
    second.sync()
    status, code, params = told(second, later)
    assert (status, code) == ("exception", "field_clash")
    assert params["values"].keys() == {"name", "spec"}
    assert tea(second)["name"] == "龙井 一级"


def test_a_role_and_a_suspension_given_at_two_desks_both_hold(network: Network) -> None:
    first, second = network.counter("admin"), network.counter("admin")
    clerk = network.person_id("m1-clerk")
    first.perform(lambda ctx: decide_edit_person(ctx, person_id=clerk, role="warehouse", status="active"))
    second.perform(lambda ctx: decide_edit_person(ctx, person_id=clerk, role="clerk", status="suspended"))
    first.sync()
    second.sync()
    first.sync()
    row = network.rows(person)[clerk]
    assert (row["role"], row["status"]) == ("warehouse", "suspended")
    for office in (first, second):
        assert_agrees(network, office)


def clashed(network: Network) -> tuple[Counter, Counter, str]:
    """Two desks of headquarters gave the tea two names; the second one's edit came second. And the clash's id."""
    first, second = network.counter("admin"), network.counter("staff")
    for office in (first, second):
        office.transport.intake.search_keys = lambda words: (f"keys of {words}", "")
    edit_tea(first, name="龙井 一级")
    edit_tea(second, name="龙井 特级")
    for office in (first, second, first):
        office.sync()
    [clash_id] = first.rows(field_clash)
    return first, second, clash_id


def settle(office: Counter, clash_id: str, keep: str) -> str:
    return office.perform(lambda ctx: decide_settle(ctx, clash_id, keep=keep)).command_id


def clash_at(office: Counter, clash_id: str) -> dict[str, Any]:
    return office.rows(field_clash)[clash_id]


def open_exceptions(office: Counter) -> list[str]:
    return [row["code"] for row in office.rows(document_exception).values() if row["status"] == "open"]


def test_both_values_are_shown_with_who_when_and_from_where(network: Network) -> None:
    first, second, clash_id = clashed(network)
    row = clash_at(first, clash_id)
    assert (row["field"], row["stays"], row["other"]) == ("name", '"龙井 一级"', '"龙井 特级"')
    assert (row["stays_by"], row["other_by"]) == ("admin", "staff")
    assert (row["stays_device"], row["other_device"]) == tuple(each.store.known.device_id for each in (first, second))
    assert row["stays_at"] > 0 < row["other_at"]
    assert row["state"] == "open"


@pytest.mark.parametrize(("keep", "name"), [("stays", "龙井 一级"), ("other", "龙井 特级")])
def test_a_choice_holds_offline_at_once_and_everywhere_after(network: Network, keep: str, name: str) -> None:
    first, second, clash_id = clashed(network)
    chosen = settle(first, clash_id, keep)
    assert (tea(first)["name"], clash_at(first, clash_id)["state"]) == (name, keep), "without a network"
    assert tea(second)["name"] == "龙井 一级"
    first.sync()
    second.sync()
    assert told(first, chosen)[0] == "confirmed"
    for office in (first, second):
        row = clash_at(office, clash_id)
        assert (tea(office)["name"], row["state"], row["settled_by"]) == (name, keep, "admin")
        assert (row["stays"], row["other"]) == ('"龙井 一级"', '"龙井 特级"'), "both are kept"
        assert open_exceptions(office) == []
        assert_agrees(network, office)
    assert tea(second)["pinyin"] == f"keys of {name}", "as every edit of a name"
    with pytest.raises(Refused, match="clash_settled"):
        settle(second, clash_id, "stays")


def test_two_people_choose_the_same_and_two_choose_otherwise(network: Network) -> None:
    first, second, clash_id = clashed(network)
    one, same = settle(first, clash_id, "other"), settle(second, clash_id, "other")
    third = network.counter("admin")
    otherwise = settle(third, clash_id, "stays")
    assert tea(third)["name"] == "龙井 一级"
    for office in (first, second, third):
        office.sync()
    assert told(first, one)[0] == told(second, same)[0] == "confirmed"
    assert told(third, otherwise) == ("refused", "clash_settled", {"person": "admin"})
    assert tea(third)["name"] == "龙井 特级", "its layer came off"
    for office in (first, second, third):
        office.sync()
        assert_agrees(network, office)


def test_who_has_not_seen_what_stands_there_now_chooses_again(network: Network) -> None:
    first, second, clash_id = clashed(network)
    edit_tea(first, name="西湖龙井")
    first.sync()
    unseen = settle(second, clash_id, "other")
    second.sync()
    assert told(second, unseen)[:2] == ("refused", "clash_moved")
    row = clash_at(second, clash_id)
    assert (row["state"], row["stays"], tea(second)["name"]) == ("open", '"西湖龙井"', "西湖龙井")
    settle(second, clash_id, "other")
    second.sync()
    assert (tea(second)["name"], clash_at(second, clash_id)["state"]) == ("龙井 特级", "other")


def test_an_edit_that_makes_both_the_same_closes_it(network: Network) -> None:
    first, second, clash_id = clashed(network)
    edit_tea(first, name="龙井 特级")
    assert clash_at(first, clash_id)["state"] == "same", "here at once"
    first.sync()
    second.sync()
    assert (clash_at(second, clash_id)["state"], clash_at(second, clash_id)["settled_by"]) == ("same", "admin")
    assert open_exceptions(second) == [], "nothing is left to look at"
    assert_agrees(network, second)


def test_three_values_are_chosen_from_two_at_a_time(network: Network) -> None:
    offices = [network.counter(user) for user in ("admin", "staff", "admin")]
    for office, name in zip(offices, ("一", "二", "三"), strict=True):
        edit_tea(office, name=name)
    for office in (*offices, offices[0]):
        office.sync()
    first = offices[0]
    by_value = {row["other"]: clash_id for clash_id, row in first.rows(field_clash).items()}
    assert by_value.keys() == {'"二"', '"三"'}
    settle(first, by_value['"二"'], "other")
    assert clash_at(first, by_value['"三"'])["stays"] == '"二"', "against what stands there now"
    first.sync()
    assert open_exceptions(first) == ["field_clash"] * 2, "one is left to choose"
    settle(first, by_value['"三"'], "stays")
    first.sync()
    assert (tea(first)["name"], open_exceptions(first)) == ("二", [])
    assert_agrees(network, first)


def test_a_customers_two_values_are_the_shops_alone(network: Network) -> None:
    owner, clerk = network.counter("m1-owner"), network.counter("m1-clerk")
    added = owner.perform(partial(decide_add_customer, name="李建国", phone="13812346621")).document_id
    owner.sync()
    clerk.sync()
    change = partial(decide_edit_customer, customer_id=added, name="李建国", note="", grade="")
    owner.perform(partial(change, phone="13900000001"))
    clerk.perform(partial(change, phone="13700000002"))
    for shop in (owner, clerk, owner):
        shop.sync()
    hq = network.counter("admin")
    hq.sync()
    [clash_id] = hq.rows(field_clash)
    assert (clash_at(hq, clash_id)["stays"], clash_at(hq, clash_id)["other"]) == ("", "")
    with pytest.raises(NotEntitled):
        settle(hq, clash_id, "stays")
    settle(clerk, clash_id, "other")
    clerk.sync()
    owner.sync()
    assert owner.rows(customer)[added]["phone"] == "13700000002"
    for counter in (owner, clerk, hq):
        counter.sync()
        assert_agrees(network, counter)


def test_a_choice_that_comes_with_a_snapshot_clears_the_inbox_too(network: Network) -> None:
    first, second, clash_id = clashed(network)
    assert [row["code"] for row in second.store.ledger.list_needing()] == ["field_clash"]
    settle(first, clash_id, "stays")
    first.sync()
    with second.store.cache.write() as connection:
        caching.set_meta(connection, "cursor", "")
    second.sync()
    assert clash_at(second, clash_id)["state"] == "stays"
    assert second.store.ledger.list_needing() == []


def test_what_was_forgotten_clashes_without_a_name(network: Network) -> None:
    first, second = network.counter("admin"), network.counter("staff")
    edit_tea(first, name="龙井 一级")
    edit_tea(second, spec="礼盒")
    first.sync()
    network.db.run(lambda connection: repository_edits.forget(connection, network.clock.ms + 1_000_000))
    second.sync()
    rows = {row["field"]: row for row in second.rows(field_clash).values()}
    assert rows.keys() == {"name", "spec"}
    assert [rows["name"][name] for name in ("stays_by", "stays_device", "stays_at")] == ["", None, 0]


def test_a_name_given_when_a_shops_own_product_is_adopted_is_what_stays(network: Network) -> None:
    """Whoever chooses afterwards sees the name that stands there; nobody writes over one that he has not seen."""
    shop, first, second = network.counter("m1-owner"), network.counter("admin"), network.counter("staff")
    made = shop.perform(partial(decide_add_provisional, name="手工糖", unit="", price=90_000, code="4006381333931"))
    for each in (shop, first, second):
        each.sync()
    known: dict[str, Any] = {
        "code": made.number,
        "spec": "",
        "unit": "",
        "category_id": None,
        "tax_rate_bp": 0,
        "stocked": True,
    }
    for office, name in ((first, "一"), (second, "二")):
        office.perform(partial(decide_edit_product, **known, name=name))
        office.sync()
    first.sync()
    [clash_id] = first.rows(field_clash)
    unseen = settle(second, clash_id, "other")
    first.perform(partial(decide_adopt_product, product_id=made.document_id, name="散装硬糖"))
    assert clash_at(first, clash_id)["stays"] == '"散装硬糖"', "here at once"
    first.sync()
    second.sync()
    assert told(second, unseen)[:2] == ("refused", "clash_moved")
    assert second.rows(product)[made.document_id]["name"] == "散装硬糖"
    assert (clash_at(second, clash_id)["stays"], clash_at(second, clash_id)["state"]) == ('"散装硬糖"', "open")
    assert_agrees(network, second)
