"""Edits of one record are merged field by field, against a model that knows who saw what."""

from __future__ import annotations

from hypothesis import given, strategies as st

from domain.kernel.merging import Step, merged

NAMES = ("name", "spec", "unit")
rows = st.fixed_dictionaries({name: st.sampled_from("abc") for name in NAMES})
edits = st.lists(st.tuples(st.sampled_from(("mine", "other")), rows), min_size=1, max_size=5)


@given(rows, edits, rows)
def test_nobody_loses_a_field_and_nobody_is_overwritten(
    base: dict[str, str], writes: list[tuple[str, dict[str, str]]], wanted: dict[str, str]
) -> None:
    steps, now = [], base
    for device, after in writes:
        steps.append(Step(now, after, device))
        now = after
    written, clashes = merged(wanted, now, steps, "mine")
    result = now | written
    foreign = {name for step in steps if step.device_id == "other" for name in step.changed()}
    seen = dict(base)
    for step in steps:
        if step.device_id == "mine":
            seen |= step.changed()
    for name in NAMES:
        if wanted[name] == seen[name]:
            assert result[name] == now[name], "what he did not touch stays as it is"
            assert name not in clashes
        elif name not in foreign:
            assert result[name] == wanted[name], "what only he changed is his"
        else:
            assert result[name] == now[name]
            assert (name in clashes) == (wanted[name] != now[name])
    assert all(pair == (wanted[name], now[name]) for name, pair in clashes.items())


def test_when_nobody_knows_what_was_seen_every_difference_is_told() -> None:
    assert merged({"a": 1, "b": 2}, {"a": 1, "b": 3}, [], "mine") == ({}, {"b": (2, 3)})
