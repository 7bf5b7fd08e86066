"""Budgets for files, functions and constructors; what is over them stands in a list that may only shrink.

Docstrings do not count against a function: nobody should save words there. Complexity is ruff's (C901), where no
exception can be made.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

from tests.architecture.lints.sources import Finding, Source

FILE_LINES = 400
FUNCTION_LINES = 50
CONSTRUCTOR_LINES = 40
# Named after size or after nothing: a file is split by noun.
VAGUE_NAMES = re.compile(r"(part_?\d+|.*_part_?\d+|utils?|.*_utils?|helpers?|.*_helpers?|misc|common)\.py$")

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


def _length(node: FunctionNode) -> int:
    """Lines from ``def`` to the end, without the docstring."""
    total = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        total -= (first.end_lineno or first.lineno) - first.lineno + 1
    return total


def _functions(node: ast.AST, prefix: str = "") -> Iterator[tuple[str, FunctionNode]]:
    """Every function below a node, with its dotted name."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, FunctionNode | ast.ClassDef):
            name = f"{prefix}{child.name}"
            if isinstance(child, FunctionNode):
                yield name, child
            yield from _functions(child, f"{name}.")
        else:
            yield from _functions(child, prefix)


def oversized(sources: Iterable[Source]) -> dict[str, tuple[int, int]]:
    """What is over its budget: ``path`` or ``path::function`` to (lines, budget)."""
    found: dict[str, tuple[int, int]] = {}
    for source in sources:
        if "migrations" in source.parts:
            continue
        lines = len(source.text.splitlines())
        if lines > FILE_LINES:
            found[source.path] = (lines, FILE_LINES)
        for name, node in _functions(source.tree):
            widget = name.endswith(".__init__") and source.within("desktop")
            budget = CONSTRUCTOR_LINES if widget else FUNCTION_LINES
            if _length(node) > budget:
                found[f"{source.path}::{name}"] = (_length(node), budget)
    return found


def complaints(found: Mapping[str, tuple[int, int]], allowed: Mapping[str, int]) -> list[str]:
    """What differs from the list of exceptions, which may lose entries and lower numbers, never gain."""
    said = []
    for name, (lines, budget) in sorted(found.items()):
        if name not in allowed:
            said.append(f"{name} has {lines} lines, {budget} are allowed: split it by noun")
        elif lines > allowed[name]:
            said.append(f"{name} grew from {allowed[name]} to {lines} lines")
        elif lines < allowed[name]:
            said.append(f"{name} shrank to {lines} lines: lower its number in the list from {allowed[name]}")
    said += [f"{name} is within its budget: take it off the list" for name in sorted(set(allowed) - set(found))]
    return said


def vague_names(sources: Iterable[Source]) -> list[Finding]:
    """Files whose name says how big something was instead of what it is about."""
    return [
        Finding(source.path, 1, "name a file after its noun")
        for source in sources
        if VAGUE_NAMES.fullmatch(source.parts[-1])
    ]
