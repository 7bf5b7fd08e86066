"""Nothing unfinished, no test that waits, skips or mocks, and no trace of the machine it was written on."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping

import pytest

from tests.architecture.lints.habits import IN_TESTS, MACHINE, UNFINISHED, is_text, look, undeclared
from tests.architecture.lints.sources import EVERYTHING, ROOT, Finding, Source, expect_none, load

# Distributions that come with another one and are meant to be imported with it.
COMPANIONS = {"PySide6-Essentials": {"shiboken6"}, "fastapi": {"starlette", "pydantic"}}
# This file plants what it looks for; the strings below are put together so that editors' searches stay quiet too.
HERE = "tests/architecture/test_habits.py"


def tracked_texts() -> Iterator[tuple[str, str]]:
    """Path and content of the text files that git knows."""
    # Whoever owns the checkout, and files that are about to be added too.
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listing.split("\0")):
        path = ROOT / name
        if is_text(name) and path.is_file():
            yield name, path.read_text(encoding="utf-8", errors="replace")


def findings(sources: tuple[Source, ...], patterns: Mapping[str, str]) -> list[Finding]:
    return [found for each in sources if each.path != HERE for found in look(each.path, each.text, patterns)]


def test_nothing_is_unfinished() -> None:
    expect_none(findings(load(*EVERYTHING), UNFINISHED))


def test_tests_neither_wait_nor_skip_nor_mock() -> None:
    expect_none(findings(load("tests"), IN_TESTS))


def test_no_machine_left_its_traces() -> None:
    expect_none(found for name, text in tracked_texts() if name != HERE for found in look(name, text, MACHINE))


def requirements(extras: list[str]) -> set[str]:
    """The distributions that pyproject.toml requires, for the program itself and for the extras named."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(each for extra in extras for each in project["optional-dependencies"][extra])]
    names = {re.split(r"[\[<>=!~; ]", each)[0] for each in wanted}
    return names.union(*(COMPANIONS.get(name, ()) for name in names))


def imported(*rooms: str) -> set[str]:
    """The top packages that the rooms import."""
    found: set[str] = set()
    for source in load(*rooms):
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Import):
                found.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.partition(".")[0])
    return found - set(sys.stdlib_module_names) - set(EVERYTHING)


@pytest.mark.parametrize(
    ("rooms", "extras"), [(("domain", "desktop", "i18n"), []), (("server_stub",), ["server"])], ids=["client", "server"]
)
def test_imports_are_declared(rooms: tuple[str, ...], extras: list[str]) -> None:
    distributions = {name: list(owners) for name, owners in importlib.metadata.packages_distributions().items()}
    # The client and the server share the domain's libraries, but the server's own stay out of the client.
    assert undeclared(imported(*rooms), requirements(extras), distributions) == set()


def test_undeclared_import_is_found() -> None:
    distributions = {"msgspec": ["msgspec"], "jwt": ["PyJWT"], "attr": ["attrs"]}
    assert undeclared({"msgspec", "jwt", "attr", "own"}, {"msgspec", "pyjwt"}, distributions) == {"attr"}


@pytest.mark.parametrize(
    "planted",
    [
        "x = 1  # TO" + "DO later",
        "raise NotImplemented" + "Error",
        "x = y  # type: " + "ignore",
        "x = y  # no" + "qa",
        "def f():  # no" + "qa: C901",
    ],
)
def test_planted_unfinished_work_is_found(planted: str) -> None:
    assert len(look("domain/a.py", planted, UNFINISHED)) == 1


@pytest.mark.parametrize(
    "planted",
    [
        "time." + "sleep(1)",
        "qtbot." + "wait(100)",
        "fake = Magic" + "Mock()",
        "with mock." + "patch('x'):",
        "@pytest.mark." + "skip",
        "pytest." + "importorskip('x')",
    ],
)
def test_planted_carelessness_is_found(planted: str) -> None:
    assert len(look("tests/unit/test_a.py", planted, IN_TESTS)) == 1


@pytest.mark.parametrize(
    "planted",
    [
        "index = https://mirror.example" + "/simple",
        "https://files.python" + "hosted.org/x.whl",
        "cd /wo" + "rk/main",
        "file:///ro" + "ot/x",
        "'/home" + "/someone/x'",
    ],
)
def test_planted_trace_is_found(planted: str) -> None:
    assert len(look("docs/a.md", planted, MACHINE)) == 1


@pytest.mark.parametrize(
    "innocent", ["x = y  # type: ignore[attr-defined]", "docs/work/plan", "https://example.com/work/", "await sleep(0)"]
)
def test_innocent_lines_pass(innocent: str) -> None:
    assert look("docs/a.md", innocent, {**UNFINISHED, **IN_TESTS, **MACHINE}) == []


def test_pictures_are_no_text() -> None:
    assert not is_text("resources/a.png")
    assert is_text("docs/a.md")
    assert is_text("Makefile")
