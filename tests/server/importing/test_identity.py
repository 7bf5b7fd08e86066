"""What makes two lines the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from server_stub.importing.identity import Identities, key_of
from server_stub.importing.mapping import load_mapping
from server_stub.importing.repository_occurrences import Occurrences
from tests.server.importing.desk import MAPPINGS

FIELDS, VALUES = ("10", "TEA"), ["10", "TEA", "extra"]


@pytest.fixture
def occurrences() -> Iterator[Occurrences]:
    with Occurrences() as made:
        yield made


def identities(occurrences: Occurrences, party: str = "p", source: str = "till") -> Identities:
    mapping = msgspec.structs.replace(load_mapping(MAPPINGS / "stock.toml", "stock"), source=source)
    return Identities(mapping, party, ["code", "quantity", "shelf"], occurrences)


def test_repeated_lines_differ_by_their_turn_and_are_found_again(occurrences: Occurrences) -> None:
    first = identities(occurrences)
    content = first.content(FIELDS, VALUES)
    told = [first.identity(content) for _ in range(3)]
    assert len(set(told)) == 3
    assert all(len(one) == 16 for one in told)
    with Occurrences() as fresh:
        again = identities(fresh)
        assert [again.identity(again.content(FIELDS, VALUES)) for _ in range(3)] == told


def test_every_field_counts_also_one_that_the_mapping_does_not_name(occurrences: Occurrences) -> None:
    made = identities(occurrences)
    contents = {
        made.content(FIELDS, VALUES),
        made.content(FIELDS, ["10", "TEA", "other"]),
        made.content(("10", "RICE"), VALUES),
        identities(occurrences, party="q").content(FIELDS, VALUES),
        identities(occurrences, source="other").content(FIELDS, VALUES),
    }
    assert len(contents) == 5


def test_the_way_a_named_value_is_written_does_not_count(occurrences: Occurrences) -> None:
    made = identities(occurrences)
    assert made.content(FIELDS, VALUES) == made.content(FIELDS, ["10.0", " tea", "extra"])


def test_the_order_of_other_columns_does_not_count(occurrences: Occurrences) -> None:
    mapping = load_mapping(MAPPINGS / "stock.toml", "stock")
    one = Identities(mapping, "p", ["code", "quantity", "shelf", "row"], occurrences)
    other = Identities(mapping, "p", ["row", "code", "shelf", "quantity"], occurrences)
    assert one.content(FIELDS, ["TEA", "10", "s", "r"]) == other.content(FIELDS, ["r", "TEA", "s", "10"])


def test_identities_of_one_day_lie_together(occurrences: Occurrences) -> None:
    made = identities(occurrences)
    early, late = (made.content(FIELDS, VALUES, day) for day in (14_944, 14_945))
    assert early[:3] < late[:3]


def test_counting(occurrences: Occurrences) -> None:
    assert [occurrences.nth(key_of(key)) for key in "abaab"] == [1, 1, 2, 3, 2]


def test_counting_needs_no_file_that_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SQLITE_TMPDIR", str(tmp_path))
    with Occurrences() as made:
        for number in range(1000):
            made.nth(key_of(str(number)))
    assert list(tmp_path.iterdir()) == []
