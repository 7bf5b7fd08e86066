"""Python files as the lints see them: text, tree, and where each stands in the repository."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[3]
PRODUCT = ("domain", "desktop", "server_stub", "i18n", "resources")
EVERYTHING = (*PRODUCT, "packaging", "tests")


@dataclass(frozen=True)
class Finding:
    """One thing a lint objects to."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True)
class Source:
    """One Python file.

    Attributes:
        path: from the repository's root, with forward slashes.
        text: the whole file.
    """

    path: str
    text: str

    @functools.cached_property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.text, self.path)

    @functools.cached_property
    def docstrings(self) -> frozenset[int]:
        """The identities of the tree's nodes that are docstrings (of attributes too)."""
        return frozenset(
            id(statement.value)
            for statement in ast.walk(self.tree)
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        )

    @functools.cached_property
    def strings(self) -> tuple[ast.Constant, ...]:
        """The string constants that are not docstrings."""
        return tuple(
            node
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in self.docstrings
        )

    @property
    def parts(self) -> tuple[str, ...]:
        """The folders and the file's name."""
        return PurePosixPath(self.path).parts

    def within(self, *rooms: str) -> bool:
        """Whether the file stands in one of the rooms, given as paths from the root."""
        return any(self.path == room or self.path.startswith(f"{room}/") for room in rooms)

    def finding(self, node: ast.AST, message: str) -> Finding:
        """A finding at a node of this file."""
        return Finding(self.path, getattr(node, "lineno", 1), message)


def python_files(*rooms: str) -> Iterator[Path]:
    """The Python files of the rooms, in order."""
    for room in rooms:
        yield from sorted((ROOT / room).rglob("*.py"))


@functools.cache
def load(*rooms: str) -> tuple[Source, ...]:
    """The sources of the rooms, read once for a run."""
    return tuple(
        Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in python_files(*rooms)
    )


def call_name(node: ast.AST) -> str:
    """The last part of what a call names: ``select`` for ``sa.select(...)``; empty for anything else."""
    function = node.func if isinstance(node, ast.Call) else None
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def literal(node: ast.AST | None) -> str | None:
    """The text of a string constant, None for anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def expect_none(findings: Iterable[object]) -> None:
    """Fails with every finding on a line of its own."""
    said = "\n".join(str(finding) for finding in findings)
    if said:
        raise AssertionError(f"\n{said}")
