"""The release named in code is the one that is built."""

from __future__ import annotations

import tomllib
from pathlib import Path

from domain.kernel.release import VERSION


def test_release_is_that_of_the_project() -> None:
    project = Path(__file__).resolve().parents[3] / "pyproject.toml"
    assert tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"] == VERSION
