"""The register of commands, and what a payload may be."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, strategies as st

from domain import registry
from domain.kernel.commands import Code, Date, Id, Name, Nature, Note, Short, all_commands, command_named, command_of
from domain.kernel.errors import Invalid
from domain.parties import roles
from tests.support.factories.orders import sale, sold, taken

ID = "018bcfe5-6800-7000-8000-000000000001"
NAMES = [kind.name for kind in registry.commands()]


@pytest.mark.parametrize("name", NAMES)
def test_every_command_is_complete(name: str) -> None:
    kind = command_named(name)
    assert kind.apply is not None
    assert callable(kind.entitled)
    assert kind.roles
    assert kind.roles <= roles.ALL
    assert kind.nature in Nature
    assert kind.version >= 1
    assert set(kind.upcasters) == set(range(1, kind.version)), "one from every version that was ever sealed"
    assert kind.struct.__struct_config__.frozen
    assert kind.struct.__struct_config__.forbid_unknown_fields
    if kind.personal is not None:
        assert kind.personal.__struct_config__.forbid_unknown_fields


def test_names_are_noun_and_verb() -> None:
    assert all(name.count(".") == 1 for name in NAMES)
    assert [kind.name for kind in all_commands()] == sorted(NAMES)


def test_unknown_command_and_future_schema_have_codes() -> None:
    with pytest.raises(Invalid, match="unknown_command"):
        command_named("moon.land")
    with pytest.raises(Invalid, match="future_schema"):
        command_named("orders.approve").decode(2, b"{}")
    with pytest.raises(Invalid, match="bad_payload"):
        command_named("orders.approve").decode(0, b"{}")


@pytest.mark.parametrize("field", ["role", "party_id ", "id", "total_", "__proto__"])
def test_no_field_can_be_smuggled_in(field: str) -> None:
    for payload in (sale(ID, sold(ID)), taken(ID, (ID, 1000))):
        kind = command_of(payload)
        fields = msgspec.json.decode(msgspec.json.encode(payload))
        assert kind.decode(kind.version, msgspec.json.encode(fields)) == payload
        with pytest.raises(Invalid, match="bad_payload"):
            kind.decode(kind.version, msgspec.json.encode({**fields, field: "hq_admin"}))


@given(st.binary(max_size=60))
def test_any_bytes_are_a_payload_or_a_coded_refusal(raw: bytes) -> None:
    for name in NAMES:
        try:
            command_named(name).decode(1, raw)
        except Invalid as error:
            assert error.code == "bad_payload"


@pytest.mark.parametrize("kind", [Code, Name, Short])
@pytest.mark.parametrize("text", ["a\x00", "a\nb", "a\n", "\x1b[0m", "x" * 201, "\x7f"])
def test_names_take_no_control_characters_and_have_an_end(kind: object, text: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(text, kind)


def test_notes_may_have_lines_but_nothing_else() -> None:
    assert msgspec.convert("一\n二\n", Note) == "一\n二\n"
    for text in ("\x00", "\x1b", "x" * 2001, "a\r"):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(text, Note)


@pytest.mark.parametrize(
    ("kind", "text"),
    [(Id, ID + "\n"), (Id, "x"), (Date, "2026-01-02\n"), (Date, "2026-13-01"), (Date, "２０２６-01-01"), (Code, "")],
)
def test_ids_and_dates_are_exact(kind: object, text: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(text, kind)


@pytest.mark.parametrize(
    "changes",
    [
        {"quantity": 0},
        {"quantity": -1},
        {"unit_price": -1},
        {"amount": -1},
        {"amount": 10**15},
        {"tax_rate_bp": 10_001},
    ],
)
def test_nonsense_in_a_line_does_not_fit(changes: dict[str, int]) -> None:
    kind = command_named("orders.complete_sale")
    raw = msgspec.json.encode(sale(ID, sold(ID, **changes)))
    with pytest.raises(Invalid, match="bad_payload"):
        kind.decode(1, raw)
