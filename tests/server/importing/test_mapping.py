"""Mapping files: what they may say, and what is said about one that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.kernel.errors import DomainError
from server_stub.importing.mapping import SalesMapping, load_mapping, pattern
from tests.server.importing.desk import MAPPINGS

LEAST = """
kind = "sales"
source = "till"
currency = "CNY"
[columns]
document = "d"
date = "t"
code = "c"
quantity = "q"
price = "p"
"""


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("online_retail", "sales"),
        ("sales", "sales"),
        ("products", "products"),
        ("customers", "customers"),
        ("stock", "stock"),
    ],
)
def test_shipped_mappings_are_good(name: str, kind: str) -> None:
    assert load_mapping(MAPPINGS / f"{name}.toml", kind).kind == kind


def test_least_mapping(tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(LEAST, encoding="utf-8")
    mapping = load_mapping(path, "sales")
    assert isinstance(mapping, SalesMapping)
    assert mapping.column_names() == ["d", "t", "c", "q", "p"]


@pytest.mark.parametrize(
    ("text", "code", "params"),
    [
        (LEAST + 'colour = "x"', "mapping_unknown_key", {"key": "columns.colour"}),
        ("delimeter = ';'\n" + LEAST, "mapping_unknown_key", {"key": "delimeter"}),
        (LEAST.replace('date = "t"\n', ""), "mapping_bad", None),
        (LEAST.replace('"sales"', '"orders"'), "mapping_bad", None),
        (LEAST.replace('"CNY"', '"yuan"'), "mapping_bad", None),
        (LEAST.replace('"CNY"', "1"), "mapping_bad", None),
        (LEAST + '[file]\nencoding = "martian"', "mapping_bad", None),
        (LEAST + '[file]\nencoding = "hex"', "mapping_bad", None),
        (LEAST + '[file]\ndelimiter = ""', "mapping_bad", None),
        (LEAST + "[file", "mapping_not_toml", None),
        ("\x00", "mapping_not_toml", None),
    ],
)
def test_wrong_mappings_are_refused(tmp_path: Path, text: str, code: str, params: dict[str, str] | None) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DomainError) as refused:
        load_mapping(path, "sales")
    assert refused.value.code == code
    assert params is None or refused.value.params == params


def test_mapping_of_another_kind(tmp_path: Path) -> None:
    with pytest.raises(DomainError) as refused:
        load_mapping(MAPPINGS / "stock.toml", "sales")
    assert (refused.value.code, refused.value.params) == ("mapping_other_kind", {"kind": "stock", "wanted": "sales"})
    with pytest.raises(DomainError) as refused:
        load_mapping(tmp_path / "nothing.toml", "sales")
    assert refused.value.code == "mapping_missing"


def test_patterns() -> None:
    assert pattern("", "") is None
    both = pattern("M", "GIFT_[0-9]+")
    assert both is not None
    assert [bool(both.fullmatch(code)) for code in ("M", "GIFT_1", "MM", "xM")] == [True, True, False, False]
    with pytest.raises(DomainError) as refused:
        pattern("(")
    assert refused.value.code == "mapping_bad"
