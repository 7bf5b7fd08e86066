"""How a measured figure is judged and printed."""

from __future__ import annotations

import pytest

from tests.bench.__main__ import main, names
from tests.bench.lines import Line, table


def test_ratio_decides() -> None:
    assert Line("push", "s", ours=3.9, limit=1.0, ratio_goal=4).met
    assert not Line("push", "s", ours=4.1, limit=1.0, ratio_goal=4).met


def test_absolute_goal_decides_too() -> None:
    assert not Line("push", "MB", ours=300, limit=200, ratio_goal=4, goal=250).met
    assert Line("memory", "MB", ours=200, goal=250).met


def test_line_without_a_goal_informs() -> None:
    assert Line("rows", "rows", ours=7).met


def test_ratio_needs_a_limit_from_the_same_run() -> None:
    with pytest.raises(ValueError, match="measured beside"):
        Line("push", "s", ours=1, ratio_goal=4)


def test_table_says_which_goal_was_missed() -> None:
    printed = table("push", [Line("total", "s", 5.0, 1.0, 4.0), Line("memory", "MB", 12_345, goal=20_000)])
    first, second = printed.splitlines()
    assert first.split() == ["push", "total", "5.000", "s", "1.000", "s", "5.000", "≤", "4.000", "×", "MISSED"]
    assert second.endswith("≤ 20,000 MB  met")


def test_unknown_name_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["no-such-line"]) == 2
    assert "no-such-line" in capsys.readouterr().err


def test_names_are_those_of_the_files() -> None:
    assert all("_" not in name for name in names())
