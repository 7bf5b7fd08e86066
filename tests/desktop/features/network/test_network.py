"""Dealers and people as headquarters and an owner maintain them, by key presses."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.features.network import operations
from desktop.features.network.network_view import NetworkView
from desktop.widgets.accessible import unnamed_controls
from desktop.widgets.dialog import Dialog
from domain.kernel.context import Actor
from domain.kernel.ids import HQ_PARTY_ID
from tests.support.counter import SHOP, T1, Counter
from tests.support.entering import dialog_of, enter, type_in

Open = Callable[[str, str], tuple[Counter, NetworkView]]


def go_to(qtbot: QtBot, view: NetworkView, party_id: str) -> None:
    view.grid.select_key(party_id)
    qtbot.waitUntil(lambda: view.branch is not None and view.branch.id == party_id)


def enabled(view: NetworkView) -> set[str]:
    """Ids of what can be done now."""
    return {one.id.partition(".")[2] for one in view.actions_here.declared if view.actions_here[one.id].isEnabled()}


def test_the_tree_shows_who_stands_below_whom(open_screen: Open) -> None:
    counter, view = open_screen("HQ", "hq_admin")
    branches = operations.tree(counter.store)
    assert [(branch.party["code"], branch.depth) for branch in branches] == [
        ("HQ", 0),
        ("T1", 1),
        ("S1", 2),
        ("S11", 3),
    ]
    assert view.branch is not None
    assert view.branch.id == HQ_PARTY_ID


def test_the_search_names_its_key(open_screen: Open) -> None:
    _, view = open_screen("HQ", "hq_admin")
    assert view.search.placeholderText() == "名称、编码、地区或等级  F2"
    QTest.keyClick(view.grid.table, Qt.Key.Key_F2)
    assert view.search.hasFocus()


def test_a_dealer_is_added_below_the_chosen_party(qtbot: QtBot, open_screen: Open) -> None:
    counter, view = open_screen("HQ", "hq_staff")
    go_to(qtbot, view, T1)
    QTest.keyClick(view.grid.table, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    dialog = dialog_of(qtbot)
    type_in(qtbot, dialog, code="s2", name="城西店", region="杭州", grade="银牌")
    enter(qtbot, dialog)
    qtbot.waitUntil(lambda: view.grid.model.rowCount() == 5)
    found = next(branch for branch in operations.tree(counter.store) if branch.party["code"] == "S2")
    assert (found.depth, found.party["parent_id"], found.party["grade"]) == (2, T1, "银牌")


def test_nothing_stands_below_the_third_tier(qtbot: QtBot, open_screen: Open) -> None:
    counter, view = open_screen("HQ", "hq_admin")
    go_to(qtbot, view, operations.tree(counter.store)[-1].id)
    assert "add_dealer" not in enabled(view)
    assert "edit_dealer" in enabled(view)


def test_a_taken_code_is_refused_at_its_field(qtbot: QtBot, open_screen: Open) -> None:
    _, view = open_screen("HQ", "hq_admin")
    view.add_dealer()
    dialog = dialog_of(qtbot)
    type_in(qtbot, dialog, code="S1", name="又一家")
    enter(qtbot, dialog)
    qtbot.waitUntil(dialog.form.has_errors)
    assert dialog.form.errors() == {"code": "code_taken"}


def test_a_dealers_file_is_changed(qtbot: QtBot, open_screen: Open) -> None:
    counter, view = open_screen("HQ", "hq_admin")
    go_to(qtbot, view, SHOP)
    QTest.keyClick(view.grid.table, Qt.Key.Key_F4)
    dialog = dialog_of(qtbot)
    dialog.form.field("status").set_value("suspended")  # type: ignore[attr-defined]
    QTest.keyClick(dialog.form.field("pause"), Qt.Key.Key_Space)
    type_in(qtbot, dialog, name="城东旗舰店")
    enter(qtbot, dialog)
    qtbot.waitUntil(lambda: view.branch is not None and view.branch.party["name"] == "城东旗舰店")
    assert view.branch is not None
    assert (view.branch.party["status"], view.branch.party["pause_at_zero"]) == ("suspended", 1)
    assert counter.posted == []


def test_an_owner_adds_a_clerk_of_his_own_shop(qtbot: QtBot, open_screen: Open) -> None:
    counter, view = open_screen("S1", "owner")
    assert enabled(view) == {"find", "add_person", "password", "reset_pin"}
    QTest.keyClick(view.grid.table, Qt.Key.Key_F7)
    dialog = dialog_of(qtbot)
    type_in(qtbot, dialog, name="赵小雨", password="secret-1", again="secret-1")
    enter(qtbot, dialog)
    qtbot.waitUntil(lambda: len(operations.people_of(counter.store, SHOP)) == 2)
    added = next(row for row in operations.people_of(counter.store, SHOP) if row["name"] == "赵小雨")
    assert added["role"] == "clerk"
    qtbot.waitUntil(lambda: view.detail.people.model.rowCount() == 2)


@pytest.mark.parametrize(
    ("password", "again", "errors"),
    [("short", "short", {"password": "password_too_short"}), ("secret-1", "secret-2", {"again": "passwords_differ"})],
)
def test_a_bad_password_is_said_at_its_field(
    qtbot: QtBot, open_screen: Open, password: str, again: str, errors: dict[str, str]
) -> None:
    _, view = open_screen("S1", "owner")
    view.add_person()
    dialog = dialog_of(qtbot)
    type_in(qtbot, dialog, name="赵小雨", password=password, again=again)
    enter(qtbot, dialog)
    qtbot.waitUntil(dialog.form.has_errors)
    assert dialog.form.errors() == errors


def test_somebody_is_suspended_and_gets_another_role(qtbot: QtBot, open_screen: Open) -> None:
    counter, view = open_screen("S1", "owner")
    view.add_person()
    dialog = dialog_of(qtbot)
    type_in(qtbot, dialog, name="qian", password="secret-1", again="secret-1")
    enter(qtbot, dialog)
    qtbot.waitUntil(lambda: view.detail.people.model.rowCount() == 2)
    added = next(row for row in operations.people_of(counter.store, SHOP) if row["name"] == "qian")
    view.detail.people.select_key(added["id"])
    QTest.keyClick(view.detail.people.table, Qt.Key.Key_F8)
    dialog = dialog_of(qtbot)
    dialog.form.field("role").set_value("warehouse")  # type: ignore[attr-defined]
    dialog.form.field("status").set_value("suspended")  # type: ignore[attr-defined]
    enter(qtbot, dialog)
    qtbot.waitUntil(
        lambda: (
            [(row["role"], row["status"]) for row in operations.people_of(counter.store, SHOP) if row["name"] == "qian"]
            == [("warehouse", "suspended")]
        )
    )


def test_everybody_may_change_the_own_password(qtbot: QtBot, open_screen: Open) -> None:
    counter, view = open_screen("S1", "owner")
    QTest.keyClick(view.grid.table, Qt.Key.Key_F6)
    dialog = dialog_of(qtbot)
    type_in(qtbot, dialog, password="secret-1", again="secret-1")
    enter(qtbot, dialog)
    qtbot.waitUntil(lambda: counter.posted == ["network.password_set"])
    assert [row["kind"] for row in counter.store.ledger.recent()] == ["parties.set_password"]


def test_somebody_added_here_gets_in_here_with_no_network(qtbot: QtBot, open_screen: Open) -> None:
    counter, view = open_screen("S1", "owner")
    view.add_person()
    dialog = dialog_of(qtbot)
    type_in(qtbot, dialog, name="qian", password="secret-1", again="secret-1")
    enter(qtbot, dialog)
    qtbot.waitUntil(lambda: len(counter.people.here()) == 2)
    added = next(one for one in counter.people.here() if one.name == "qian")
    qtbot.waitUntil(lambda: counter.people.here()[1].has_password)
    assert counter.people.enter(added.person_id, "secret-1") == "password"
    assert counter.store.known.person_name == "qian"


def test_a_reset_pin_ends_here_at_once_and_elsewhere_by_its_stamp(qtbot: QtBot, open_screen: Open) -> None:
    counter, view = open_screen("S1", "owner")
    counter.people.set_pin("2580")
    before = counter.vault.keeper(counter.store.known.person_id)
    assert before is not None
    QTest.keyClick(view.grid.table, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, Dialog)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: counter.posted == ["network.pin_reset"])
    assert counter.vault.keeper(before.person_id) is None
    counter.vault._put(before)  # another PC, which the stamp reaches with its next sync
    counter.people.reconcile()
    assert counter.vault.keeper(before.person_id) is None


def test_headquarters_decides_what_holds_for_everybody(qtbot: QtBot, open_screen: Open) -> None:
    counter, view = open_screen("HQ", "hq_admin")

    def now() -> tuple[int, str]:
        rules = operations.network_rules(counter.store)
        return rules["lease_days"], rules["expired_sale"]

    assert now() == (30, "dealer")
    for days, expired in ((14, "dealer"), (60, "never")):
        QTest.keyClick(view.grid.table, Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
        dialog = dialog_of(qtbot)
        dialog.form.field("days").set_value(days)  # type: ignore[attr-defined]
        dialog.form.field("expired").set_value(expired)  # type: ignore[attr-defined]
        QTest.keyClick(dialog, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda wanted=(days, expired): now() == wanted)  # type: ignore[misc]
        qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)


@pytest.mark.parametrize(
    ("role", "party", "given"),
    [
        ("hq_admin", HQ_PARTY_ID, {"hq_admin", "hq_staff", "warehouse"}),
        ("hq_admin", SHOP, {"owner", "clerk", "warehouse"}),
        ("hq_staff", SHOP, set()),
        ("owner", SHOP, {"clerk", "warehouse"}),
        ("owner", T1, set()),
        ("clerk", SHOP, set()),
    ],
)
def test_who_may_give_which_role_where(role: str, party: str, given: set[str]) -> None:
    actor = Actor("p", "n", role, HQ_PARTY_ID if role.startswith("hq") else SHOP, "d")
    assert set(operations.roles_to_give(actor, party)) == given


def test_every_control_has_a_name(qtbot: QtBot, open_screen: Open) -> None:
    _, view = open_screen("HQ", "hq_admin")
    assert unnamed_controls(view) == []
    view.add_person()
    assert unnamed_controls(dialog_of(qtbot)) == []
    QTest.keyClick(dialog_of(qtbot), Qt.Key.Key_Escape)
    assert QApplication.activeModalWidget() is None
