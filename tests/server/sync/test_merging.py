"""Two PCs edit one record offline: other fields are merged, the same field keeps both values."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from domain.catalogue.handlers import decide_edit_product
from domain.catalogue.model import product
from domain.customers.handlers import decide_add_customer, decide_edit_customer
from domain.customers.model import customer
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
