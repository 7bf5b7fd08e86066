"""Small habits that reviews kept asking for, looked for line by line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from tests.architecture.lints.sources import Finding

# Pattern → what to do instead. The patterns are written so that they do not match themselves.
UNFINISHED: Mapping[str, str] = {
    r"\b(TO[D]O|FIX[M]E|X[X]X|HA[C]K)\b": "finish it, or open an issue",
    r"\bNotImplemented[E]rror\b": "make it abstract, or write it",
    r"#\s*type:\s*ignore(?!\[)": "name the error code that is ignored",
    r"#\s*noqa(?!:)": "name the rule that is ignored",
    r"#\s*noqa:.*\bC9[0]1\b": "complexity has no exceptions: split the function",
    r"#\s*type:\s*ignore\[import": "put a library without types into mypy's overrides",
}
IN_TESTS: Mapping[str, str] = {
    r"\btime\.sleep\(|\basyncio\.sleep\((?!0\))": "wait for what happens, not for time to pass",
    r"\bqtbot\.wait\(|\bQTest\.qWait\(": "use waitUntil or waitSignal",
    r"\b(Magic|Async|Property)Mock\b|\bmock\.patch\b|\bunittest\.mock\b|\bmocker\b": "use a fake, or the real thing",
    r"\bpytest\.mark\.(skip|skipif|xfail)\b|\bpytest\.(skip|xfail|importorskip)\(": "a test runs, or it is deleted",
    r"\bunittest\.skip": "a test runs, or it is deleted",
}
MACHINE: Mapping[str, str] = {
    r"https?://[^\s\"'<>]*/simple\b": "the address of a package index belongs to the machine",
    r"\bpython[h]osted\b": "the address of a package index belongs to the machine",
    r"((?<![\w.\-/:])|(?<=file://))/(wo[r]k|roo[t]|hom[e]/\w+|opt/(pypi|wheels))(?=\W|$)": "a path of one machine",
    r"\b[A-Z]:\\U[s]ers\\": "a path of one machine",
}
TEXT_FILES = frozenset(
    ".cfg .css .desktop .html .in .ini .iss .json .lock .md .nsi .ps1 .py .qss .rst .sh .spec .svg .toml .txt .yaml"
    " .yml".split()
)


def look(path: str, text: str, patterns: Mapping[str, str]) -> list[Finding]:
    """The lines of a file that match one of the patterns."""
    compiled = [(re.compile(pattern), advice) for pattern, advice in patterns.items()]
    return [
        Finding(path, number, f"{match[0].strip()}: {advice}")
        for number, line in enumerate(text.splitlines(), 1)
        for pattern, advice in compiled
        if (match := pattern.search(line))
    ]


def is_text(path: str) -> bool:
    """Whether a tracked file is text that people or programs read as such; files without an ending are."""
    suffix = PurePosixPath(path).suffix
    return suffix in TEXT_FILES or not suffix


def undeclared(imported: Iterable[str], declared: Iterable[str], distributions: Mapping[str, list[str]]) -> set[str]:
    """Imported packages that belong to a distribution which is not among the declared requirements."""

    def normal(name: str) -> str:
        return re.sub(r"[-_.]+", "-", name).lower()

    allowed = {normal(name) for name in declared}
    return {
        package
        for package in imported
        if package in distributions and allowed.isdisjoint(normal(name) for name in distributions[package])
    }
